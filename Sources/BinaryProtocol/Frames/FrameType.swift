/// The kind of a frame, as byte 4 of its header says.
public enum FrameType: UInt8, CaseIterable, Sendable {
  case hello = 1
  case helloAck = 2
  case call = 3
  case message = 4
  case status = 5
  case cancel = 6
  case credit = 7
  case ping = 8
  case pong = 9
  case goAway = 10
  case data = 11

  /// Whether frames of this type belong to the connection, so that their stream id must be zero.
  public var isConnectionFrame: Bool {
    switch self {
    case .hello, .helloAck, .ping, .pong, .goAway: true
    case .call, .message, .status, .cancel, .credit, .data: false
    }
  }

  /// The flag bits that this type defines.
  var knownFlags: UInt8 {
    switch self {
    case .call: FrameFlags.unary
    case .message: FrameFlags.end
    case .data: FrameFlags.compressed | FrameFlags.lastData
    default: 0
    }
  }
}
