/// What the tick path needs of a rule, side by side.
struct AlertPlan: BitwiseCopyable, Sendable {
  var policy = AlertPolicy()
  var severity = AlertSeverity.warning
  /// It has channels.
  var tells = false
  /// `when` or `clear` can be true for one event only.
  var hasPulse = false
  /// One comparison of a price with a constant and no `clear`: it needs no program.
  var isPlain = false
  /// Its price, of a rule that is kept in order of price.
  var series = AlertSeries.last
  /// Of a plain rule, with the price on the left.
  var operation = AlertProgram.Operation.greater
  var constant: Int64 = 0

  init(_ program: AlertProgram, _ rule: AlertRule, _ policy: AlertPolicy) {
    self.policy = policy
    severity = rule.severity
    tells = !rule.notify.isEmpty
    hasPulse = program.hasPulse
    guard let edges = program.edges else { return }
    series = edges.series
    guard program.clearNode == nil, program.nodes.count == 3,
      program.nodes[2].operation.isComparison
    else { return }
    isPlain = true
    let node = program.nodes[2]
    let isMirrored = program.nodes[Int(node.left)].operation == .constant
    operation = isMirrored ? node.operation.mirrored : node.operation
    constant = program.nodes[Int(isMirrored ? node.left : node.right)].constant
  }

  /// The condition of a plain rule.
  @inline(__always)
  func isTrue(_ price: Int64, _ memory: inout AlertMemory) -> Bool {
    switch operation {
    case .less: price < constant
    case .lessOrEqual: price <= constant
    case .greater: price > constant
    case .greaterOrEqual: price >= constant
    case .equal: price == constant
    case .notEqual: price != constant
    default: memory.observe(operation, 0, isBelow: price < constant, isAbove: price > constant)
    }
  }
}

extension AlertProgram.Operation {
  /// The same comparison with its sides exchanged.
  fileprivate var mirrored: AlertProgram.Operation {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    case .crossesAbove: .crossesBelow
    case .crossesBelow: .crossesAbove
    default: self
    }
  }
}
