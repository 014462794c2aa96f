import EngineCore
import Testing

@testable import enginectl

@Suite("Latency histogram")
struct LatencyHistogramTests {
  @Test("a quantile is within 0.1 % of the one of all values", arguments: 0..<50 as Range<UInt64>)
  func quantiles(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var histogram = LatencyHistogram()
    var values: [UInt64] = []
    for _ in 0..<2_000 {
      let bits = Int.random(in: 0..<41, using: &random)
      let value = UInt64.random(in: 0...(1 << UInt64(bits)), using: &random)
      values.append(value)
      histogram.record(Int64(value))
    }
    values.sort()
    for share: UInt64 in [1, 500_000, 900_000, 990_000, 999_000, 1_000_000] {
      let rank = max(1, (UInt64(values.count) * share + 999_999) / 1_000_000)
      let exact = values[Int(rank) - 1]
      let found = try #require(histogram.quantile(perMillion: share))
      #expect(found >= exact && found - exact <= exact / 1_000 + 1, "\(share): \(exact) \(found)")
    }
    #expect(histogram.max == values.last)
    #expect(histogram.count == 2_000)
  }

  @Test("buckets follow each other without a hole")
  func buckets() {
    var last = -1
    for value in 0..<10_000 as Range<UInt64> {
      let bucket = LatencyHistogram.bucket(value)
      #expect(bucket == last || bucket == last + 1)
      #expect(LatencyHistogram.upperBound(bucket) >= value)
      last = bucket
    }
    #expect(LatencyHistogram.upperBound(LatencyHistogram.bucket(.max)) == 1 << 42 - 1)
  }

  @Test("two histograms add up, and nothing recorded has no quantile")
  func adding() {
    var all = LatencyHistogram()
    #expect(all.quantile(perMillion: 500_000) == nil)
    var part = LatencyHistogram()
    part.record(-5)
    part.record(1_000)
    all.add(part)
    all.add(part)
    #expect(all.count == 4 && all.max == 1_000)
    #expect(all.quantile(perMillion: 500_000) == 0)
    #expect(all.quantile(perMillion: 500_001) == 1_000)
  }
}
