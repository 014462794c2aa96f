/// Where a plugin is in its life.
public enum PluginState: String, Sendable, CaseIterable {
  case stopped, starting, running, stopping
  /// Crashed; will be started again by itself.
  case backoff
  /// Crashed too often, or may not restart: waits for a person.
  case failed

  var statusCode: StatusCode {
    switch self {
    case .stopped: .stopped
    case .starting: .starting
    case .running: .running
    case .stopping: .stopping
    case .backoff: .backoff
    case .failed: .failed
    }
  }
}
