import ArgumentParser
import EngineCore

/// `enginectl status`
struct StatusCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show all there is to know of one plugin.")

  @OptionGroup var common: CommonOptions

  @Argument(help: "The plugin's name.", completion: .pluginNames)
  var name: String

  func perform(in session: Session) async throws(ControlError) {
    let now = session.clock.now()
    let style = session.output.style
    try await session.answer("plugins.status", .object([("name", .string(name))])) { reply in
      PluginReport.lines(reply, now: now, style: style)
    }
  }
}
