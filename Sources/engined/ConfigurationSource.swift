internal import ArgumentParser
internal import EngineCore
internal import Plugins

/// Where the configuration comes from, to be read again on reload.
enum ConfigurationSource: Sendable {
  case file(String)
  /// What `--demo` runs: the same simulation as the default plugins.json.
  case demo

  /// The path of the file, if it is one.
  var path: String? {
    switch self {
    case .file(let path): path
    case .demo: nil
    }
  }

  /// Reads and checks it. Throws `ConfigurationError` with all faults, or `ExitCode` after a
  /// message when there is no such file.
  func load() throws -> EngineConfiguration {
    let loader = ConfigurationLoader(
      catalog: PluginDescription.of(allPlugins), environment: SystemFiles.environment(),
      readFile: { SystemFiles.read($0) })
    switch self {
    case .demo: return try loader.load(Array(Self.demoText.utf8), file: "demo")
    case .file(let path):
      guard let bytes = SystemFiles.read(path) else {
        SystemFiles.printError(
          "engined: cannot read \(path): \(SystemFiles.lastError())\n"
            + "Name a file with --config, print one with `engined defaults`, "
            + "or try `engined --demo`.")
        throw ExitCode(ExitStatus.unreadableFile)
      }
      return try loader.load(bytes, file: path)
    }
  }

  /// The same at the start of the daemon: prints faults and warnings.
  func loadOrExit() throws -> EngineConfiguration {
    do {
      let configuration = try load()
      for warning in configuration.warnings { SystemFiles.printError("warning: \(warning)") }
      return configuration
    } catch let error as ConfigurationError {
      SystemFiles.printError(error.description)
      throw ExitCode(ExitStatus.badConfiguration)
    }
  }

  static let demoText = """
    {
      "engine": { "admin": "run/engine.sock" },
      "plugins": [
        {
          "name": "sim",
          "type": "generator",
          "config": { "model": "gbm", "instruments": 10, "interval": "250ms", "seed": 42 }
        },
        { "name": "probe", "type": "probe", "config": { "subjects": ["trade.>", "quote.>"] } },
        { "name": "bars", "type": "bars", "config": { "specs": ["1s", "5s", "1m", "5m", "1h", "1d"] } },
        {
          "name": "alerts",
          "type": "alerts",
          "config": {
            "rules": [
              { "id": "jump", "when": "change(*, 1m) > 0.1%", "cooldown": "1m", "severity": "info" },
              { "id": "slump", "when": "change(*, 1m) < -0.1%", "cooldown": "1m", "severity": "warning" }
            ]
          }
        },
        { "name": "web", "type": "websocket", "config": { "listen": "127.0.0.1:8000" } }
      ]
    }
    """
}
