import ArgumentParser
import EngineCore

/// `enginectl tap`
struct TapCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "tap", abstract: "Print events as they happen, one line each.",
    discussion: """
      Subjects are kind.symbol[.spec]: trade.EURUSD, quote.*, bar.EURUSD.1m, status.>; * is one \
      token, > is the rest. Quote them for your shell. What the tap itself loses is shown as a gap.
      """)
  var pace: CommandPace { .stream }

  @Argument(help: "What to listen to; everything when nothing is named.")
  var subjects: [String] = []

  @Option(name: [.long, .customShort("n")], help: "End after so many events.")
  var limit: Int?

  @Option(help: "What to do when this tap is too slow.")
  var policy = TapPolicy.dropOldest

  @Option(help: "Where to begin.")
  var from = TapStart.live

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  /// What the daemon is asked.
  var request: JSONValue {
    .object([
      ("subjects", .array((subjects.isEmpty ? [">"] : subjects).map { .string($0) })),
      ("limit", .integer(limit ?? 0)), ("policy", .string(policy.rawValue)),
      ("from", .string(from.rawValue)),
    ])
  }

  func perform(in session: Session) async throws(ControlError) {
    let engine = try await session.connect()
    let output = session.output
    var lines = EventLines(style: output.style)
    var left = limit ?? .max
    output.remark("Ctrl-C ends; times are UTC")
    try await engine.stream("events.tap", request) { message throws(ControlError) in
      guard let events = message.array else {
        throw .malformed("events.tap", "a message is not a list of events")
      }
      // A gap is told and not counted: the limit is of what was asked for.
      let shown = events.prefix { event in
        guard left > 0 else { return false }
        if event.text("kind") != "gap" { left -= 1 }
        return true
      }
      try output.lines(
        output.isJSON ? shown.map { $0.text() } : shown.map { lines.line($0) })
      return left > 0
    }
  }
}
