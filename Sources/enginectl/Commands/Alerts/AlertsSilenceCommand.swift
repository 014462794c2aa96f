import ArgumentParser
import EngineCore

/// `enginectl alerts silence`
struct AlertsSilenceCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "silence", abstract: "Hold notifications back for a while; show what is silenced.",
    discussion: """
      Without anything it lists the silences. Names may end in *. What still fires when a silence \
      ends is told then.
      """)

  @Option(help: "Of these rules.")
  var rule: String?

  @Option(help: "Of these instruments.")
  var symbol: String?

  @Option(help: "Of rules of these owners.")
  var owner: String?

  @Option(help: ArgumentHelp("Only what matters no more than this.", valueName: "severity"))
  var severityMax: String?

  @Option(name: .customLong("for"), help: ArgumentHelp("For so long.", valueName: "duration"))
  var duration: String?

  @Option(help: ArgumentHelp("Until then.", valueName: "time"))
  var until: String?

  @Option(help: "A name of its own, to end it by.")
  var id: String?

  @Option(help: "Who silences.")
  var by: String?

  @Option(help: "Why.")
  var comment: String?

  @Option(help: ArgumentHelp("End this silence now.", valueName: "id"))
  var remove: String?

  @OptionGroup var target: AlertsTarget
  @OptionGroup var common: CommonOptions

  private var isMade: Bool {
    rule != nil || symbol != nil || owner != nil || severityMax != nil
  }

  func validate() throws {
    if remove != nil, isMade || duration != nil || until != nil {
      throw ValidationError("--remove stands alone")
    }
    if isMade, (duration == nil) == (until == nil) {
      throw ValidationError("say how long: --for 1h, or --until a time")
    }
    if !isMade, duration != nil || until != nil {
      throw ValidationError("say what: --rule, --symbol, --owner or --severity-max")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    if let remove {
      let reply = try await target.call("unsilence", [("id", .string(remove))], in: session)
      return try session.show(reply) { _, _ in ["\(remove) has ended"] }
    }
    guard isMade else {
      let reply = try await target.call("silences", [], in: session)
      return try session.show(reply) { AlertTables.silences($0, style: $1) }
    }
    func text(_ value: String?) -> JSONValue? { value.map { .string($0) } }
    let reply = try await target.call(
      "silence",
      [
        ("rule", text(rule)), ("symbol", text(symbol)), ("owner", text(owner)),
        ("severity_max", text(severityMax)), ("for", text(duration)), ("until", text(until)),
        ("id", text(id)), ("by", text(by ?? session.environment.variable("USER"))),
        ("comment", text(comment)),
      ], in: session)
    try session.show(reply) { reply, style in
      AlertTables.silences(.object([("silences", .array([reply]))]), style: style)
    }
  }
}
