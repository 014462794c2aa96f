/// What a `StreamConnection` wants done, in this order.
public enum StreamAction: Equatable, Sendable {
  /// Send this text as one message.
  case send([UInt8])
  /// Look the token up; answer with `authenticated` or `refused`.
  case authenticate(request: Int64, token: String)
  /// Begin a subscription; answer with `subscribed` or `refused`.
  case subscribe(request: Int64, subscription: UInt32, StreamSubscribe)
  /// Change a subscription's intervals; answer with `updated` or `refused`.
  case update(request: Int64, StreamUpdate)
  /// Stop sending events of it: the client has been told that it is over.
  case stop(subscription: UInt32)
  /// Answer with `pinged`.
  case ping(request: Int64)
  /// Close the WebSocket, after what was sent. The last action.
  case close(WebSocketCloseCode, reason: String)
}
