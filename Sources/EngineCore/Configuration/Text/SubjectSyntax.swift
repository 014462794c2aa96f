/// The outer form of a subject: an event kind, then tokens separated by dots.
///
/// A token in double quotes may hold anything; `*` stands for one token and `>` for the rest. What
/// the tokens of each kind mean is for the bus to say: settings need the form and the kind.
struct SubjectSyntax: Hashable {
  /// Kinds of events; a subject names one of them, or `*` or `>` for any.
  static let kinds = [
    "trade", "quote", "bar", "alert", "correction", "watermark", "gap", "status", "definition",
    "time", "command",
  ]
  /// Kinds that the engine itself publishes, whatever plugins run.
  static let engineKinds: Set<String> = [
    "watermark", "gap", "status", "definition", "time", "command",
  ]

  /// The first token.
  let kind: String

  /// Whether the first token stands for every kind.
  var isAnyKind: Bool { kind == "*" || kind == ">" }

  /// Reads a subject; nil when its form is wrong.
  init?(_ text: String) {
    guard let tokens = SubjectSyntax.tokens(text), let first = tokens.first else { return nil }
    for token in tokens.dropLast() where token == ">" { return nil }
    kind = first
  }

  private static func tokens(_ text: String) -> [String]? {
    var tokens: [String] = []
    var rest = Array(text.unicodeScalars)[...]
    while true {
      if rest.first == "\"" {
        guard let close = rest.dropFirst().firstIndex(of: "\""), close > rest.startIndex + 1
        else { return nil }
        tokens.append(string(rest[(rest.startIndex + 1)..<close]))
        rest = rest[(close + 1)...]
      } else {
        let token = rest.prefix { $0 != "." }
        guard !token.isEmpty,
          token.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && $0 != "\"" }),
          token.count == 1 || !token.contains(where: { $0 == "*" || $0 == ">" })
        else { return nil }
        tokens.append(string(token))
        rest = rest.dropFirst(token.count)
      }
      guard let separator = rest.popFirst() else { return tokens }
      guard separator == "." else { return nil }
    }
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }
}
