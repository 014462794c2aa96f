public import EngineCore

/// A value that follows a series of bars. Bars come in order of time, each once; what an amendment
/// changes is computed anew from the bars that are kept.
///
/// All are integers in 10⁻⁹, rounded to the nearest, halves away from zero: a run repeats digit for
/// digit on every machine.
public protocol BarIndicator: Sendable {
  associatedtype Value: Sendable, Equatable

  /// Takes in the next bar. Nil until there are enough of them.
  mutating func add(_ bar: Bar) -> Value?
}

extension BarIndicator {
  /// The values after each of the bars.
  public static func values(of bars: [Bar], _ make: () -> Self) -> [Value?] {
    var indicator = make()
    return bars.map { indicator.add($0) }
  }
}

extension Int128 {
  /// Division to the nearest, halves away from zero; the divisor is above zero.
  func dividedToNearest(by divisor: Int128) -> Int128 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    let isNearer = remainder.magnitude * 2 >= divisor.magnitude
    return isNearer ? quotient + (self < 0 ? -1 : 1) : quotient
  }

  /// In 64 bits, held at the ends of the range.
  var clamped: Int64 { Int64(clamping: self) }
}
