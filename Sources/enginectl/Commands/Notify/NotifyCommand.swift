import ArgumentParser

/// `enginectl notify`
struct NotifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify", abstract: "Look at who is told what, test channels, send again.",
    subcommands: [
      NotifyListCommand.self, NotifyStatusCommand.self, NotifyTestCommand.self,
      NotifyHistoryCommand.self, NotifyDeadCommand.self, NotifyResendCommand.self,
      NotifyPauseCommand.self, NotifyResumeCommand.self, NotifyAddCommand.self,
      NotifyRemoveCommand.self,
    ])
}
