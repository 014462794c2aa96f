extension AlertProgram {
  /// What a run has found.
  struct Outcome {
    var when: Truth
    /// Nil without `clear`.
    var clear: Truth?
  }

  /// Computes every step. `results` keeps what they gave.
  ///
  /// - Parameter terms: the values of the terms by their numbers.
  func run(
    memory: inout AlertMemory, results: inout [AlertValue], terms: [AlertValue]
  ) -> Outcome {
    if results.count < nodes.count {
      results += Array(repeating: .unknown, count: nodes.count - results.count)
    }
    for index in nodes.indices {
      let node = nodes[index]
      switch node.operation {
      case .constant: results[index] = AlertValue(node.constant)
      case .term: results[index] = terms[Int(node.left)]
      default:
        let left = results[Int(node.left)]
        let right = results[Int(node.right)]
        results[index] = Self.step(node, left, right, &memory)
      }
    }
    return Outcome(
      when: results[whenNode].truth, clear: clearNode.map { results[$0].truth })
  }

  private static func step(
    _ node: Node, _ left: AlertValue, _ right: AlertValue, _ memory: inout AlertMemory
  ) -> AlertValue {
    switch node.operation {
    case .negate: return AlertValue(0) - left
    case .absolute: return left.raw < 0 ? AlertValue(0) - left : left
    case .distance:
      let divisor = right.raw < 0 ? AlertValue(0) - right : right
      return (left - right).divided(by: divisor, times: 100 * AlertValue.scale)
    case .not:
      return left.isKnown ? AlertValue(left.raw == 0 ? .yes : Truth.no) : .unknown
    case .and:
      if left.truth == .no || right.truth == .no { return AlertValue(Truth.no) }
      return left.isKnown && right.isKnown ? AlertValue(Truth.yes) : .unknown
    case .or:
      if left.truth == .yes || right.truth == .yes { return AlertValue(Truth.yes) }
      return left.isKnown && right.isKnown ? AlertValue(Truth.no) : .unknown
    case .add, .subtract, .multiply, .divide: return combine(node, left, right)
    default:
      guard left.isKnown, right.isKnown else { return .unknown }
      return AlertValue(Truth(compare(node, left.raw, right.raw, &memory)))
    }
  }

  private static func compare(
    _ node: Node, _ left: Int128, _ right: Int128, _ memory: inout AlertMemory
  ) -> Bool {
    switch node.operation {
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    case .equal: left == right
    case .notEqual: left != right
    default:
      memory.observe(
        node.operation, node.memory, isBelow: left < right, isAbove: left > right)
    }
  }

  /// The two sides of the first comparison of `when` that is true, else of the first one; nil
  /// without a comparison. From the results of a run.
  func observed(in results: [AlertValue]) -> AlertSight? {
    guard !comparisons.isEmpty else { return nil }
    let shown = comparisons.firstIndex { results[$0].truth == .yes } ?? 0
    let node = nodes[comparisons[shown]]
    return AlertSight(
      value: results[Int(node.left)].clamped, threshold: results[Int(node.right)].clamped,
      unit: units[shown])
  }
}

/// What a person wants to see of a condition: the value, and what it is compared with.
struct AlertSight: BitwiseCopyable, Sendable {
  var value: Int64 = 0
  var threshold: Int64 = 0
  var unit = AlertUnit.price
}
