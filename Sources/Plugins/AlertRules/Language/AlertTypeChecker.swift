internal import EngineCore

/// Finds the type of every part, and what cannot be compared, added or combined.
struct AlertTypeChecker {
  /// Numbers without a unit take the type of what they stand beside.
  enum Found: Equatable {
    case literal
    case type(AlertValueType)

    var name: String {
      switch self {
      case .literal: "a number without a unit"
      case .type(let type): type.name
      }
    }
  }

  /// Checks a whole condition.
  static func check(_ expression: AlertExpression) throws(AlertFault) {
    try condition(expression)
    try sameInstruments(expression)
  }

  /// The selector of all terms.
  static func selector(of expression: AlertExpression) -> AlertSelector? {
    for part in expression.all {
      if case .term(_, let selector) = part.kind { return selector }
    }
    return nil
  }

  private static func sameInstruments(_ expression: AlertExpression) throws(AlertFault) {
    var first: AlertSelector?
    for part in expression.all {
      guard case .term(_, let selector) = part.kind else { continue }
      guard let expected = first else {
        first = selector
        continue
      }
      guard selector == expected else {
        throw AlertFault(
          column: part.column, expected: "the same instruments in all of a rule: \(expected)",
          found: selector.description)
      }
    }
  }

  private static func condition(_ expression: AlertExpression) throws(AlertFault) {
    switch expression.kind {
    case .not(let part): try condition(part)
    case .and(let left, let right), .or(let left, let right):
      try condition(left)
      try condition(right)
    case .comparison(let comparison, let left, let right):
      try compare(comparison, left, right, expression.column)
    default:
      let found = try value(expression)
      guard found == .type(.condition) else {
        throw AlertFault(
          column: expression.column, expected: AlertValueType.condition.example,
          found: "\(found.name): \(expression)",
          suggestion: found == .literal ? nil : "\(expression) > …")
      }
    }
  }

  /// The type of a value; conditions are no values.
  private static func value(_ expression: AlertExpression) throws(AlertFault) -> Found {
    switch expression.kind {
    case .number: return .literal
    case .percent: return .type(.percent)
    case .term(let term, _): return .type(term.type)
    case .negated(let part), .absolute(let part): return try operand(part)
    case .distance(let left, let right):
      let types = (try operand(left), try operand(right))
      guard types.0 == types.1, types.0 == .type(.price) || types.0 == .type(.size) else {
        throw AlertFault(
          column: right.column, expected: "two prices or two sizes in distance(…)",
          found: "\(types.0.name) and \(types.1.name)")
      }
      return .type(.percent)
    case .arithmetic(let operation, let left, let right):
      return try arithmetic(operation, left, right)
    case .comparison, .not, .and, .or:
      try condition(expression)
      return .type(.condition)
    }
  }

  private static func operand(_ expression: AlertExpression) throws(AlertFault) -> Found {
    let found = try value(expression)
    guard found != .type(.condition) else {
      throw AlertFault(
        column: expression.column, expected: "a value", found: "a condition: \(expression)",
        suggestion: price(insteadOf: expression))
    }
    return found
  }

  /// `highest(…)` for `high(…)` where a price is meant.
  private static func price(insteadOf expression: AlertExpression) -> String? {
    guard case .term(.extreme(let extreme, let window, let series), let selector) = expression.kind
    else { return nil }
    let meant: AlertTerm.Extreme = extreme == .high ? .highest : .lowest
    return AlertTerm.extreme(meant, window: window, of: series).text(selector)
  }

  private static func arithmetic(
    _ operation: AlertExpression.Arithmetic, _ left: AlertExpression, _ right: AlertExpression
  ) throws(AlertFault) -> Found {
    let types = (try operand(left), try operand(right))
    func fault(_ expected: String) -> AlertFault {
      AlertFault(
        column: right.column, expected: expected, found: "\(types.0.name) and \(types.1.name)")
    }
    switch operation {
    case .add, .subtract:
      if types.0 == types.1 { return types.0 }
      if case .type(let type) = types.0, types.1 == .literal, type != .percent {
        try whole(right, type)
        return types.0
      }
      if case .type(let type) = types.1, types.0 == .literal, type != .percent {
        try whole(left, type)
        return types.1
      }
      throw fault("values of one type around \"\(operation.rawValue)\"")
    case .multiply:
      if types.0.isPlain { return types.1 }
      if types.1.isPlain { return types.0 }
      if types.1 == .type(.percent) { return types.0 }
      if types.0 == .type(.percent) { return types.1 }
      throw fault("a number or a percentage on one side of \"*\"")
    case .divide:
      if case .number(0) = right.kind {
        throw AlertFault(column: right.column, expected: "a divisor other than 0", found: "0")
      }
      if types.1.isPlain { return types.0 }
      if types.0 == types.1 { return .type(.number) }
      throw fault("a number, or a value of the same type, after \"/\"")
    }
  }

  private static func compare(
    _ comparison: AlertExpression.Comparison, _ left: AlertExpression, _ right: AlertExpression,
    _ column: Int
  ) throws(AlertFault) {
    let types = (try operand(left), try operand(right))
    guard !(left.isConstant && right.isConstant) else {
      throw AlertFault(
        column: column, expected: "something that can change on one side", found: "two constants")
    }
    switch types {
    case (.literal, .literal): return
    case (.type(let type), .literal): try fit(right, type)
    case (.literal, .type(let type)): try fit(left, type)
    case (.type(let first), .type(let second)):
      guard first == second else {
        throw AlertFault(
          column: right.column, expected: first.example,
          found: "\(second.name): \(right)")
      }
    }
    try bounds(comparison, left, right)
    try bounds(comparison.mirrored, right, left)
  }

  /// Whether a number without a unit can be of that type.
  private static func fit(
    _ literal: AlertExpression, _ type: AlertValueType
  ) throws(AlertFault) {
    guard type != .percent else {
      var suggestion: String?
      if case .number(let raw) = literal.kind { suggestion = FixedPoint.text(raw) + "%" }
      throw AlertFault(
        column: literal.column, expected: type.example, found: "\(literal)",
        suggestion: suggestion)
    }
    try whole(literal, type)
  }

  private static func whole(
    _ literal: AlertExpression, _ type: AlertValueType
  ) throws(AlertFault) {
    guard type == .count, case .number(let raw) = literal.kind, raw % 1_000_000_000 != 0 else {
      return
    }
    throw AlertFault(
      column: literal.column, expected: "a whole number to compare a count with",
      found: "\(literal)")
  }

  /// An RSI lies between 0 and 100, and sizes, counts and volumes are not negative.
  private static func bounds(
    _ comparison: AlertExpression.Comparison, _ left: AlertExpression, _ right: AlertExpression
  ) throws(AlertFault) {
    guard case .term(let term, _) = left.kind, case .number(let raw) = right.kind else { return }
    let range: ClosedRange<Int64>
    switch term {
    case .average(.rsi, _, _): range = 0...100_000_000_000
    case .size, .bar(_, .volume), .bar(_, .count), .bar(_, .range): range = 0...Int64.max
    default: return
    }
    let isPossible =
      switch comparison {
      case .greater, .crossesAbove: raw >= range.lowerBound && raw < range.upperBound
      case .less, .crossesBelow: raw > range.lowerBound && raw <= range.upperBound
      default: range.contains(raw)
      }
    guard isPossible else {
      let most =
        range.upperBound == .max ? "0 or more" : "from 0 to \(FixedPoint.text(range.upperBound))"
      throw AlertFault(
        column: right.column,
        expected: "a comparison that can become true, as \(left) is \(most)",
        found: "\"\(comparison.rawValue) \(right)\"")
    }
  }
}

extension AlertTypeChecker.Found {
  /// A number that can scale anything.
  fileprivate var isPlain: Bool { self == .literal || self == .type(.number) }
}

extension AlertExpression {
  /// Made of numbers alone.
  var isConstant: Bool {
    all.allSatisfy { part in
      if case .term = part.kind { return false }
      return true
    }
  }
}

extension AlertExpression.Comparison {
  /// The same with the sides exchanged.
  var mirrored: AlertExpression.Comparison {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .equal, .notEqual, .crosses: self
    case .crossesAbove: .crossesBelow
    case .crossesBelow: .crossesAbove
    }
  }
}
