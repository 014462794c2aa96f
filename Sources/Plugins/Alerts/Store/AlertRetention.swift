internal import EngineCore

/// How much is kept.
struct AlertRetention: Sendable, Equatable {
  /// Transitions, and notifications that were delivered or given up.
  var historyMax: Int = 1_000_000
  var historyAgeNanos: Int64 = 30 * 86_400_000_000_000
  /// How long notifications are kept after they were delivered or given up.
  var deliveredAgeNanos: Int64 = 7 * 86_400_000_000_000
  /// Notifications that wait for delivery: beyond that the oldest are given up, and so are those
  /// that have waited for so long.
  var pendingMax = 100_000
  var pendingAgeNanos: Int64 = 7 * 86_400_000_000_000
  /// When it is.
  var now = Timestamp.zero
  /// Changes of configured rules that were made before that position of the log are of no use any
  /// more.
  var firstSequence: UInt64 = 0

  /// Why a notification is given up, for people.
  var tooOldText: String { "nobody delivered it within \(DurationText.format(pendingAgeNanos))" }
  var tooManyText: String { "more than \(pendingMax) waited for delivery" }
}
