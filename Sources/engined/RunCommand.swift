internal import ArgumentParser
internal import EngineCore

/// Runs the daemon: what `engined` does without a subcommand.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the plugins of a configuration (the default).")

  @Option(help: "The configuration file.")
  var config: String?

  @Flag(help: "Run a small simulation without any file.")
  var demo = false

  func validate() throws {
    if demo, config != nil {
      throw ValidationError("--demo brings its own configuration: leave --config out")
    }
  }

  func run() async throws {
    let source: ConfigurationSource = demo ? .demo : .file(config ?? "plugins.json")
    // Before any thread exists, so that all of them leave signals to the one that waits for them.
    let signals = SignalWaiter()
    let configuration = try source.loadOrExit()
    let code = await Daemon.run(configuration, from: source, signals: signals)
    if code != 0 { throw ExitCode(code) }
  }
}
