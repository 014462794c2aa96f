/// Counts durations to three digits (0.1 %), from a nanosecond to an hour: an HDR histogram.
///
/// Up to 2,047 ns every nanosecond has a bucket; above, every power of two has 1,024.
struct LatencyHistogram: Equatable, Sendable {
  private static let bitsMax = 42
  private static let octave = 1_024

  private var counts: [UInt64]
  private(set) var count: UInt64 = 0
  /// Exact.
  private(set) var max: UInt64 = 0

  init() { counts = [UInt64](repeating: 0, count: (Self.bitsMax - 9) * Self.octave) }

  /// Counts one duration; negative ones count as zero.
  mutating func record(_ nanos: Int64) {
    let value = UInt64(Swift.max(0, nanos))
    counts[Self.bucket(value)] += 1
    count += 1
    if value > max { max = value }
  }

  mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] += other.counts[index] }
    count += other.count
    max = Swift.max(max, other.max)
  }

  /// What so many of a million durations do not exceed; nil when nothing was recorded.
  func quantile(perMillion share: UInt64) -> UInt64? {
    guard count > 0 else { return nil }
    let product = count.multipliedFullWidth(by: share)
    let (whole, rest) = UInt64(1_000_000).dividingFullWidth(product)
    let rank = Swift.max(1, rest > 0 ? whole + 1 : whole)
    var seen: UInt64 = 0
    for bucket in counts.indices {
      seen += counts[bucket]
      if seen >= rank { return Swift.min(max, Self.upperBound(bucket)) }
    }
    return max
  }

  static func bucket(_ value: UInt64) -> Int {
    let capped = Swift.min(value, 1 << UInt64(bitsMax) - 1)
    let shift = Swift.max(0, 53 - capped.leadingZeroBitCount)
    return shift * octave + Int(capped >> UInt64(shift))
  }

  /// The highest value of a bucket.
  static func upperBound(_ bucket: Int) -> UInt64 {
    let shift = Swift.max(0, bucket / octave - 1)
    return (UInt64(bucket - shift * octave) + 1) << UInt64(shift) - 1
  }
}
