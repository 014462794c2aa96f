public import EngineCore

/// Where a subscription begins.
public enum SubscribeStart: Equatable, Sendable {
  /// With what comes from now on.
  case live
  /// With the last quotes, trades, open bars and states, then what comes.
  case snapshot
  /// With this sequence: where another stream ended.
  case position(StreamPosition)
  /// With the first event that the server has whose time is not before this.
  case time(Timestamp)

  var code: UInt8 {
    switch self {
    case .live: 1
    case .snapshot: 2
    case .position: 3
    case .time: 4
    }
  }
}
