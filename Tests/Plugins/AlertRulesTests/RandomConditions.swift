import AlertRules
import EngineCore

/// Random conditions that the type checker takes, as trees.
struct RandomConditions {
  var random: SeededRandom
  var selector: AlertSelector
  /// Specs that may be named.
  var specs = ["1m", "1h@mid", "100t", "5v~fx17"]

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    let selectors: [AlertSelector] = [
      .all, .keys(["EURUSD"]), .keys(["A", "BRK.B", "6E", "odd \"one\"\\"]), .keys(["and"]),
    ]
    selector = selectors[Int(random.next() % UInt64(selectors.count))]
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(random.next() % UInt64(elements.count))]
  }

  mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

  private mutating func window() -> Int64 {
    pick([1_000_000, 1_500_000_000, 60_000_000_000, 3_660_000_000_000, 86_400_000_000_001])
  }

  private mutating func spec() -> BarSpec {
    (try? BarSpec(parsing: pick(specs))) ?? BarSpec(.ticks(1))
  }

  private func term(_ term: AlertTerm) -> AlertExpression { AlertExpression(.term(term, selector)) }

  mutating func condition(_ depth: Int) -> AlertExpression {
    switch depth <= 0 ? 5 : random.next() % 8 {
    case 0: return AlertExpression(.not(condition(depth - 1)))
    case 1, 2: return AlertExpression(.and(condition(depth - 1), condition(depth - 1)))
    case 3, 4: return AlertExpression(.or(condition(depth - 1), condition(depth - 1)))
    case 5: return term(.stale(window()))
    case 6:
      return term(.extreme(pick([.high, .low]), window: window(), of: pick(AlertSeries.allCases)))
    default: return comparison(depth)
    }
  }

  private mutating func comparison(_ depth: Int) -> AlertExpression {
    let type = pick([AlertValueType.price, .size, .percent, .number])
    var sides = [value(type, depth), chance(50) ? literal(type) : value(type, depth)]
    if chance(20) { sides.reverse() }
    var comparison = pick(AlertExpression.Comparison.allCases)
    // Few crossings, as there is a limit.
    if !chance(15) { comparison = pick([.less, .lessOrEqual, .greater, .equal, .notEqual]) }
    return AlertExpression(.comparison(comparison, sides[0], sides[1]))
  }

  mutating func literal(_ type: AlertValueType) -> AlertExpression {
    let raw = Int64(random.next() % 2_000_000) * 500_000 - 100_000_000_000
    return AlertExpression(type == .percent ? .percent(raw) : .number(raw))
  }

  /// Holds a term: a constant alone would never change.
  private mutating func value(_ type: AlertValueType, _ depth: Int) -> AlertExpression {
    guard depth > 0, chance(50) else { return leaf(type) }
    switch random.next() % 6 {
    case 0: return AlertExpression(.negated(leaf(type)))
    case 1: return AlertExpression(.absolute(value(type, depth - 1)))
    case 2:
      return AlertExpression(
        .arithmetic(pick([.add, .subtract]), value(type, depth - 1), value(type, depth - 1)))
    case 3:
      return AlertExpression(
        .arithmetic(.multiply, value(type, depth - 1), literal(.number)))
    case 4:
      return AlertExpression(
        .arithmetic(.divide, value(type, depth - 1), AlertExpression(.number(3_000_000_000))))
    default:
      // A percentage of a number is a percentage.
      guard type == .percent else {
        if type == .number { return leaf(type) }
        return AlertExpression(.arithmetic(.multiply, literal(.percent), value(type, depth - 1)))
      }
      return AlertExpression(.distance(leaf(.price), value(.price, depth - 1)))
    }
  }

  private mutating func leaf(_ type: AlertValueType) -> AlertExpression {
    let fields: [AlertBarField] = [.open, .high, .low, .close, .range, .gap, .vwap]
    switch type {
    case .price:
      switch random.next() % 6 {
      case 0: return term(.average(pick([.sma, .ema]), spec(), length: 1 + Int(random.next() % 9)))
      case 1: return term(.vwap(spec(), length: chance(50) ? nil : 3))
      case 2: return term(.bar(spec(), pick(fields)))
      case 3:
        return term(
          .extreme(pick([.highest, .lowest]), window: window(), of: pick(AlertSeries.allCases)))
      case 4: return term(.statistic(.mean, spec(), pick(fields), length: 4))
      default: return term(.series(pick(AlertSeries.allCases)))
      }
    case .size: return term(chance(50) ? .size : .bar(spec(), .volume))
    case .percent:
      return term(
        chance(50)
          ? .change(window: window(), of: pick(AlertSeries.allCases)) : .bar(spec(), .change))
    default:
      return term(
        chance(50)
          ? .average(.rsi, spec(), length: 14)
          : .statistic(.zscore, spec(), .volume, length: 5))
    }
  }
}
