/// How a connection ended.
public struct WebSocketClosure: Equatable, Sendable, CustomStringConvertible {
  public var code: WebSocketCloseCode
  public var reason: String
  /// Whether both sides have said that it is over.
  public var isClean: Bool
  /// Whether the other side began it.
  public var isByPeer: Bool

  public init(
    _ code: WebSocketCloseCode, _ reason: String, isClean: Bool, isByPeer: Bool
  ) {
    self.code = code
    self.reason = reason
    self.isClean = isClean
    self.isByPeer = isByPeer
  }

  public var description: String {
    "\(isByPeer ? "closed by the other side" : "closed"): \(code)"
      + (reason.isEmpty ? "" : ", \(reason)")
  }
}
