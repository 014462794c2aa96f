/// One column of a table.
struct Column: Equatable, Sendable {
  var title: String
  var isNumber: Bool
  /// Fewest columns of the terminal it may be cut to; nil when it is never cut.
  var least: Int?

  /// Text, aligned left.
  static func text(_ title: String, least: Int? = nil) -> Column {
    Column(title: title, isNumber: false, least: least)
  }

  /// A number, aligned right.
  static func number(_ title: String) -> Column {
    Column(title: title, isNumber: true, least: nil)
  }
}
