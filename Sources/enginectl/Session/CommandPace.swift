/// How long a command runs.
enum CommandPace: Sendable {
  /// Asks and is done.
  case question
  /// Waits for plugins to start or stop.
  case change
  /// Goes on until somebody ends it.
  case stream

  /// The limit when `--timeout` does not name one.
  var timeoutNanos: Int64? {
    switch self {
    case .question: 10_000_000_000
    case .change: 60_000_000_000
    case .stream: nil
    }
  }
}
