public import EngineCore

/// Mean and standard deviation (of the whole window) of the last volumes, in 10⁻⁹. Not known while
/// the sum, or a distance from the mean, does not fit 128 bits.
public struct RollingVolume: BarIndicator {
  public struct Value: Sendable, Equatable {
    public var mean: Int128
    /// To fifteen digits at least.
    public var deviation: Int128
  }

  private var window: Window<Int128>
  private var sum = WideSum()

  public init(length: Int) { window = Window(length) }

  public mutating func add(_ bar: Bar) -> Value? {
    sum.add(bar.volume)
    if let old = window.push(bar.volume) { sum.subtract(old) }
    let count = Int128(window.length)
    guard window.isFull, let sum = sum.value, let deviation = deviation(sum, count) else {
      return nil
    }
    return Value(mean: sum.dividedToNearest(by: count), deviation: deviation)
  }

  /// The root of (Σd² − (Σd)² / n) / n, d being the distances from the mean. These are brought into
  /// 50 bits, so that sums of their squares fit for windows up to a hundred million.
  private func deviation(_ sum: Int128, _ count: Int128) -> Int128? {
    let mean = sum / count
    var differences: [Int128] = []
    for value in window.all {
      let (difference, overflow) = value.subtractingReportingOverflow(mean)
      if overflow { return nil }
      differences.append(difference)
    }
    let largest = differences.reduce(UInt128(1)) { max($0, $1.magnitude) }
    let shift = max(0, 128 - largest.leadingZeroBitCount - 50)
    var total: Int128 = 0
    var squares: Int128 = 0
    for difference in differences {
      let value = difference >> Int128(shift)
      total += value
      squares += value * value
    }
    let variance = squares - total * total / count
    // With twice as many bits before the root as it needs after it.
    let room = max(0, (variance.leadingZeroBitCount - 2) / 2 * 2)
    let scaled = UInt128(variance) << UInt128(room) / UInt128(count)
    let root = Int128(scaled.squareRootDown)
    let up = shift - room / 2
    return up >= 0 ? root << Int128(up) : (root + (1 << Int128(-up - 1))) >> Int128(-up)
  }
}

extension UInt128 {
  /// The largest integer whose square is not larger.
  package var squareRootDown: UInt128 {
    guard self > 0 else { return 0 }
    var root = UInt128(1) << UInt128((128 - leadingZeroBitCount + 1) / 2)
    while true {
      let next = (root + self / root) / 2
      if next >= root { return root }
      root = next
    }
  }
}
