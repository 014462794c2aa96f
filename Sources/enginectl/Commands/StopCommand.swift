import ArgumentParser

/// `enginectl stop`
struct StopCommand: ChangeCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop plugins: they finish what they hold and stay stopped.")
  static let method = "plugins.stop"

  @OptionGroup var selection: PluginSelection
  @OptionGroup var common: CommonOptions
}
