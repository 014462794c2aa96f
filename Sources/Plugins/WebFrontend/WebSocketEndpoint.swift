internal import Fanout
internal import WebProtocol

/// A path on which WebSockets are opened.
struct WebSocketEndpoint {
  let handshake: ServerHandshake
  let limits: WebSocketLimits
  /// Whether clients need the rights of a token.
  let wantsToken: Bool
  /// Whether clients without one are refused, where there are tokens.
  var needsToken = false
  /// What a client has to be allowed to, before it is let in.
  var needsRight: RouteEndpoint.Right?
  /// Makes what talks to a client; with the rights that it has shown, if it has.
  let service: (WebSocketClient, Access.Grant?) -> any WebSocketService
}

/// What talks to the client of an open WebSocket. Lives on the event loop.
protocol WebSocketService: AnyObject {
  /// What it speaks, for lists of clients.
  var dialect: String { get }

  /// The WebSocket is open.
  func opened()
  /// A message has come; its bytes are there during the call, and nothing is sent before `settle`.
  func take(_ kind: WebSocketMessage.Kind, _ payload: RawSpan, now: Int64)
  /// Does what the message asked for.
  func settle()
  /// The socket may take more, or has just become full.
  func writabilityChanged()
  func timePassed(now: Int64)
  /// The server stops: clients are told, and closed when they have what is theirs.
  func shutDown(now: Int64)
  /// Sends what is due before the end; called until the connection is closed.
  func drain()
  /// The WebSocket is over, one way or the other.
  func ended()
}
