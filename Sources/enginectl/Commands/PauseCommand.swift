import ArgumentParser

/// `enginectl pause`
struct PauseCommand: ChangeCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Pause plugins: they keep their state and get no events.")
  static let method = "plugins.pause"

  @OptionGroup var selection: PluginSelection
  @OptionGroup var common: CommonOptions
}
