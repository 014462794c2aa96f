internal import ArgumentParser
internal import EngineCore

/// Runs the daemon: what `engined` does without a subcommand.
struct RunCommand: ParsableCommand {
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

  func run() throws {
    let source: ConfigurationSource = demo ? .demo : .file(config ?? "plugins.json")
    // Before any other thread exists, so that all of them leave signals to this one.
    let signals = SignalWaiter()
    let configuration = try source.loadOrExit()
    SystemFiles.raiseDescriptorLimit()
    let signalled = SignalRelay()
    Task {
      SignalWaiter.leave(await Daemon.run(configuration, from: source, signals: signalled))
    }
    signals.wait { signalled.received($0) }
  }
}
