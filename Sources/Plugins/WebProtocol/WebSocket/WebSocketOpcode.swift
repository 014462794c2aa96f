/// What a frame carries (RFC 6455, section 5.2).
public enum WebSocketOpcode: UInt8, Sendable, CaseIterable {
  case continuation = 0
  case text = 1
  case binary = 2
  case close = 8
  case ping = 9
  case pong = 10

  /// Close, ping and pong: short, never in pieces, allowed between the pieces of a message.
  public var isControl: Bool { rawValue >= 8 }
}
