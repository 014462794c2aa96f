/// One call on a `ClientConnection`.
struct ClientStream: Sendable {
  /// Bytes the server may still send by our account.
  var creditBytes: Int64
  /// What the caller took since the last grant.
  var consumedBytes: Int64 = 0
  /// Credit the stream started with; it is renewed when half of it is used.
  let windowBytes: Int64
  var deadlineNanos: Int64?
  /// Whether the server may answer with data frames.
  let takesData: Bool
  /// Silence, while there is credit, after which the call counts as broken; 0: never.
  let silenceNanos: Int64
  /// When the server last sent something, or could not for want of credit.
  var lastHeard: Int64

  /// When the silence has lasted too long; nil when that cannot be.
  var silenceDeadline: Int64? {
    silenceNanos > 0 && creditBytes > 0 ? lastHeard.addingSaturated(silenceNanos) : nil
  }
}
