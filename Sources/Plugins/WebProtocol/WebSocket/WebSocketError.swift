/// What the other side did wrong: the code to close with, and the reason in words.
public struct WebSocketError: Error, Equatable, Sendable, CustomStringConvertible {
  public var code: WebSocketCloseCode
  public var reason: String

  public init(_ code: WebSocketCloseCode, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  public var description: String { "\(code): \(reason)" }
}
