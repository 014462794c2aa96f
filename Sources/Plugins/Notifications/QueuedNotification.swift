internal import EngineCore

/// A notification in a channel's queue.
struct QueuedNotification: Sendable {
  let id: Int64
  /// What it must not overtake others of.
  let line: String
  let severity: NotificationSeverity
  let created: Timestamp
  /// When the queue saw it first.
  var arrived: Timestamp
  var failures: Int
  /// Not before.
  var due: Timestamp
  /// The message that it goes with, once it has gone: a message that is sent again is the same.
  var message: UInt64?
  var isUnderWay = false
}
