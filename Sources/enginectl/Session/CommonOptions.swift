import ArgumentParser

/// What every command takes.
struct CommonOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket. Default: $ENGINE_SOCKET, else engine.admin of ./plugins.json, else "
        + "run/engine.sock.",
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Option(
    help: ArgumentHelp(
      "How long the whole command may take, such as 500ms or 1m. Default: 10s, 60s for changes, "
        + "no limit for streams.",
      valueName: "duration"))
  var timeout: DurationArgument?

  @Flag(help: "Print the daemon's JSON, one document; streams print one a line.")
  var json = false

  @OptionGroup var feed: FeedTarget
}
