import ArgumentParser
import EngineCore

/// `enginectl bars show`
struct BarsShowCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the newest bars of an instrument, the open one last.")

  @Argument(help: "The instrument, SYMBOL or SYMBOL@VENUE.")
  var symbol: String

  @Argument(help: "The bar spec, such as 1m or 1d~fx17.")
  var spec: String

  @Option(name: [.long, .customShort("n")], help: "How many.")
  var last = 20

  @Option(help: "What stands for intervals without ticks: none, flat or null.")
  var fill: String?

  @OptionGroup var target: BarsTarget
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try BarsArguments.check(spec: spec)
    if !(1...BarQuery.limitMax).contains(last) {
      throw ValidationError("--last is 1 to \(BarQuery.limitMax)")
    }
    if let fill, BarQuery.Fill(rawValue: fill) == nil {
      throw ValidationError("--fill is none, flat or null")
    }
  }

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call(
      "show",
      [
        ("symbol", .string(symbol)), ("spec", .string(spec)), ("last", .integer(last)),
        ("fill", fill.map { .string($0) }),
      ], in: session)
    try session.show(reply) { BarTables.bars($0, style: $1) }
  }
}
