/// A piece of a condition's text.
struct AlertToken: Equatable {
  enum Kind: Equatable {
    /// Begins with a letter: names, symbols, `and`, `crosses`.
    case word(String)
    /// Begins with a digit: `1.0950`, `2%`, `5m`, `100t@bid`.
    case numeric(String)
    /// In quotes.
    case quoted(String)
    case mark(String)
    case end
  }

  var kind: Kind
  /// From 1, in Unicode scalars.
  var column: Int

  /// How a fault names it.
  var found: String {
    switch kind {
    case .word(let text), .numeric(let text), .mark(let text), .quoted(let text): "\"\(text)\""
    case .end: "the end"
    }
  }

  func isMark(_ text: String) -> Bool { kind == .mark(text) }
  func isWord(_ text: String) -> Bool { kind == .word(text) }
}
