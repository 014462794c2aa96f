import ArgumentParser
import EngineCore

/// `enginectl bars remove`
struct BarsRemoveCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Make no more bars of a spec, and forget those in memory.")

  @Argument(help: "The bar spec.")
  var spec: String

  @OptionGroup var target: BarsTarget
  @OptionGroup var common: CommonOptions

  func validate() throws { try BarsArguments.check(spec: spec) }

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call("remove", [("spec", .string(spec))], in: session)
    try session.show(reply) { BarTables.specs($0, style: $1) }
  }
}
