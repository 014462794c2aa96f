internal import EngineCore

extension AlertExpression: CustomStringConvertible {
  /// The shortest usual text; parsing it gives the same expression.
  public var description: String { text(within: 0) }

  /// How tightly a form binds; the parser's levels.
  private var level: Int {
    switch kind {
    case .or: 1
    case .and: 2
    case .not: 3
    case .comparison: 4
    case .arithmetic(.add, _, _), .arithmetic(.subtract, _, _): 5
    case .arithmetic: 6
    case .negated: 7
    case .number(let raw), .percent(let raw): raw < 0 ? 7 : 8
    case .term, .absolute, .distance: 8
    }
  }

  private func text(within outer: Int) -> String {
    level < outer ? "(\(plainText))" : plainText
  }

  private var plainText: String {
    switch kind {
    case .number(let raw): FixedPoint.text(raw)
    case .percent(let raw): FixedPoint.text(raw) + "%"
    case .term(let term, let selector): term.text(selector)
    case .negated(let part): "-\(part.text(within: 8))"
    case .absolute(let part): "abs(\(part))"
    case .distance(let left, let right): "distance(\(left), \(right))"
    case .arithmetic(let operation, let left, let right):
      "\(left.text(within: level)) \(operation.rawValue) \(right.text(within: level + 1))"
    case .comparison(let comparison, let left, let right):
      "\(left.text(within: 5)) \(comparison.rawValue) \(right.text(within: 5))"
    case .not(let part): "not \(part.text(within: 3))"
    case .and(let left, let right): "\(left.text(within: 2)) and \(right.text(within: 3))"
    case .or(let left, let right): "\(left.text(within: 1)) or \(right.text(within: 2))"
    }
  }
}

extension AlertTerm {
  /// As the language writes it, for these instruments.
  public func text(_ selector: AlertSelector) -> String {
    switch self {
    case .series(let series): return "\(series == .last ? "price" : series.rawValue)(\(selector))"
    case .size: return "size(\(selector))"
    case .change(let window, let series):
      return "change(\(selector), \(DurationText.format(window))\(Self.suffix(series)))"
    case .extreme(let extreme, let window, let series):
      return
        "\(extreme.rawValue)(\(selector), \(DurationText.format(window))\(Self.suffix(series)))"
    case .stale(let nanos): return "stale(\(selector)) for \(DurationText.format(nanos))"
    case .bar(let spec, .volume): return "volume(\(selector), \(spec))"
    case .bar(let spec, let field): return "bar(\(selector), \(spec)).\(field.rawValue)"
    case .average(let average, let spec, let length):
      return "\(average.rawValue)(\(selector), \(spec), \(length))"
    case .vwap(let spec, let length):
      return "vwap(\(selector), \(spec)\(length.map { ", \($0)" } ?? ""))"
    case .statistic(let statistic, let spec, let field, let length):
      let inner = AlertTerm.bar(spec, field).text(selector)
      return "\(statistic.rawValue)(\(inner), \(length))"
    }
  }

  private static func suffix(_ series: AlertSeries) -> String {
    series == .last ? "" : ", \(series.rawValue)"
  }
}
