/// Which instruments a rule watches; each has a state of its own.
public enum AlertSelector: Sendable, Hashable, CustomStringConvertible {
  /// Every instrument, from the moment of its first event.
  case all
  /// These, by key: one or several.
  case keys([String])

  /// As the language writes it: `*`, `EURUSD`, `[EURUSD, "BRK B"]`.
  public var description: String {
    switch self {
    case .all: return "*"
    case .keys(let keys):
      let texts = keys.map(Self.quoted)
      return texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    }
  }

  /// A key as a word where that can be read back, else in quotes.
  static func quoted(_ key: String) -> String {
    let scalars = Array(key.unicodeScalars)
    let isWord =
      scalars.first.map { AlertLexer.beginsWord($0) || AlertLexer.isDigit($0) } ?? false
    if isWord, scalars.allSatisfy(AlertLexer.continuesWord) { return key }
    let escaped = key.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }
    return "\"\(escaped.joined())\""
  }
}
