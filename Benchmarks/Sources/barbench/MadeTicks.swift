import BarAggregation
import EngineCore

/// Ticks that every system of W4 makes alike: 10,000 a second from the beginning of an hour, of
/// instruments drawn at random, at prices in hundredths and whole sizes.
struct MadeTicks {
  static let base: Int64 = 1_699_999_200_000_000_000
  static let stepNanos: Int64 = 100_000

  private(set) var instruments: [UInt32] = []
  private(set) var prices: [Int32] = []
  private(set) var sizes: [Int32] = []
  private(set) var volume: Int64 = 0

  init(_ count: Int, instruments most: Int) {
    instruments.reserveCapacity(count)
    prices.reserveCapacity(count)
    sizes.reserveCapacity(count)
    for index in 0..<count {
      let draw = Self.mix(UInt64(index))
      instruments.append(UInt32(draw % UInt64(most)))
      prices.append(10_000 + Int32(draw >> 20 & 0x3FF))
      let size = 1 + Int32(draw >> 40 & 0x7F)
      sizes.append(size)
      volume += Int64(size)
    }
  }

  var count: Int { instruments.count }

  /// splitmix64 of the number.
  static func mix(_ index: UInt64) -> UInt64 {
    var z = index &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  @inline(__always)
  func event(_ index: Int) -> Event {
    let time = Timestamp(nanoseconds: Self.base + Int64(index) &* Self.stepNanos)
    return Event(
      Trade(
        instrument: InstrumentID(instruments[index] &+ 1),
        price: Price(raw: Int64(prices[index]) &* 10_000_000),
        size: Quantity(raw: Int64(sizes[index]) &* 1_000_000_000), eventTime: time,
        receiveTime: .zero, venueSequence: UInt64(index), source: SourceID(1)))
  }
}

/// Adds up closed bars, so that systems can be seen to have made the same.
struct BarSum: BarOutput {
  var bars = 0
  var count = 0
  // In the raw units, which the sums below divide once: a division a bar would be measured too.
  private var rawPrices: Int128 = 0
  private var rawVolume: Int128 = 0
  private var rawNotional: Int128 = 0

  var volume: Int64 { Int64(truncatingIfNeeded: rawVolume / 1_000_000_000) }

  var sum: UInt64 {
    let prices = UInt64(truncatingIfNeeded: rawPrices / 10_000_000)
    let notional = UInt64(truncatingIfNeeded: rawNotional / 10_000_000_000_000_000)
    return prices &* 31 &+ UInt64(bitPattern: volume) &* 7 &+ UInt64(count) &+ notional
  }

  mutating func emit(_ event: Event) {
    guard event.kindCode == EventKind.bar.rawValue else { return }
    add(event.bar)
  }

  mutating func add(_ bar: Bar) {
    bars += 1
    count += Int(bar.count)
    rawPrices += Int128(bar.open.raw + bar.high.raw + bar.low.raw + bar.close.raw)
    rawVolume += bar.volume
    rawNotional += bar.notional
  }
}
