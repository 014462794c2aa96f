public import EngineCore

/// Wilder's relative strength index (RSI) of closes, 0 to 100 in 10⁻⁹; 100 when nothing fell, 50
/// when nothing moved.
public struct RelativeStrength: BarIndicator {
  private static let guardScale: Int128 = 1_000_000_000
  private let length: Int128
  private var count: Int128 = 0
  private var lastClose: Int64?
  /// Mean gain and mean loss in 10⁻¹⁸.
  private var gain: Int128 = 0
  private var loss: Int128 = 0

  public init(length: Int) { self.length = Int128(max(length, 1)) }

  public mutating func add(_ bar: Bar) -> Int64? {
    defer { lastClose = bar.close.raw }
    guard let lastClose else { return nil }
    let change = (Int128(bar.close.raw) - Int128(lastClose)) * Self.guardScale
    let (up, down) = (max(change, 0), max(-change, 0))
    count += 1
    if count <= length {
      gain += up
      loss += down
      if count < length { return nil }
      gain = gain.dividedToNearest(by: length)
      loss = loss.dividedToNearest(by: length)
    } else {
      gain = (gain * (length - 1) + up).dividedToNearest(by: length)
      loss = (loss * (length - 1) + down).dividedToNearest(by: length)
    }
    let total = gain + loss
    guard total > 0 else { return 50 * 1_000_000_000 }
    // Both are brought below 2⁸⁰, so that the product fits.
    let shift = Int128(max(0, 48 - total.leadingZeroBitCount))
    return ((gain >> shift) * 100_000_000_000).dividedToNearest(by: max(total >> shift, 1)).clamped
  }
}
