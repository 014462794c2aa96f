/// Why a text is not JSON: where, what the grammar allows there, and what is there.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The first character that cannot be right.
  public let position: TextPosition
  /// What would have been accepted, such as `a value`.
  public let expected: String
  /// What is there, such as `"}"` or `end of text`.
  public let found: String

  /// Makes an error.
  public init(position: TextPosition, expected: String, found: String) {
    self.position = position
    self.expected = expected
    self.found = found
  }

  /// `line:column: expected …, found …`.
  public var description: String { "\(position): expected \(expected), found \(found)" }
}
