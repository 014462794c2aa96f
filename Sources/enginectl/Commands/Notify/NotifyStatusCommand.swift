import ArgumentParser
import EngineCore

/// `enginectl notify status`
struct NotifyStatusCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show figures of all channels.")

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    try session.show(try await target.call("status", [], in: session)) {
      NotifyTables.members($0, style: $1)
    }
  }
}
