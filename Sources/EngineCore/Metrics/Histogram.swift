internal import Synchronization

/// Counts durations in log-linear buckets of 6 % width, from 1 ns to hours. One thread records,
/// any thread reads.
public final class Histogram: Sendable {
  /// 16 buckets an octave, 48 octaves.
  private static let bucketCount = 48 * 16
  private let buckets: [AtomicCounter]

  public init() {
    buckets = (0..<Self.bucketCount).map { _ in AtomicCounter() }
  }

  /// Counts one duration; negative ones count as zero.
  public func record(nanos: Int64) {
    buckets[Self.bucket(UInt64(max(nanos, 0)))].increment()
  }

  static func bucket(_ value: UInt64) -> Int {
    if value < 16 { return Int(value) }
    let octave = 63 - value.leadingZeroBitCount
    let index = (octave - 3) * 16 + Int(value >> UInt64(octave - 4)) - 16
    return min(index, bucketCount - 1)
  }

  /// The highest value of a bucket.
  static func upperBound(_ bucket: Int) -> UInt64 {
    if bucket < 16 { return UInt64(bucket) }
    let octave = bucket / 16 + 3
    let step = UInt64(bucket % 16) + 16
    return (step + 1) << UInt64(octave - 4) - 1
  }

  /// The counts now.
  public var snapshot: HistogramSnapshot {
    HistogramSnapshot(counts: buckets.map(\.value))
  }
}

/// Counts of a histogram at one time; two of them can be subtracted.
public struct HistogramSnapshot: Sendable {
  var counts: [UInt64]

  public var count: UInt64 { counts.reduce(0, +) }

  /// What was recorded since an earlier snapshot.
  public func since(_ earlier: HistogramSnapshot) -> HistogramSnapshot {
    HistogramSnapshot(counts: zip(counts, earlier.counts).map { $0 &- $1 })
  }

  /// The value that this share (0…1) of the durations does not exceed, in nanoseconds, to 6 %;
  /// nil when nothing was recorded.
  public func quantile(_ share: Double) -> UInt64? {
    let total = count
    guard total > 0 else { return nil }
    let rank = max(UInt64((Double(total) * share).rounded(.up)), 1)
    var seen: UInt64 = 0
    for (bucket, count) in counts.enumerated() {
      seen += count
      if seen >= rank { return Histogram.upperBound(bucket) }
    }
    return Histogram.upperBound(counts.count - 1)
  }
}

/// A counter that one thread writes and any reads.
final class AtomicCounter: Sendable {
  private let count = Atomic<UInt64>(0)

  func increment() { add(1) }

  func add(_ amount: UInt64) {
    count.store(count.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }

  var value: UInt64 { count.load(ordering: .relaxed) }
}
