internal import EngineCore

/// Reads a condition; see docs/alerts.md for the grammar.
struct AlertParser {
  let tokens: [AlertToken]
  let names: AlertNames
  let limits: AlertLimits
  var index = 0
  private var depth = 0
  private var nodes = 0

  init(_ text: String, names: AlertNames, limits: AlertLimits) throws(AlertFault) {
    guard text.unicodeScalars.count <= limits.textMax else {
      throw AlertFault(
        column: limits.textMax + 1, expected: "at most \(limits.textMax) characters",
        found: "\(text.unicodeScalars.count)")
    }
    tokens = try AlertLexer.tokens(of: text)
    self.names = names
    self.limits = limits
  }

  static func parse(
    _ text: String, names: AlertNames, limits: AlertLimits
  ) throws(AlertFault) -> AlertExpression {
    var parser = try AlertParser(text, names: names, limits: limits)
    let expression = try parser.disjunction()
    guard parser.token.kind == .end else { throw parser.behind() }
    return expression
  }

  var token: AlertToken { tokens[index] }

  mutating func advance() { index += 1 }

  mutating func takeMark(_ text: String) -> Bool {
    guard token.isMark(text) else { return false }
    index += 1
    return true
  }

  mutating func takeWord(_ text: String) -> Bool {
    guard token.isWord(text) else { return false }
    index += 1
    return true
  }

  func fault(_ expected: String, _ suggestion: String? = nil) -> AlertFault {
    AlertFault(
      column: token.column, expected: expected, found: token.found, suggestion: suggestion)
  }

  mutating func expectMark(_ text: String, _ expected: String? = nil) throws(AlertFault) {
    guard takeMark(text) else { throw fault(expected ?? "\"\(text)\"") }
  }

  /// A fault at what stands behind a whole condition.
  private func behind() -> AlertFault {
    let operators = ["and", "or", "crosses above", "crosses below"]
    guard case .word(let word) = token.kind else {
      return fault("an operator such as \"and\" or \">\", or the end")
    }
    let meant = ["AND": "and", "OR": "or", "above": "crosses above", "below": "crosses below"]
    return fault(
      "an operator such as \"and\" or \">\", or the end",
      meant[word] ?? Spelling.nearest(to: word, in: operators + ["crosses"]))
  }

  /// A node of the tree, within the limit of nodes.
  mutating func make(
    _ kind: AlertExpression.Kind, _ column: Int
  ) throws(AlertFault) -> AlertExpression {
    nodes += 1
    guard nodes <= limits.nodesMax else {
      throw AlertFault(
        column: column, expected: "at most \(limits.nodesMax) values and operators",
        found: "more")
    }
    return AlertExpression(kind, column: column)
  }

  // MARK: Operators, from the loosest to the tightest

  mutating func disjunction() throws(AlertFault) -> AlertExpression {
    var left = try conjunction()
    while takeWord("or") {
      let right = try conjunction()
      left = try make(.or(left, right), left.column)
    }
    return left
  }

  private mutating func conjunction() throws(AlertFault) -> AlertExpression {
    var left = try negation()
    while takeWord("and") {
      let right = try negation()
      left = try make(.and(left, right), left.column)
    }
    return left
  }

  private mutating func negation() throws(AlertFault) -> AlertExpression {
    let column = token.column
    guard takeWord("not") else { return try comparison() }
    try descend()
    let part = try negation()
    depth -= 1
    return try make(.not(part), column)
  }

  private mutating func comparison() throws(AlertFault) -> AlertExpression {
    let left = try sum()
    guard let comparison = try comparisonOperator() else { return left }
    let right = try sum()
    let whole = try make(.comparison(comparison, left, right), left.column)
    let next = token
    if try comparisonOperator() != nil {
      throw AlertFault(
        column: next.column, expected: "\"and\" between two comparisons", found: next.found)
    }
    return whole
  }

  private mutating func comparisonOperator() throws(AlertFault) -> AlertExpression.Comparison? {
    switch token.kind {
    case .mark(let text):
      guard let comparison = AlertExpression.Comparison(rawValue: text) else { return nil }
      advance()
      return comparison
    case .word("crosses"):
      advance()
      if takeWord("above") || takeWord("over") { return .crossesAbove }
      if takeWord("below") || takeWord("under") { return .crossesBelow }
      guard case .word(let word) = token.kind, AlertFunction(rawValue: word) == nil,
        tokens[index + 1].kind != .mark("(")
      else { return .crosses }
      throw fault(
        "\"above\", \"below\" or a value after \"crosses\"",
        Spelling.nearest(to: word, in: ["above", "below"]))
    default: return nil
    }
  }

  private mutating func sum() throws(AlertFault) -> AlertExpression {
    var left = try product()
    while token.isMark("+") || token.isMark("-") {
      let operation: AlertExpression.Arithmetic = token.isMark("+") ? .add : .subtract
      advance()
      let right = try product()
      left = try make(.arithmetic(operation, left, right), left.column)
    }
    return left
  }

  private mutating func product() throws(AlertFault) -> AlertExpression {
    var left = try unary()
    while token.isMark("*") || token.isMark("/") {
      let operation: AlertExpression.Arithmetic = token.isMark("*") ? .multiply : .divide
      advance()
      let right = try unary()
      left = try make(.arithmetic(operation, left, right), left.column)
    }
    return left
  }

  private mutating func unary() throws(AlertFault) -> AlertExpression {
    let column = token.column
    guard takeMark("-") else { return try primary() }
    try descend()
    let part = try unary()
    depth -= 1
    switch part.kind {
    case .number(let raw): return AlertExpression(.number(-raw), column: column)
    case .percent(let raw): return AlertExpression(.percent(-raw), column: column)
    default: return try make(.negated(part), column)
    }
  }

  private mutating func primary() throws(AlertFault) -> AlertExpression {
    let column = token.column
    switch token.kind {
    case .numeric(let text):
      let kind = try literal(text)
      advance()
      return try make(kind, column)
    case .mark("("):
      try descend()
      advance()
      let inner = try disjunction()
      try expectMark(")")
      depth -= 1
      return inner
    case .word(let word):
      try descend()
      let expression = try call(word)
      depth -= 1
      return expression
    default: throw fault("a value such as price(EURUSD) or 1.095")
    }
  }

  private mutating func descend() throws(AlertFault) {
    depth += 1
    guard depth <= limits.depthMax else {
      throw AlertFault(
        column: token.column, expected: "at most \(limits.depthMax) levels of nesting",
        found: "more")
    }
  }

  private func literal(_ text: String) throws(AlertFault) -> AlertExpression.Kind {
    let isPercent = text.hasSuffix("%")
    let digits = isPercent ? String(text.dropLast()) : text
    do throws(FixedPointError) {
      let raw = try FixedPoint.parse(Array(digits.utf8).span)
      return isPercent ? .percent(raw) : .number(raw)
    } catch {
      switch error {
      case .tooPrecise: throw fault("a number with at most 9 decimals")
      case .overflow: throw fault("a number below 9223372036.854775808")
      case .empty, .unexpectedByte:
        let isDuration = (try? DurationText.parse(text)) != nil
        throw fault(
          isDuration
            ? "a value; a duration stands only within parentheses and after \"stale(…) for\""
            : "a decimal number such as 1.095")
      }
    }
  }
}
