import ArgumentParser

/// `enginectl db`
struct DatabaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db", abstract: "Look at the store of bars, and bring it to another version.",
    subcommands: [DatabaseStatusCommand.self, DatabaseMigrateCommand.self])
}
