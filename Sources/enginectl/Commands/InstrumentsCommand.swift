import ArgumentParser
import EngineCore

/// `enginectl instruments`
struct InstrumentsCommand: ControlCommand {
  /// Instruments asked for in one call: an answer of this length is far below the frame limit.
  static let pageLimit = 1000

  static let configuration = CommandConfiguration(
    commandName: "instruments", abstract: "Show the instruments the engine knows.")

  @Argument(help: "Only instruments with this text in symbol, venue or name.")
  var filter: String?

  @Option(name: [.long, .customShort("n")], help: "At most so many; 0 for all.")
  var limit = 100

  @Option(help: "Go on after this id.")
  var after: Int64?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is 0 or more") }
  }

  func perform(in session: Session) async throws(ControlError) {
    let engine = try await session.connect()
    var found: [JSONValue] = []
    var total: Int64 = 0
    var next = after
    repeat {
      let left = limit == 0 ? Self.pageLimit : min(limit - found.count, Self.pageLimit)
      let reply = try await engine.call("instruments.list", request(after: next, limit: left))
      let page = try reply.list("instruments", of: "instruments.list")
      found += page
      total = reply.integer("total") ?? Int64(found.count)
      // A page without instruments would go on for ever, whatever it says comes next.
      next = page.isEmpty ? nil : reply.integer("next")
    } while next != nil && (limit == 0 || found.count < limit)
    if session.output.isJSON {
      return try session.output.json(
        .object([
          ("total", .integer(total)), ("instruments", .array(found)),
          ("next", next.map { .integer($0) } ?? .null),
        ]))
    }
    try session.output.lines(
      InstrumentTable.lines(found, total: total, next: next, style: session.output.style))
  }

  func request(after: Int64?, limit: Int) -> JSONValue {
    JSONValue.object([]).adding([
      ("filter", filter.map { .string($0) }), ("after", after.map { .integer($0) }),
      ("limit", .integer(limit)),
    ])
  }
}
