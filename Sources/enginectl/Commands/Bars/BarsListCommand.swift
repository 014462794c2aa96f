import ArgumentParser
import EngineCore

/// `enginectl bars list`
struct BarsListCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the bar specs, and what was done so far.")

  @OptionGroup var target: BarsTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call("list", [], in: session)
    try session.show(reply) { BarTables.specs($0, style: $1) }
  }
}
