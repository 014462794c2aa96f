import ArgumentParser
import BarAggregation
import EngineCore
import TickFiles

/// `enginectl bars compute`
struct BarsComputeCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute", abstract: "Make bars of a tick file; needs no daemon.",
    discussion: """
      Reads CSV, plain or gzip, with a header: a time (ts_ns, ts_us, ts_ms, ts_s or time), symbol, \
      and price and size, or bid and ask. Prints CSV: bucket_start_ns, bucket_end_ns, symbol, open, \
      high, low, close, volume, notional, count; with several specs a spec before these, and for \
      bars that are not cut by time close_ts_ns and ordinal after them.
      """)

  @Argument(help: "The tick file.", completion: .file())
  var file: String

  @Option(help: ArgumentHelp("A bar spec, such as 1m, 1d~fx17, 1h@mid or 1e6n.", valueName: "spec"))
  var spec: [String]

  @Option(help: "The symbol of all rows, for files without such a column.")
  var symbol: String?

  @Option(help: "Only bars of this symbol.")
  var only: String?

  @Option(help: "The price step that range bars count in.")
  var increment = "0.01"

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if spec.isEmpty { throw ValidationError("name a bar spec: --spec 1m") }
    for text in spec { try BarsArguments.check(spec: text) }
    guard let step = try? Price(increment), step.raw > 0 else {
      throw ValidationError("--increment is a price above 0")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    var settings = FileSettings(path: file)
    settings.rows.symbol = symbol
    do {
      var calculation = try BarFileCalculation(
        settings, specs: spec.map { try BarSpec(parsing: $0) }, increment: try Price(increment))
      let malformed = try calculation.run()
      for fault in malformed.prefix(10) {
        session.output.report(ControlError(.refused, "\(file):\(fault)"))
      }
      try calculation.write(only: only) { lines throws(ControlError) in
        try session.output.lines(lines)
      }
      if !malformed.isEmpty {
        throw ControlError(.refused, "\(file): \(malformed.count) rows could not be read")
      }
    } catch let error as ControlError {
      throw error
    } catch {
      throw ControlError(.refused, "\(file): \(error)")
    }
  }
}
