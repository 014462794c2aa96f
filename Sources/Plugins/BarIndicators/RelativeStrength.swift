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

  /// What it remembers of the bars before, to be kept and given back.
  package var state: [Int128] {
    [count, gain, loss, lastClose == nil ? 0 : 1, Int128(lastClose ?? 0)]
  }

  /// Goes on from what one of the same length remembered; false when that is no such thing.
  package mutating func restore(_ state: [Int128]) -> Bool {
    guard state.count == 5, state[0] >= 0, let close = Int64(exactly: state[4]) else {
      return false
    }
    (count, gain, loss) = (state[0], state[1], state[2])
    lastClose = state[3] == 0 ? nil : close
    return true
  }
}
