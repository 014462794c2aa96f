import ArgumentParser

/// `enginectl notify resume`
struct NotifyResumeCommand: ChannelCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let a paused channel go on.")
  static let answer = "goes on"

  @Argument(help: "The channel.")
  var channel: String

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions
}
