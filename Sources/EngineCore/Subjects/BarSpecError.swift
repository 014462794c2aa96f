/// Why a text is no bar spec.
public struct BarSpecError: Error, Sendable, Equatable, CustomStringConvertible {
  public var text: String
  public var expected: String

  public init(text: String, expected: String) {
    self.text = text
    self.expected = expected
  }

  public var description: String { "bar spec \"\(text)\": expected \(expected)" }
}
