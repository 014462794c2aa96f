import ArgumentParser

/// `enginectl start`
struct StartCommand: ChangeCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start plugins; also those that failed, with a fresh count of restarts.")
  static let method = "plugins.start"

  @OptionGroup var selection: PluginSelection
  @OptionGroup var common: CommonOptions
}
