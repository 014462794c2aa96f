/// How long things took, in classes of which each is about twice the one before.
struct DurationHistogram: Equatable {
  /// The upper bounds of the classes; what took longer is in `count` alone.
  static let boundsNanos: [Int64] = [
    100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000,
    100_000_000, 250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000,
  ]

  /// How many are in each class.
  private(set) var counts = [UInt64](repeating: 0, count: boundsNanos.count)
  private(set) var count: UInt64 = 0
  private(set) var sumNanos: UInt64 = 0

  mutating func add(_ nanos: Int64) {
    let nanos = max(nanos, 0)
    if let index = Self.boundsNanos.firstIndex(where: { nanos <= $0 }) { counts[index] += 1 }
    count += 1
    sumNanos += UInt64(nanos)
  }
}
