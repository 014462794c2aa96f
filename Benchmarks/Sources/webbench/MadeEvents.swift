import EngineCore

/// Events that every encoder of the comparison makes alike: 10,000 a second of 1,000 instruments
/// drawn at random, at prices in hundredths and whole sizes.
struct MadeEvents {
  static let instruments = 1_000
  static let base: Int64 = 1_699_999_200_000_000_000

  let catalog = Catalog()
  private(set) var events: [Event] = []

  init(_ count: Int, kind: String) {
    for index in 0..<Self.instruments {
      let digits = String(index)
      catalog.define(
        Instrument(
          symbol: "S" + String(repeating: "0", count: 4 - digits.utf8.count) + digits,
          pricePrecision: 2))
    }
    let spec = catalog.spec("1m") ?? .none
    events.reserveCapacity(count)
    for index in 0..<count {
      let draw = Self.mix(UInt64(index))
      let id = InstrumentID(UInt32(draw % UInt64(Self.instruments)) + 1)
      let price = Price(raw: (10_000 + Int64(draw >> 20 & 0x3FF)) * 10_000_000)
      let size = Quantity(raw: (1 + Int64(draw >> 40 & 0x7F)) * 1_000_000_000)
      let time = Timestamp(nanoseconds: Self.base + Int64(index) * 100_000)
      var event: Event
      switch kind {
      case "quote":
        event = Event(
          Quote(
            instrument: id, bid: price, ask: Price(raw: price.raw + 10_000_000), bidSize: size,
            askSize: size, eventTime: time, receiveTime: time))
      case "bar":
        let start = Timestamp(nanoseconds: time.nanoseconds / 60_000_000_000 * 60_000_000_000)
        event = Event(
          Bar(
            instrument: id, spec: spec, state: .closed, count: 12, start: start,
            end: start.advanced(byNanos: 60_000_000_000), open: price, high: price, low: price,
            close: price, volume: Int128(size.raw), notional: Int128(size.raw) * Int128(price.raw),
            buyVolume: size))
      default:
        event = Event(
          Trade(
            instrument: id, price: price, size: size, side: draw >> 60 & 1 == 0 ? .buy : .sell,
            eventTime: time, receiveTime: time))
      }
      event.sequence = UInt64(index + 1)
      events.append(event)
    }
  }

  /// splitmix64 of the number.
  static func mix(_ index: UInt64) -> UInt64 {
    var z = index &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
