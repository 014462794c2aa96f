import ArgumentParser

/// `enginectl notify pause`
struct NotifyPauseCommand: ChannelCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Hold a channel, also over restarts; what comes waits.")
  static let answer = "is paused"

  @Argument(help: "The channel.")
  var channel: String

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions
}
