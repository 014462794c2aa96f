/// A method of a server.
public struct CallMethod: Sendable {
  /// What callers name, 1 to 255 bytes of UTF-8.
  public let name: String
  /// One line for people, shown by `describe`.
  public let summary: String
  /// What runs.
  public let handler: CallHandler

  public init(name: String, summary: String, handler: CallHandler) {
    self.name = name
    self.summary = summary
    self.handler = handler
  }
}
