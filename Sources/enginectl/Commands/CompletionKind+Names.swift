import ArgumentParser

/// Completions that ask the daemon; without one they offer nothing.
extension CompletionKind {
  /// Names of plugins.
  static var pluginNames: CompletionKind {
    .shellCommand("enginectl list --names --timeout 1s 2>/dev/null")
  }

  /// Names of log levels.
  static var logLevels: CompletionKind {
    .list(["trace", "debug", "info", "warning", "error"])
  }
}
