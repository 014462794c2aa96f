/// What a `ServerConnection` wants done, in this order.
public enum ServerAction: Equatable, Sendable {
  /// Write these bytes.
  case send([UInt8])
  /// The handshake is over; the client's name, as it gave it.
  case opened(clientName: String)
  /// Run this call; answer with `send` and exactly one `finish`.
  case startCall(stream: UInt32, CallRequest, deadlineNanos: Int64?)
  /// Data of a call whose intake was opened with `grant`; give credit back with `grant` when it
  /// was taken.
  case data(DataFrame)
  /// A stream that was told to wait may send again.
  case resume(stream: UInt32)
  /// The caller is gone or the deadline passed: stop the handler, then call `finish`.
  case cancelCall(stream: UInt32, CallError)
  /// A call was answered with an error before it began; for those who count.
  case refusedCall(stream: UInt32, CallError)
  /// Close the transport, after what was sent is out.
  case close(CloseReason)
}
