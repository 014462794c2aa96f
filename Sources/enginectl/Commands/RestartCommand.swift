import ArgumentParser

/// `enginectl restart`
struct RestartCommand: ChangeCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Stop plugins and start them again.")
  static let method = "plugins.restart"

  @OptionGroup var selection: PluginSelection
  @OptionGroup var common: CommonOptions
}
