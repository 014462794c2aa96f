package import EngineCore

/// Who may do what: the tokens of the configuration.
package struct Access: Sendable {
  /// One token's rights.
  package struct Grant: Sendable, Equatable {
    package var name: String
    /// What may be subscribed to; nil: nothing, empty pattern list never matches.
    package var subscribe: [SubjectPattern]
    package var publish: [SubjectPattern]
    package var isAdmin: Bool

    /// Everything but administration: for servers without tokens.
    package static let open = Grant(
      name: "", subscribe: [SubjectPattern([.rest])], publish: [SubjectPattern([.rest])],
      isAdmin: false)

    /// Whether every event that a pattern matches may be read.
    package func maySubscribe(_ pattern: SubjectPattern) -> Bool {
      subscribe.contains { $0.covers(pattern) }
    }
  }

  private let grants: [(token: [UInt8], grant: Grant)]

  package init(_ settings: [TokenSettings]) {
    grants = settings.map { (Array($0.token.utf8), $0.grant) }
  }

  /// Whether a token is needed at all.
  package var isOpen: Bool { grants.isEmpty }

  /// What a token allows; nil for one that nobody has. Takes as long for a wrong token as for a
  /// right one.
  package func grant(for token: String) -> Grant? {
    let given = Array(token.utf8)
    var found: Grant?
    for (token, grant) in grants where Self.isEqual(token, given) { found = grant }
    return found
  }

  /// Looks at every byte, whatever differs.
  private static func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
  }
}

extension SubjectPattern {
  /// Whether everything that another pattern matches is matched by this one too.
  package func covers(_ other: SubjectPattern) -> Bool {
    for (index, token) in tokens.enumerated() {
      switch token {
      case .rest: return true
      case .any:
        // A pattern that ends here may mean more tokens than this one, as may `>`.
        guard index < other.tokens.count else { return false }
        if other.tokens[index] == .rest { return false }
      case .name:
        guard index < other.tokens.count, other.tokens[index] == token else { return false }
      }
    }
    // A pattern that ends matches all that is longer.
    return true
  }
}
