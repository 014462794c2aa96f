import ArgumentParser
import EngineCore

/// `enginectl history ticks`
struct HistoryTicksCommand: ControlCommand {
  enum Kind: String, ExpressibleByArgument, CaseIterable, Sendable {
    case trade
    case quote
  }

  static let configuration = CommandConfiguration(
    commandName: "ticks", abstract: "Show trades or quotes of the past, in the order of the log.",
    discussion: "Corrections are taken in, and trades that were cancelled are left out.")
  var pace: CommandPace { .stream }

  @Argument(help: "The instrument, SYMBOL or SYMBOL@VENUE.")
  var symbol: String

  @Option(help: "trade or quote.")
  var kind = Kind.trade

  @OptionGroup var range: HistoryRange
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let engine = try await session.connect()
    var rows = range.rows(
      kind == .trade ? HistoryColumn.trades : HistoryColumn.quotes, in: session)
    var after: Int64?
    while let limit = range.page(after: rows.count) {
      let reply = try await engine.call(
        "history.ticks",
        range.request(
          [
            ("symbol", .string(symbol)), ("kinds", .array([.string(kind.rawValue)])),
            ("after", after.map { .integer($0) }),
          ], from: range.from?.time, limit: limit))
      try rows.add(try reply.list("ticks", of: "history.ticks"), to: session.output)
      let next = reply.integer("next")
      guard let next, next > after ?? 0 else { break }
      after = next
    }
    try rows.finish(session.output, nothing: "no ticks")
  }
}
