import ArgumentParser

/// `enginectl history`
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Look at bars and ticks of the past.",
    subcommands: [
      HistoryBarsCommand.self, HistoryTicksCommand.self, HistorySeriesCommand.self,
    ])
}
