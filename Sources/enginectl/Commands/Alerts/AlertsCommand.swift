import ArgumentParser

/// `enginectl alerts`
struct AlertsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts", abstract: "Look at alert rules, change them, try them on tick files.",
    subcommands: [
      AlertsListCommand.self, AlertsShowCommand.self, AlertsAddCommand.self,
      AlertsRemoveCommand.self, AlertsEnableCommand.self, AlertsDisableCommand.self,
      AlertsAckCommand.self, AlertsSilenceCommand.self, AlertsHistoryCommand.self,
      AlertsTestCommand.self, AlertsExplainCommand.self,
    ])
}
