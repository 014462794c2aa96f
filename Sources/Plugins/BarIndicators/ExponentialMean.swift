public import EngineCore

/// The exponential mean of closes (EMA): weight 2 / (length + 1), begun with the simple mean of the
/// first `length` closes.
public struct ExponentialMean: BarIndicator {
  /// Nine more decimals than prices have, so that rounding does not add up.
  private static let guardScale: Int128 = 1_000_000_000
  private let length: Int128
  private var count: Int128 = 0
  /// The sum of the first closes, then the mean, both in 10⁻¹⁸.
  private var value: Int128 = 0

  public init(length: Int) { self.length = Int128(max(length, 1)) }

  public mutating func add(_ bar: Bar) -> Price? {
    let close = Int128(bar.close.raw) * Self.guardScale
    count += 1
    if count <= length {
      value += close
      if count < length { return nil }
      value = value.dividedToNearest(by: length)
    } else {
      value += ((close - value) * 2).dividedToNearest(by: length + 1)
    }
    return Price(raw: value.dividedToNearest(by: Self.guardScale).clamped)
  }

  /// What it remembers of the bars before, to be kept and given back.
  package var state: [Int128] { [count, value] }

  /// Goes on from what one of the same length remembered; false when that is no such thing.
  package mutating func restore(_ state: [Int128]) -> Bool {
    guard state.count == 2, state[0] >= 0 else { return false }
    (count, value) = (state[0], state[1])
    return true
  }
}
