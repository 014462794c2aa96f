import ArgumentParser
import EngineCore

/// `enginectl bars rebuild`
struct BarsRebuildCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Compare closed bars with the ticks that the log still has, and amend what differs.")

  @Argument(help: "The instrument; without it all.")
  var symbol: String?

  @OptionGroup var target: BarsTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    let reply = try await target.call(
      "rebuild", [("symbol", symbol.map { .string($0) })], in: session)
    try session.show(reply) { reply, _ in PluginCall.lines(reply) }
  }
}
