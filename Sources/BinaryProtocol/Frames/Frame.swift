/// One frame of the protocol, decoded. docs/protocol.md gives the bytes of each.
public enum Frame: Equatable, Sendable {
  /// Client to server, first on a connection: the versions and limits it has.
  case hello(Hello)
  /// The server's answer: what was agreed, and who it is.
  case helloAck(HelloAck)
  /// Client to server: starts a call on a new stream.
  case call(stream: UInt32, CallRequest)
  /// A payload on a stream; the last one ends the stream with status `ok`.
  case message(stream: UInt32, payload: [UInt8], isLast: Bool)
  /// Server to client: the end of a stream.
  case status(stream: UInt32, CallStatus)
  /// Client to server: the caller is no longer interested.
  case cancel(stream: UInt32)
  /// Client to server: the other side may send this many bytes more on the stream.
  case credit(stream: UInt32, bytes: UInt32)
  /// Asks for a `pong` with the same value.
  case ping(UInt64)
  /// Answers a `ping`.
  case pong(UInt64)
  /// No new calls will be taken or made on this connection.
  case goAway(GoAway)
  /// Records, or what they are compressed to.
  case data(stream: UInt32, flags: UInt8, payload: [UInt8])

  /// The type byte of this frame.
  public var type: FrameType {
    switch self {
    case .hello: .hello
    case .helloAck: .helloAck
    case .call: .call
    case .message: .message
    case .status: .status
    case .cancel: .cancel
    case .credit: .credit
    case .ping: .ping
    case .pong: .pong
    case .goAway: .goAway
    case .data: .data
    }
  }

  /// The stream id in the header: zero for frames of the connection.
  public var streamID: UInt32 {
    switch self {
    case .hello, .helloAck, .ping, .pong, .goAway: 0
    case .call(let stream, _), .message(let stream, _, _), .status(let stream, _),
      .cancel(let stream), .credit(let stream, _), .data(let stream, _, _):
      stream
    }
  }
}
