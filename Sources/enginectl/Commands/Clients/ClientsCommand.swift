import ArgumentParser

/// `enginectl clients`
struct ClientsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clients", abstract: "List the clients of the frontends, or disconnect some.",
    subcommands: [ClientsListCommand.self, ClientsKickCommand.self],
    defaultSubcommand: ClientsListCommand.self)
}
