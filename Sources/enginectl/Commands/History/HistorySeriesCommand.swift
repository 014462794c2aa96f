import ArgumentParser
import EngineCore

/// `enginectl history series`
struct HistorySeriesCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "series", abstract: "Show which bars of the past there are.")

  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await session.connect().call("history.series")
    try session.show(reply) { reply, style in
      let series = reply["series"]?.array ?? []
      guard !series.isEmpty else { return ["no bars"] }
      var table = Table([
        .text("SYMBOL"), .text("SPEC"), .number("BARS"), .text("FIRST"), .text("LAST"),
      ])
      table.rows = series.map { row in
        [
          Cell(row.text("symbol") ?? "?"), Cell(row.text("spec") ?? "?"),
          Cell(row.integer("bars").map { Figures.grouped($0) } ?? "-"),
          Cell(row.text("first") ?? "-"), Cell(row.text("last") ?? "-"),
        ]
      }
      return table.lines(style)
    }
  }
}
