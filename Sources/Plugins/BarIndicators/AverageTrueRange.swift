public import EngineCore

/// Wilder's average of true ranges (ATR): the largest of high − low and the distances of both from
/// the close before.
public struct AverageTrueRange: BarIndicator {
  private static let guardScale: Int128 = 1_000_000_000
  private let length: Int128
  private var count: Int128 = 0
  private var lastClose: Int64?
  /// In 10⁻¹⁸.
  private var value: Int128 = 0

  public init(length: Int) { self.length = Int128(max(length, 1)) }

  public mutating func add(_ bar: Bar) -> Price? {
    var range = Int128(bar.high.raw) - Int128(bar.low.raw)
    if let lastClose {
      let before = Int128(lastClose)
      range = max(range, abs(Int128(bar.high.raw) - before), abs(Int128(bar.low.raw) - before))
    }
    lastClose = bar.close.raw
    count += 1
    let scaled = range * Self.guardScale
    if count <= length {
      value += scaled
      if count < length { return nil }
      value = value.dividedToNearest(by: length)
    } else {
      value = (value * (length - 1) + scaled).dividedToNearest(by: length)
    }
    return Price(raw: value.dividedToNearest(by: Self.guardScale).clamped)
  }
}
