/// What a `ClientConnection` wants done, in this order.
public enum ClientAction: Equatable, Sendable {
  /// Write these bytes.
  case send([UInt8])
  /// The handshake is over: calls may start.
  case opened(HelloAck)
  /// A message of a call; report it with `consumed` when the caller took it.
  case deliver(stream: UInt32, [UInt8])
  /// Data of a call; report it with `consumed` when the caller took it.
  case data(DataFrame)
  /// The call is over: nil when it went well.
  case endStream(stream: UInt32, CallError?)
  /// Close the transport.
  case close(CloseReason)
}
