/// Log-linear counts: 128 buckets for each power of two, so a value is known to within 1 %.
struct Histogram: Sendable {
  private static let sub: UInt64 = 128
  private var counts = [UInt64](repeating: 0, count: 58 * Int(sub))
  private var total: UInt64 = 0
  private(set) var max: UInt64 = 0

  @inline(__always)
  mutating func add(_ value: UInt64) {
    counts[Self.bucket(of: value)] &+= 1
    total &+= 1
    if value > max { max = value }
  }

  func quantile(_ quantile: Double) -> UInt64 {
    let rank = UInt64(quantile * Double(total))
    var seen: UInt64 = 0
    for (bucket, count) in counts.enumerated() {
      seen += count
      if seen > rank { return Self.middle(of: UInt64(bucket)) }
    }
    return max
  }

  private static func bucket(of value: UInt64) -> Int {
    if value < sub { return Int(value) }
    let shift = UInt64(63 - 7 - value.leadingZeroBitCount)
    return Int(shift * sub + (value >> shift))
  }

  private static func middle(of bucket: UInt64) -> UInt64 {
    if bucket < 2 * sub { return bucket }
    let shift = bucket / sub - 1
    return ((bucket - shift * sub) << shift) + (1 << shift) / 2
  }
}
