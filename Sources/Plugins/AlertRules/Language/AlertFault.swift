internal import EngineCore

/// One thing that is wrong with a rule: where, what was expected, what was found.
public struct AlertFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The rule's key that holds the text, such as `when` or `message`.
  public var key: String
  /// Column in the text, from 1, in Unicode scalars; 0 when the fault is the whole value.
  public var column: Int
  /// What would have been accepted.
  public var expected: String
  /// What is there.
  public var found: String
  /// What was most likely meant, as it would be written.
  public var suggestion: String?

  public init(
    key: String = "when", column: Int, expected: String, found: String, suggestion: String? = nil
  ) {
    self.key = key
    self.column = column
    self.expected = expected
    self.found = found
    self.suggestion = suggestion
  }

  /// `when:14: expected a percentage such as 2%, found 2; did you mean "2%"?`
  public var description: String {
    let place = column > 0 ? "\(key):\(column)" : key
    let hint = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
    return "\(place): expected \(expected), found \(found)\(hint)"
  }

  func inKey(_ key: String) -> AlertFault {
    var copy = self
    copy.key = key
    return copy
  }
}
