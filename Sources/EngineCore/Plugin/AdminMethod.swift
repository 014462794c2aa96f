/// A method of the admin socket.
public struct AdminMethod: Equatable, Sendable {
  public var name: String
  /// One line for people.
  public var summary: String
  public var isStreaming: Bool

  public init(name: String, summary: String, isStreaming: Bool) {
    self.name = name
    self.summary = summary
    self.isStreaming = isStreaming
  }
}
