import ArgumentParser
import EngineCore

/// `enginectl list`
struct ListCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show the plugins: state, rates, lag, restarts, last error.")

  @OptionGroup var common: CommonOptions

  @Flag(help: "Print the names only, one a line.")
  var names = false

  func perform(in session: Session) async throws(ControlError) {
    let now = session.clock.now()
    let style = session.output.style
    try await session.answer("plugins.list") { reply throws(ControlError) in
      let plugins = try reply.list("plugins", of: "plugins.list").map(PluginRow.init)
      if names { return plugins.map { PlainText.line($0.name) } }
      return PluginTable.lines(plugins, now: now, style: style)
    }
  }
}
