/// What an opening handshake needs to know of an HTTP request.
public struct HandshakeRequest: Sendable {
  public var method: String
  /// The version, such as 1 and 1 of HTTP/1.1.
  public var major: Int
  public var minor: Int
  public var headers: [HandshakeHeader]

  public init(
    method: String = "GET", major: Int = 1, minor: Int = 1, headers: [HandshakeHeader]
  ) {
    self.method = method
    self.major = major
    self.minor = minor
    self.headers = headers
  }

  /// Whether the client wants a WebSocket at all; what else is wrong with it, `ServerHandshake`
  /// says.
  public var isUpgrade: Bool {
    (HeaderScanner.tokens(headers.values("Upgrade")) ?? []).contains {
      $0.lowercased() == "websocket"
    }
  }
}
