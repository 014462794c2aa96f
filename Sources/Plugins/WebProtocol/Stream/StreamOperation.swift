/// What a request asks for.
public enum StreamOperation: Equatable, Sendable {
  /// Who the client is; with a token when it has one.
  case hello(client: String, token: String?)
  case authenticate(token: String)
  case subscribe(StreamSubscribe)
  case update(StreamUpdate)
  case unsubscribe([UInt32])
  case ping
}
