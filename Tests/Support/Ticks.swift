public import EngineCore

/// Events for tests that do not care what is in them.
public enum Ticks {
  /// A trade whose price counts from 1.
  public static func trade(
    _ number: Int, instrument: UInt32 = 1, size: Int64 = 1_000_000_000
  ) -> Event {
    Event(
      Trade(
        instrument: InstrumentID(instrument), price: Price(raw: Int64(number) * 1_000_000_000),
        size: Quantity(raw: size), eventTime: Timestamp(nanoseconds: Int64(number)),
        receiveTime: .zero))
  }

  public static func quote(_ number: Int, instrument: UInt32 = 1) -> Event {
    Event(
      Quote(
        instrument: InstrumentID(instrument), bid: Price(raw: Int64(number)),
        ask: Price(raw: Int64(number) + 1), eventTime: Timestamp(nanoseconds: Int64(number)),
        receiveTime: .zero))
  }

  public static func bar(_ number: Int, instrument: UInt32 = 1, spec: UInt16 = 1) -> Event {
    Event(
      Bar(
        instrument: InstrumentID(instrument), spec: SpecID(spec), state: .closed,
        count: UInt32(number), start: .zero, end: Timestamp(nanoseconds: 60),
        open: Price(raw: 1), high: Price(raw: 4), low: Price(raw: 0), close: Price(raw: 2),
        volume: Int128(number), notional: -Int128(number) << 70))
  }
}
