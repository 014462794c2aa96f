import ArgumentParser
internal import EngineCore

/// The control tool: one file a command in Commands.
@main
struct Enginectl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enginectl",
    abstract: "Control a Tickwire engine while it runs.",
    discussion: """
      Every command takes --json, --socket and --timeout.

      Exit codes: 0 done, 1 refused by the daemon or a plugin failed, 64 wrong usage, \
      69 no daemon, 70 protocol error, 74 output failed, 124 timeout, 130 interrupted.
      """,
    version: Release.version,
    groupedSubcommands: [
      CommandGroup(
        name: "Plugins",
        subcommands: [
          ListCommand.self, StatusCommand.self, StartCommand.self, StopCommand.self,
          RestartCommand.self, PauseCommand.self, ResumeCommand.self, PluginCommandCommand.self,
          SeekCommand.self, SpeedCommand.self,
        ]),
      CommandGroup(
        name: "Events",
        subcommands: [
          TapCommand.self, SubjectsCommand.self, InstrumentsCommand.self, BarsCommand.self,
          AlertsCommand.self, NotifyCommand.self,
          JournalCommand.self, ReplayCommand.self, HistoryCommand.self, DatabaseCommand.self,
          ExportCommand.self, ImportCommand.self,
        ]),
      CommandGroup(
        name: "Engine",
        subcommands: [
          TopCommand.self, ClientsCommand.self, ReloadCommand.self, ConfigCommand.self,
          LogsCommand.self,
          LogLevelCommand.self, DoctorCommand.self,
        ]),
      CommandGroup(
        name: "Binary feed",
        subcommands: [
          SubscribeCommand.self, PublishCommand.self, DescribeCommand.self, BenchCommand.self,
        ]),
      CommandGroup(
        name: "Tool",
        subcommands: [VersionCommand.self, CompletionsCommand.self]),
    ])
}
