/// What a decoder found.
public enum WebSocketItem: Equatable, Sendable {
  case message(WebSocketMessage)
  case ping([UInt8])
  case pong([UInt8])
  /// The other side closes; nil when it does not say why. Nothing that follows counts.
  case close(WebSocketCloseCode?, reason: String)
}
