/// `when` and `clear` of a rule as a list of steps, each of which uses results of earlier ones.
///
/// Both stand in one list and share their terms. Running it needs no recursion and no allocation.
struct AlertProgram: Sendable {
  enum Operation: UInt8, Sendable {
    case constant, term, negate, absolute, distance
    case add, subtract, multiply, divide
    case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual
    case crossesAbove, crossesBelow, crosses
    case not, and, or

    /// Two values make a condition.
    var isComparison: Bool { rawValue >= Self.less.rawValue && rawValue <= Self.crosses.rawValue }
  }

  struct Node: BitwiseCopyable, Sendable {
    var operation: Operation
    /// Steps whose results it takes; of a term its number, of a crossing `memory` its bits.
    var left: Int16 = 0
    var right: Int16 = 0
    var memory: UInt8 = 0
    /// A constant; of a product what it is divided by.
    var constant: Int64 = 0
  }

  private(set) var nodes: [Node] = []
  private(set) var terms: [AlertTerm] = []
  private(set) var whenNode = 0
  private(set) var clearNode: Int?
  /// Steps of `when` whose two sides are what a person wants to see, in the order of the text.
  private(set) var comparisons: [Int] = []
  /// What they compare.
  private(set) var units: [AlertUnit] = []
  /// How many steps are of `when`.
  private(set) var whenCount = 0
  /// Set when all depends on one price and constants: where the outcome can change.
  private(set) var edges: AlertEdges?
  /// `when` or `clear` can be true for one event only.
  let hasPulse: Bool
  private var crossings: UInt8 = 0
  init(when: AlertCondition, clear: AlertCondition?) {
    hasPulse = when.isPulse || clear?.isPulse ?? false
    whenNode = add(when.expression)
    whenCount = nodes.count
    comparisons = nodes.indices.filter { nodes[$0].operation.isComparison }
    units = Self.units(when.expression)
    if let clear { clearNode = add(clear.expression) }
    edges = AlertEdges(of: self)
  }

  /// Units of the comparisons of a condition, in the order of the text.
  private static func units(_ expression: AlertExpression) -> [AlertUnit] {
    expression.all.compactMap { part in
      guard case .comparison(_, let left, let right) = part.kind else { return nil }
      if left.isPercentage || right.isPercentage { return .percent }
      let isPrice = (left.all + right.all).contains { part in
        if case .term(let term, _) = part.kind { return term.type == .price }
        return false
      }
      return isPrice ? .price : .plain
    }
  }

  private mutating func add(_ expression: AlertExpression) -> Int {
    switch expression.kind {
    case .number(let raw), .percent(let raw): return append(.constant, constant: raw)
    case .term(let term, _):
      let number = terms.firstIndex(of: term) ?? terms.count
      if number == terms.count { terms.append(term) }
      return append(.term, number)
    case .negated(let part):
      let value = add(part)
      if nodes[value].operation == .constant, nodes[value].constant != .min {
        nodes[value].constant = -nodes[value].constant
        return value
      }
      return append(.negate, value)
    case .absolute(let part): return append(.absolute, add(part))
    case .distance(let left, let right): return append(.distance, add(left), add(right))
    case .arithmetic(let operation, let left, let right):
      return arithmetic(operation, left, right)
    case .comparison(let comparison, let left, let right):
      let sides = (add(left), add(right))
      return compare(comparison, sides.0, sides.1)
    case .not(let part): return append(.not, add(part))
    case .and(let left, let right): return append(.and, add(left), add(right))
    case .or(let left, let right): return append(.or, add(left), add(right))
    }
  }

  private mutating func append(
    _ operation: Operation, _ left: Int = 0, _ right: Int = 0, constant: Int64 = 0,
    memory: UInt8 = 0
  ) -> Int {
    nodes.append(
      Node(
        operation: operation, left: Int16(left), right: Int16(right), memory: memory,
        constant: constant))
    return nodes.count - 1
  }

  private mutating func arithmetic(
    _ operation: AlertExpression.Arithmetic, _ left: AlertExpression, _ right: AlertExpression
  ) -> Int {
    let sides = (add(left), add(right))
    let kind: Operation
    var divisor: Int64 = 0
    switch operation {
    case .add: kind = .add
    case .subtract: kind = .subtract
    case .multiply:
      kind = .multiply
      divisor = left.isPercentage || right.isPercentage ? 100_000_000_000 : 1_000_000_000
      // A number times a percentage is a percentage.
      if left.isPercentage != right.isPercentage, left.isPlain || right.isPlain {
        divisor = 1_000_000_000
      }
    case .divide:
      kind = .divide
    }
    let node = Node(
      operation: kind, left: Int16(sides.0), right: Int16(sides.1), constant: divisor)
    let (first, second) = (nodes[sides.0], nodes[sides.1])
    if first.operation == .constant, second.operation == .constant {
      let value = Self.combine(node, AlertValue(first.constant), AlertValue(second.constant))
      if value.isKnown, let constant = Int64(exactly: value.raw) {
        return append(.constant, constant: constant)
      }
    }
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func compare(
    _ comparison: AlertExpression.Comparison, _ left: Int, _ right: Int
  ) -> Int {
    let operation: Operation =
      switch comparison {
      case .less: .less
      case .lessOrEqual: .lessOrEqual
      case .greater: .greater
      case .greaterOrEqual: .greaterOrEqual
      case .equal: .equal
      case .notEqual: .notEqual
      case .crossesAbove: .crossesAbove
      case .crossesBelow: .crossesBelow
      case .crosses: .crosses
      }
    guard comparison.isCrossing else { return append(operation, left, right) }
    crossings += 1
    return append(operation, left, right, memory: crossings - 1)
  }

  /// The result of a step that takes two values.
  @inline(__always)
  static func combine(_ node: Node, _ left: AlertValue, _ right: AlertValue) -> AlertValue {
    switch node.operation {
    case .add: left + right
    case .subtract: left - right
    case .multiply: left.times(right, over: Int128(node.constant))
    default: left.divided(by: right, times: AlertValue.scale)
    }
  }
}

extension AlertExpression {
  /// Of the type percentage, as the checker has found.
  var isPercentage: Bool {
    switch kind {
    case .percent, .distance: true
    case .term(let term, _): term.type == .percent
    case .negated(let part), .absolute(let part): part.isPercentage
    case .arithmetic(.divide, let left, let right): left.isPercentage && !right.isPercentage
    case .arithmetic(.multiply, let left, let right):
      (left.isPercentage && (right.isPlain || right.isPercentage))
        || (right.isPercentage && left.isPlain)
    case .arithmetic(_, let left, let right): left.isPercentage || right.isPercentage
    default: false
    }
  }

  /// A number without a unit.
  fileprivate var isPlain: Bool {
    switch kind {
    case .number: true
    case .term(let term, _): term.type == .number
    case .negated(let part), .absolute(let part): part.isPlain
    case .arithmetic(.divide, let left, let right):
      // A quotient of like values is a number.
      (left.isPlain && right.isPlain) || !right.isPlain
    case .arithmetic(_, let left, let right): left.isPlain && right.isPlain
    default: false
    }
  }
}
