/// One call on a `ClientConnection`.
struct ClientStream: Sendable {
  /// Bytes the server may still send by our account.
  var creditBytes: Int64
  /// What the caller took since the last grant.
  var consumedBytes: Int64 = 0
  /// Credit the stream started with; it is renewed when half of it is used.
  let windowBytes: Int64
  var deadlineNanos: Int64?
}
