import ArgumentParser

/// `enginectl config`
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Look at the running configuration.",
    subcommands: [ConfigShowCommand.self])
}
