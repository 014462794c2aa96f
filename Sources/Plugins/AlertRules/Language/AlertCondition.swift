public import EngineCore

/// A condition that was read, checked and made ready.
public struct AlertCondition: Sendable, Hashable, CustomStringConvertible {
  public let expression: AlertExpression
  /// The instruments of all its terms.
  public let selector: AlertSelector

  /// Reads and checks a condition.
  public init(
    parsing text: String, names: AlertNames = .any, limits: AlertLimits = .standard
  ) throws(AlertFault) {
    let expression = try AlertParser.parse(text, names: names, limits: limits)
    try AlertTypeChecker.check(expression)
    guard let selector = AlertTypeChecker.selector(of: expression) else {
      throw AlertFault(
        column: 1, expected: "a condition of an instrument such as price(EURUSD) > 1.1",
        found: "\(expression)")
    }
    let crossings = expression.all.count { part in
      if case .comparison(let comparison, _, _) = part.kind { return comparison.isCrossing }
      return false
    }
    guard crossings <= Self.crossingsMax else {
      throw AlertFault(
        column: 1, expected: "at most \(Self.crossingsMax) crossings", found: "\(crossings)")
    }
    self.expression = expression
    self.selector = selector
  }

  /// Crossings of one condition.
  static let crossingsMax = 8

  /// The canonical text: parsing it gives the same condition.
  public var description: String { expression.description }

  /// What it reads, each once, in the order of the text.
  public var terms: [AlertTerm] {
    var found: [AlertTerm] = []
    for part in expression.all {
      if case .term(let term, _) = part.kind, !found.contains(term) { found.append(term) }
    }
    return found
  }

  /// The bars that it needs.
  public var specs: [BarSpec] {
    var found: [BarSpec] = []
    for spec in terms.compactMap(\.spec) where !found.contains(spec) { found.append(spec) }
    return found
  }

  /// Whether it can be true for one event only, so that it cannot be asked to hold for a time.
  var isPulse: Bool { Self.isPulse(expression) }

  private static func isPulse(_ expression: AlertExpression) -> Bool {
    switch expression.kind {
    case .comparison(.crosses, _, _): true
    case .term(let term, _): term.isPulse
    case .and(let left, let right), .or(let left, let right): isPulse(left) || isPulse(right)
    default: false
    }
  }
}
