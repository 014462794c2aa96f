/// What a `WebSocketConnection` found, or wants done.
public enum WebSocketEvent: Equatable, Sendable {
  /// Read it with `withPayload` before the next call.
  case message(WebSocketMessage)
  /// Write these bytes.
  case send([UInt8])
  /// An answer to a ping, and how long it took, in nanoseconds.
  case pong(roundTripNanos: Int64)
  /// Close the transport when what was sent is out. The last event of a connection.
  case close(WebSocketClosure)
}
