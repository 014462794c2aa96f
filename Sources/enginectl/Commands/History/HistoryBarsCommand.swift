import ArgumentParser
import EngineCore

/// `enginectl history bars`
struct HistoryBarsCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "bars", abstract: "Show closed bars of the past, oldest first.")
  var pace: CommandPace { .stream }

  @Argument(help: "The instrument, SYMBOL or SYMBOL@VENUE.")
  var symbol: String

  @Argument(help: "The bar spec, such as 1m or 1d~fx17.")
  var spec: String

  @OptionGroup var range: HistoryRange
  @OptionGroup var common: CommonOptions

  func validate() throws { try BarsArguments.check(spec: spec) }

  func perform(in session: Session) async throws(ControlError) {
    let engine = try await session.connect()
    var rows = range.rows(HistoryColumn.bars, in: session)
    var from = range.from?.time
    while let limit = range.page(after: rows.count) {
      let reply = try await engine.call(
        "history.bars",
        range.request(
          [("symbol", .string(symbol)), ("spec", .string(spec))], from: from, limit: limit))
      let page = try reply.list("bars", of: "history.bars")
      try rows.add(page, to: session.output)
      guard reply.flag("more"), let last = page.last?.text("start"), let time = Timestamp(last)
      else { break }
      from = time.advanced(byNanos: 1)
    }
    try rows.finish(session.output, nothing: "no bars")
  }
}
