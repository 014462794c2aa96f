internal import ArgumentParser
internal import EngineCore

/// The daemon's command line.
@main
struct Engined: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engined",
    abstract: "Real-time market-data engine.",
    discussion: """
      Runs the plugins of a configuration until SIGINT or SIGTERM; a second signal quits at once,
      SIGHUP reloads the file. Exit codes: 0 stopped in order, 64 wrong arguments, 66 a file cannot \
      be read, 73 the admin socket cannot be made, 75 another daemon runs, 78 the configuration is \
      not valid.
      """,
    version: "engined \(Release.version)",
    subcommands: [
      RunCommand.self, CheckCommand.self, SchemaCommand.self, DefaultsCommand.self,
      DocsCommand.self,
    ],
    defaultSubcommand: RunCommand.self)
}

/// Exit codes, as in sysexits.h.
enum ExitStatus {
  static let unreadableFile: Int32 = 66
  static let noSocket: Int32 = 73
  static let alreadyRunning: Int32 = 75
  static let badConfiguration: Int32 = 78
}
