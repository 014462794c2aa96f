internal import EngineCore

/// How much is kept.
struct AlertRetention: Sendable, Equatable {
  /// Transitions.
  var historyMax: Int = 1_000_000
  var historyAgeNanos: Int64 = 30 * 86_400_000_000_000
  /// How long notifications are kept after they were delivered or given up.
  var deliveredAgeNanos: Int64 = 7 * 86_400_000_000_000
  /// When it is.
  var now = Timestamp.zero
  /// Changes of configured rules that were made before that position of the log are of no use any
  /// more.
  var firstSequence: UInt64 = 0
}
