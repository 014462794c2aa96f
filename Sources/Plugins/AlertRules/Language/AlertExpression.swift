/// A parsed condition or a part of one. Two are equal when they say the same, wherever it stands.
public struct AlertExpression: Sendable, Hashable {
  public enum Arithmetic: String, Sendable, Hashable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
  }

  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    /// From at or below to above; true until it is no longer above.
    case crossesAbove = "crosses above"
    /// From at or above to below; true until it is no longer below.
    case crossesBelow = "crosses below"
    /// Either, for the one event that did it.
    case crosses = "crosses"

    var isCrossing: Bool {
      self == .crossesAbove || self == .crossesBelow || self == .crosses
    }
  }

  public indirect enum Kind: Sendable, Hashable {
    /// In 10⁻⁹.
    case number(Int64)
    /// In 10⁻⁹ percent.
    case percent(Int64)
    case term(AlertTerm, AlertSelector)
    case negated(AlertExpression)
    case absolute(AlertExpression)
    /// How far the first lies above the second, in percent of the second.
    case distance(AlertExpression, AlertExpression)
    case arithmetic(Arithmetic, AlertExpression, AlertExpression)
    case comparison(Comparison, AlertExpression, AlertExpression)
    case not(AlertExpression)
    case and(AlertExpression, AlertExpression)
    case or(AlertExpression, AlertExpression)
  }

  public var kind: Kind
  /// Where it begins in the text, from 1.
  public var column: Int

  public init(_ kind: Kind, column: Int = 0) {
    self.kind = kind
    self.column = column
  }

  public static func == (left: AlertExpression, right: AlertExpression) -> Bool {
    left.kind == right.kind
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(kind) }

  /// Itself and all parts of parts, in the order of the text.
  public var all: [AlertExpression] {
    var found: [AlertExpression] = []
    gather(&found)
    return found
  }

  private func gather(_ found: inout [AlertExpression]) {
    found.append(self)
    switch kind {
    case .number, .percent, .term: return
    case .negated(let part), .absolute(let part), .not(let part): part.gather(&found)
    case .distance(let left, let right), .arithmetic(_, let left, let right),
      .comparison(_, let left, let right), .and(let left, let right), .or(let left, let right):
      left.gather(&found)
      right.gather(&found)
    }
  }
}
