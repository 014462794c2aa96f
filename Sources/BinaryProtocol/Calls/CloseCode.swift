/// Why a connection ended; also the code of a GOAWAY.
public enum CloseCode: UInt8, CaseIterable, Sendable {
  /// One side stops in good order.
  case shutDown = 0
  /// Bytes or frames that the protocol does not allow.
  case protocolError = 1
  /// No version that both sides speak.
  case unsupportedVersion = 2
  /// A limit of the server, such as its number of connections.
  case limitExceeded = 3
  /// No `hello` or `helloAck` in time.
  case handshakeTimeout = 4
  /// No sign of life after a ping.
  case keepAliveTimeout = 5
  /// The other side does not read what is sent to it.
  case slowReader = 6
  /// The other side may not use this server.
  case denied = 7
  /// A fault of this side.
  case internalError = 8
  /// The other side closed without a word. Never on the wire.
  case peerClosed = 9
  /// The transport reported an error. Never on the wire.
  case transportFailed = 10
}
