/// What a string of one's own format must look like, such as a bar spec or a symbol.
public struct TextRule: Sendable {
  /// What is expected, for messages and docs: `a bar spec such as "1m"`.
  public let name: String
  /// A regular expression for JSON Schema, where one exists.
  public let pattern: String?
  /// Whether a string follows the rule.
  public let accepts: @Sendable (String) -> Bool

  /// Makes a rule.
  public init(
    _ name: String, pattern: String? = nil, accepts: @escaping @Sendable (String) -> Bool
  ) {
    self.name = name
    self.pattern = pattern
    self.accepts = accepts
  }

  /// Names of plugins and lanes: `[a-z0-9][a-z0-9_-]{0,62}`.
  public static let name = TextRule(
    "a name of lower-case letters, digits, \"-\" and \"_\"", pattern: "^[a-z0-9][a-z0-9_-]{0,62}$"
  ) { text in
    guard (1...63).contains(text.utf8.count), let first = text.utf8.first else { return false }
    return first != UInt8(ascii: "-") && first != UInt8(ascii: "_")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// Strings with at least one character.
  public static let notEmpty = TextRule("a string that is not empty", pattern: "^.+") {
    !$0.isEmpty
  }
}
