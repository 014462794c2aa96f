/// Why a connection ended, with the detail for people.
public struct CloseReason: Equatable, Sendable, CustomStringConvertible {
  public var code: CloseCode
  public var text: String

  public init(_ code: CloseCode, _ text: String) {
    self.code = code
    self.text = text
  }

  public var description: String { text.isEmpty ? "\(code)" : "\(code): \(text)" }
}
