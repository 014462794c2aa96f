/// Which side of a connection this is: clients mask what they send, servers do not.
public enum WebSocketRole: Sendable, Equatable {
  case server
  case client
}
