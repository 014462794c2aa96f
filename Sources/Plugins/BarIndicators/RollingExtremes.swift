public import EngineCore

/// The highest high and the lowest low of the last bars.
public struct RollingExtremes: BarIndicator {
  public struct Value: Sendable, Equatable {
    public var high: Price
    public var low: Price
  }

  private struct Mark: BitwiseCopyable, Sendable {
    var number: Int
    var price: Int64
  }

  private let length: Int
  private var number = 0
  /// Falling highs and rising lows: what a newer bar outdoes can never count again.
  private var highs: [Mark] = []
  private var lows: [Mark] = []

  public init(length: Int) { self.length = max(length, 1) }

  public mutating func add(_ bar: Bar) -> Value? {
    number += 1
    while let last = highs.last, last.price <= bar.high.raw { highs.removeLast() }
    highs.append(Mark(number: number, price: bar.high.raw))
    while let last = lows.last, last.price >= bar.low.raw { lows.removeLast() }
    lows.append(Mark(number: number, price: bar.low.raw))
    if highs[0].number <= number - length { highs.removeFirst() }
    if lows[0].number <= number - length { lows.removeFirst() }
    guard number >= length else { return nil }
    return Value(high: Price(raw: highs[0].price), low: Price(raw: lows[0].price))
  }
}
