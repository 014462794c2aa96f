/// A place in a text: line and column count from 1, the column in Unicode scalars.
///
/// Only a line feed ends a line, so that a file with CRLF line ends has the line numbers an editor
/// shows.
public struct TextPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The first character of a text.
  public static let start = TextPosition(line: 1, column: 1)

  /// The line, from 1.
  public var line: Int
  /// The column in Unicode scalars, from 1.
  public var column: Int

  /// Makes a position; both numbers count from 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `line:column`, as compilers print it.
  public var description: String { "\(line):\(column)" }

  /// Reading order.
  public static func < (left: TextPosition, right: TextPosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
