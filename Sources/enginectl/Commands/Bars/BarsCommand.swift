import ArgumentParser

/// `enginectl bars`
struct BarsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bars", abstract: "Look at bars, change which are made, compute them from files.",
    subcommands: [
      BarsListCommand.self, BarsShowCommand.self, BarsAddCommand.self, BarsRemoveCommand.self,
      BarsLateCommand.self, BarsRebuildCommand.self, BarsComputeCommand.self,
    ])
}
