import BarIndicators
import EngineCore
import Testing

/// Indicators against their definitions in floating point, and by hand.
@Suite("Indicators")
struct IndicatorTests {
  private static func bars(_ seed: UInt64, _ count: Int) -> [Bar] {
    var random = SeededRandom(seed: seed)
    var close: Int64 = 100_000_000_000
    return (0..<count).map { number in
      let open = close
      close = max(close + Int64(random.next() % 2_000_000_000) - 1_000_000_000, 1_000_000_000)
      let high = max(open, close) + Int64(random.next() % 500_000_000)
      let low = min(open, close) - Int64(random.next() % 500_000_000)
      let volume = Int128(random.next() % 5_000_000_000_000_000)
      return Bar(
        instrument: InstrumentID(1), spec: SpecID(1), state: .closed, count: 1,
        start: Timestamp(nanoseconds: Int64(number) * 60_000_000_000),
        end: Timestamp(nanoseconds: Int64(number + 1) * 60_000_000_000), open: Price(raw: open),
        high: Price(raw: high), low: Price(raw: low), close: Price(raw: close), volume: volume,
        notional: volume * Int128((high + low + close) / 3))
    }
  }

  private static func value(_ price: Price?) -> Double? { price.map { Double($0.raw) / 1e9 } }

  private func expectClose(_ a: [Double?], _ b: [Double?], _ what: String) {
    #expect(a.count == b.count)
    for (index, (left, right)) in zip(a, b).enumerated() {
      guard let left, let right else {
        #expect(left == nil && right == nil, "\(what) \(index)")
        continue
      }
      #expect(abs(left - right) <= 2e-9 * max(abs(right), 1), "\(what) \(index): \(left) \(right)")
    }
  }

  @Test(
    "means, extremes and deviations are those of the definition", arguments: 0..<20 as Range<UInt64>
  )
  func windows(seed: UInt64) {
    let length = Int(seed % 19) + 2
    let bars = Self.bars(seed, 120)
    let closes = bars.map { Double($0.close.raw) / 1e9 }
    let volumes = bars.map { Double($0.volume) / 1e9 }
    func window(_ index: Int) -> Range<Int>? {
      index + 1 < length ? nil : index + 1 - length..<index + 1
    }
    func mean(_ values: [Double], _ index: Int) -> Double? {
      window(index).map { values[$0].reduce(0, +) / Double(length) }
    }
    expectClose(
      SimpleMean.values(of: bars) { SimpleMean(length: length) }.map(Self.value),
      bars.indices.map { mean(closes, $0) }, "SMA")
    let extremes = RollingExtremes.values(of: bars) { RollingExtremes(length: length) }
    for index in bars.indices {
      let range = window(index)
      #expect(extremes[index]?.high == range.flatMap { bars[$0].map(\.high).max() })
      #expect(extremes[index]?.low == range.flatMap { bars[$0].map(\.low).min() })
    }
    let volume = RollingVolume.values(of: bars) { RollingVolume(length: length) }
    expectClose(
      volume.map { $0.map { Double($0.mean) / 1e9 } }, bars.indices.map { mean(volumes, $0) },
      "volume")
    expectClose(
      volume.map { $0.map { Double($0.deviation) / 1e9 } },
      bars.indices.map { index in
        window(index).map { range in
          let middle = volumes[range].reduce(0, +) / Double(length)
          let squares = volumes[range].map { ($0 - middle) * ($0 - middle) }
          return (squares.reduce(0, +) / Double(length)).squareRoot()
        }
      }, "deviation")
    let weighted = VolumeWeightedPrice.values(of: bars) { VolumeWeightedPrice(length: length) }
    for index in bars.indices {
      guard let range = window(index) else { continue }
      let volume = bars[range].reduce(Int128(0)) { $0 + $1.volume }
      let notional = bars[range].reduce(Int128(0)) { $0 + $1.notional }
      let exact = Double(notional) / Double(volume) / 1e9
      #expect(abs((Self.value(weighted[index]) ?? 0) - exact) < 1e-7)
    }
  }

  @Test("smoothed means are those of the definition", arguments: 0..<20 as Range<UInt64>)
  func smoothed(seed: UInt64) {
    let length = Int(seed % 13) + 2
    let bars = Self.bars(seed, 200)
    let closes = bars.map { Double($0.close.raw) / 1e9 }
    var exponential: [Double?] = []
    var ranges: [Double?] = []
    var strengths: [Double?] = []
    var (ema, atr, gain, loss) = (0.0, 0.0, 0.0, 0.0)
    for index in bars.indices {
      let n = Double(length)
      if index < length {
        ema += closes[index] / n
      } else {
        ema += (closes[index] - ema) * 2 / (n + 1)
      }
      exponential.append(index + 1 < length ? nil : ema)
      let (high, low) = (Double(bars[index].high.raw) / 1e9, Double(bars[index].low.raw) / 1e9)
      let before = index > 0 ? closes[index - 1] : nil
      let range = before.map { max(high - low, abs(high - $0), abs(low - $0)) } ?? high - low
      atr = index < length ? atr + range / n : (atr * (n - 1) + range) / n
      ranges.append(index + 1 < length ? nil : atr)
      guard let before else {
        strengths.append(nil)
        continue
      }
      let change = closes[index] - before
      gain = index <= length ? gain + max(change, 0) / n : (gain * (n - 1) + max(change, 0)) / n
      loss = index <= length ? loss + max(-change, 0) / n : (loss * (n - 1) + max(-change, 0)) / n
      strengths.append(index < length ? nil : 100 * gain / (gain + loss))
    }
    expectClose(
      ExponentialMean.values(of: bars) { ExponentialMean(length: length) }.map(Self.value),
      exponential, "EMA")
    expectClose(
      AverageTrueRange.values(of: bars) { AverageTrueRange(length: length) }.map(Self.value),
      ranges, "ATR")
    expectClose(
      RelativeStrength.values(of: bars) { RelativeStrength(length: length) }.map { value in
        value.map { Double($0) / 1e9 }
      }, strengths, "RSI")
  }

  @Test("the volume weighted price of a day begins anew with the day")
  func daily() {
    let bars = Self.bars(4, 6)
    let day: @Sendable (Timestamp) -> Int = { Int($0.nanoseconds / 180_000_000_000) }
    let values = VolumeWeightedPrice.values(of: bars) { VolumeWeightedPrice(day: day) }
    let first = bars[3]
    let alone = (first.notional * 2 / first.volume + 1) / 2
    #expect(values[3]?.raw == Int64(alone))
  }
}
