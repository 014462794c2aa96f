/// One call on a `ServerConnection`.
struct ServerStream: Sendable {
  /// Bytes the client still takes; below zero after a message that was larger than what was left.
  var creditBytes: Int64
  var deadlineNanos: Int64?
  /// A handler waits for credit or for the transport.
  var isWaiting = false
  /// Bytes of data the client may still send; nil for a call that takes none.
  var intakeBytes: Int64?
  /// The client has sent its last data.
  var isIntakeOver = false
  /// Set when the client has its status while the handler still runs. The stream keeps counting
  /// against the limit: else a client could start handlers without end by cancelling them.
  var ended: CallError?
}
