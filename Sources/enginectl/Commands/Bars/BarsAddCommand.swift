import ArgumentParser
import EngineCore

/// `enginectl bars add`
struct BarsAddCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make bars of one more spec.",
    discussion: """
      It begins with what finer bars in memory hold. It lasts as long as the log in memory has the \
      command: write the spec into the configuration to keep it.
      """)

  @Argument(help: "The bar spec, such as 5m, 1d~fx17 or 1e6n.")
  var spec: String

  @Argument(help: "The instruments that have it; without any, all.")
  var symbols: [String] = []

  @OptionGroup var target: BarsTarget
  @OptionGroup var common: CommonOptions

  func validate() throws { try BarsArguments.check(spec: spec) }

  func perform(in session: Session) async throws(ControlError) {
    let list: JSONValue? = symbols.isEmpty ? nil : .array(symbols.map { .string($0) })
    let reply = try await target.call(
      "add", [("spec", .string(spec)), ("instruments", list)], in: session)
    try session.show(reply) { BarTables.specs($0, style: $1) }
  }
}
