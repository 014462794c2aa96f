/// Why a request does not become a WebSocket, as an HTTP answer.
public struct HandshakeRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  public var status: Int
  public var reason: String
  /// Header fields that belong to the answer.
  public var headers: [HandshakeHeader] = []

  public var description: String { "\(status): \(reason)" }
}
