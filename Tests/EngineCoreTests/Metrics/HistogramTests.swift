import Support
import Testing

@testable import EngineCore

@Suite("Histogram")
struct HistogramTests {
  @Test(
    "quantiles are the exact ones, at most a sixteenth too high", arguments: 0..<60 as Range<UInt64>
  )
  func quantiles(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let histogram = Histogram()
    var values: [Int64] = []
    for _ in 0..<Int.random(in: 1...3_000, using: &random) {
      let bits = UInt64.random(in: 1...45, using: &random)
      let value = Int64(random.next() & (1 << bits - 1))
      values.append(value)
      histogram.record(nanos: value)
    }
    values.sort()
    let snapshot = histogram.snapshot
    #expect(snapshot.count == UInt64(values.count))
    for share in [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
      let rank = max(Int((Double(values.count) * share).rounded(.up)), 1)
      let exact = UInt64(values[rank - 1])
      let found = try #require(snapshot.quantile(share))
      #expect(found >= exact && found <= exact + exact / 16, "p\(share): \(found) for \(exact)")
    }
  }

  @Test("every value lies in its bucket, and the bounds of the buckets rise")
  func buckets() {
    for bucket in 1..<767 {
      let low = Histogram.upperBound(bucket - 1) + 1
      let high = Histogram.upperBound(bucket)
      #expect(low <= high)
      #expect(Histogram.bucket(low) == bucket && Histogram.bucket(high) == bucket)
    }
    #expect(Histogram.bucket(.max) == 767)
  }

  @Test(
    "negative durations count as zero, endless ones in the last bucket, nothing has no quantile")
  func ends() {
    let histogram = Histogram()
    #expect(histogram.snapshot.quantile(0.5) == nil)
    histogram.record(nanos: -5)
    #expect(histogram.snapshot.quantile(1) == 0)
    histogram.record(nanos: .max)
    #expect(histogram.snapshot.quantile(1) == Histogram.upperBound(767))
  }

  @Test("what was recorded since an earlier look is counted alone")
  func since() {
    let histogram = Histogram()
    for _ in 0..<100 { histogram.record(nanos: 1_000_000) }
    let earlier = histogram.snapshot
    histogram.record(nanos: 5)
    let recent = histogram.snapshot.since(earlier)
    #expect(recent.count == 1 && recent.quantile(0.99) == 5)
  }
}
