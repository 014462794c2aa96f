import ArgumentParser
import EngineCore

/// `enginectl notify list`
struct NotifyListCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the channels, and how they do.")

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions

  func perform(in session: Session) async throws(ControlError) {
    try session.show(try await target.call("list", [], in: session)) {
      NotifyTables.channels($0, style: $1)
    }
  }
}
