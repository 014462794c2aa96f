import ArgumentParser
import EngineCore

/// `enginectl export`
struct ExportCommand: ControlCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
    case csv
    case ndjson
    case dbn
  }

  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write trades or bars of the past, as CSV, NDJSON or DBN.",
    discussion: """
      enginectl export EURUSD --format dbn > eurusd.dbn

      Without a spec trades are written, with one the closed bars of it. All of the range is \
      written, to the output. DBN is Databento's encoding: whole sizes only, bars 1s, 1m, 1h, 1d.
      """)
  var pace: CommandPace { .stream }

  @Argument(help: "The instrument, SYMBOL or SYMBOL@VENUE.")
  var symbol: String

  @Argument(help: "The bar spec, such as 1m.")
  var spec: String?

  @Option(help: ArgumentHelp("At this time or later.", valueName: "time"))
  var from: TimeArgument?

  @Option(help: ArgumentHelp("Before this time.", valueName: "time"))
  var to: TimeArgument?

  @Option(help: "csv, ndjson or dbn.")
  var format = Format.csv

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let spec { try BarsArguments.check(spec: spec) }
    if let from, let to, from.time >= to.time { throw ValidationError("--from is before --to") }
  }

  func perform(in session: Session) async throws(ControlError) {
    if format == .dbn, session.output.isTerminal {
      throw ControlError(.refused, "DBN is no text", hint: "send it to a file: … > file.dbn")
    }
    let engine = try await session.connect()
    var pages = HistoryPages(
      symbol: symbol, spec: spec, from: from?.time, to: to?.time)
    if format == .dbn {
      var export = try DBNExport(symbol: symbol, spec: spec, to: to?.time)
      while let page = try await pages.next(engine) {
        try session.output.bytes(try export.bytes(page))
      }
      return try session.output.bytes(export.end())
    }
    var rows = HistoryRows(
      spec == nil ? HistoryColumn.trades : HistoryColumn.bars, format == .csv ? .csv : .ndjson)
    while let page = try await pages.next(engine) { try rows.add(page, to: session.output) }
  }
}
