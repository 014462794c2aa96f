import ArgumentParser
import EngineCore

/// What happens to a subscription that is slower than the engine.
enum FeedPolicy: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// The engine waits, where the server allows it.
  case lossless
  /// Older events are dropped, and a gap says which.
  case dropOldest = "drop-oldest"
  /// The newest state of each instrument and kind is kept.
  case conflate
  /// The subscription ends.
  case disconnect

  var policy: DeliveryPolicy {
    switch self {
    case .lossless: .lossless
    case .dropOldest: .dropOldest
    case .conflate: .conflate
    case .disconnect: .disconnect
    }
  }
}
