import ArgumentParser

/// `enginectl notify remove`
struct NotifyRemoveCommand: ChannelCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a channel that was added; what waits stays.")
  static let answer = "is removed"

  @Argument(help: "The channel.")
  var channel: String

  @OptionGroup var target: NotifyTarget
  @OptionGroup var common: CommonOptions
}
