import ArgumentParser

/// `enginectl resume`
struct ResumeCommand: ChangeCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let paused plugins go on.")
  static let method = "plugins.resume"

  @OptionGroup var selection: PluginSelection
  @OptionGroup var common: CommonOptions
}
