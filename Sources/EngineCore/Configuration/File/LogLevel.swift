/// How much a log line matters, the least first.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Every step.
  case trace
  /// What a developer wants to see.
  case debug
  /// What an operator wants to see.
  case info
  /// Odd, and handled.
  case warning
  /// Wrong, and someone should look.
  case error

  private var rank: Int {
    switch self {
    case .trace: 0
    case .debug: 1
    case .info: 2
    case .warning: 3
    case .error: 4
    }
  }

  /// `debug < info`.
  public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
