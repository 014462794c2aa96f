internal import AlertRules
internal import EngineCore

/// A notification on its way to the outbox, once for each channel.
struct KeptNotification: Sendable, Equatable {
  var rule: String
  /// The instrument of the first firing it tells of.
  var instrument: String
  var generation: UInt32
  var number: UInt32
  var kind: AlertNotification.Kind
  var severity: AlertSeverity
  var channels: [String]
  var members: [AlertRecord]
  var more: UInt32
  var created: Timestamp
  /// Where the log was when it was given out: only once a base is behind that it can never be given
  /// out again.
  var position: UInt64

  var key: String { "\(rule)/\(instrument)/\(generation)/\(number)" }

  /// When it may be given out: at once. Its own time is ahead of a clock that was set back.
  func due(at now: Timestamp) -> Timestamp { min(created, now) }

  var title: String { members.first?.message ?? rule }
}
