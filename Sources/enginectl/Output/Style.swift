/// How text may look where it goes.
struct Style: Equatable, Sendable {
  var hasColours: Bool
  /// Columns that a line may have; nil for any number.
  var width: Int?

  /// No colours, lines of any length: files, pipes, tests.
  static let plain = Style(hasColours: false, width: nil)

  func paint(_ text: String, _ colour: Colour?) -> String {
    guard hasColours, let colour, !text.isEmpty else { return text }
    return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }
}
