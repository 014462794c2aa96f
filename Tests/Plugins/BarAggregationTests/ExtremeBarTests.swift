import BarIndicators
import EngineCore
import Testing

/// Bars whose numbers leave 128 bits when they are added up.
@Suite("Indicators of extreme bars")
struct ExtremeBarTests {
  private static func bar(
    _ number: Int, price: Int64 = 100_000_000_000, volume: Int128 = 1_000_000_000,
    notional: Int128? = nil
  ) -> Bar {
    Bar(
      instrument: InstrumentID(1), spec: SpecID(1), state: .closed, count: 1,
      start: Timestamp(nanoseconds: Int64(number) * 60_000_000_000),
      end: Timestamp(nanoseconds: Int64(number + 1) * 60_000_000_000), open: Price(raw: price),
      high: Price(raw: price), low: Price(raw: price), close: Price(raw: price), volume: volume,
      notional: notional ?? volume * Int128(price))
  }

  @Test("a weighted price is not known while its window has too much, and exact again after it")
  func window() {
    let bars = (0..<8).map { Self.bar($0, notional: $0 == 2 || $0 == 3 ? .max : nil) }
    let values = VolumeWeightedPrice.values(of: bars) { VolumeWeightedPrice(length: 2) }
    // Of one bar alone it fits: it is held at the end of the range.
    #expect(
      values.map { $0?.raw } == [
        nil, 100_000_000_000, nil, nil, nil, 100_000_000_000, 100_000_000_000, 100_000_000_000,
      ])
  }

  @Test("a weighted price of a day is not known after too much, until the next day")
  func day() {
    let bars = (0..<8).map { Self.bar($0, notional: $0 == 1 ? .max : nil) }
    let day: @Sendable (Timestamp) -> Int = { Int($0.nanoseconds / 240_000_000_000) }
    let values = VolumeWeightedPrice.values(of: bars) { VolumeWeightedPrice(day: day) }
    #expect(values.map { $0 == nil } == [false, true, true, true, false, false, false, false])
  }

  @Test("volumes that do not add up are not known, and known again when they are gone")
  func volumes() {
    let extremes: [Int128] = [.max, .max, 5, 5, .min, .max, 7, 7]
    let bars = extremes.enumerated().map { Self.bar($0.offset, volume: $0.element, notional: 1) }
    let values = RollingVolume.values(of: bars) { RollingVolume(length: 2) }
    #expect(values.map { $0 == nil } == [true, true, true, false, false, false, true, false])
    #expect(values[3]?.mean == 5 && values[3]?.deviation == 0)
    #expect(values[7]?.mean == 7 && values[7]?.deviation == 0)
  }

  @Test("no bar stops an indicator", arguments: 0..<50 as Range<UInt64>)
  func any(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let prices: [Int64] = [.min, .min + 1, -1, 0, 1, 1_000_000_000, .max - 1, .max]
    let sums: [Int128] = [.min, .min + 1, -1, 0, 1, 1 << 90, .max - 1, .max]
    func pick<Element>(_ elements: [Element]) -> Element {
      elements[Int(random.next() % UInt64(elements.count))]
    }
    let bars = (0..<200).map { number in
      var bar = Self.bar(number, price: pick(prices), volume: pick(sums), notional: pick(sums))
      (bar.open, bar.high, bar.low) = (
        Price(raw: pick(prices)), Price(raw: pick(prices)), Price(raw: pick(prices))
      )
      return bar
    }
    let length = Int(seed % 5) + 1
    var known = 0
    known += SimpleMean.values(of: bars) { SimpleMean(length: length) }.count { $0 != nil }
    known += ExponentialMean.values(of: bars) { ExponentialMean(length: length) }.count {
      $0 != nil
    }
    known += AverageTrueRange.values(of: bars) { AverageTrueRange(length: length) }
      .count { $0 != nil }
    known += RelativeStrength.values(of: bars) { RelativeStrength(length: length) }
      .count { $0 != nil }
    #expect(known >= 4 * (200 - length))
    #expect(RollingExtremes.values(of: bars) { RollingExtremes(length: length) }.count == 200)
    #expect(RollingVolume.values(of: bars) { RollingVolume(length: length) }.count == 200)
    #expect(
      VolumeWeightedPrice.values(of: bars) { VolumeWeightedPrice(length: length) }.count == 200)
    #expect(
      VolumeWeightedPrice.values(of: bars) { VolumeWeightedPrice(day: { _ in 1 }) }.count == 200)
  }
}
