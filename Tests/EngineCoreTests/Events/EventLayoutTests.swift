import EngineCore
import Support
import Testing

@Suite("Event layout")
struct EventLayoutTests {
  @Test("a slot is 128 bytes")
  func slotSize() {
    #expect(MemoryLayout<Event>.size == 128)
    #expect(MemoryLayout<Event>.stride == 128)
  }

  @Test("trades, quotes and corrections use the first 64 bytes alone")
  func shortKinds() {
    let short: [Event] = [
      Ticks.trade(1), Ticks.quote(1),
      Event(
        Correction(
          target: 1, instrument: InstrumentID(1), oldTime: .zero, oldPrice: .zero,
          oldSize: .zero, newPrice: .zero, newSize: .zero)),
    ]
    for event in short {
      #expect(event.isShort)
      let second = unsafe withUnsafeBytes(of: event) { unsafe Array($0[64...]) }
      #expect(second.allSatisfy { $0 == 0 })
    }
    #expect(!Ticks.bar(1).isShort)
  }

  @Test("every payload comes out as it went in", arguments: 0..<50 as Range<UInt64>)
  func payloads(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    func integer() -> Int64 { Int64(bitPattern: random.next()) }
    func time() -> Timestamp { Timestamp(nanoseconds: integer()) }
    let instrument = InstrumentID(UInt32(truncatingIfNeeded: random.next()))
    let trade = Trade(
      instrument: instrument, price: Price(raw: integer()), size: Quantity(raw: integer()),
      side: .sell, eventTime: time(), receiveTime: time(), venueSequence: random.next(),
      source: SourceID(7), flags: [.replayed, .simulated])
    let event = Event(trade)
    #expect(event.kind == .trade && event.source == SourceID(7))
    #expect(event.trade.price == trade.price && event.trade.size == trade.size)
    #expect(event.trade.side == .sell && event.trade.venueSequence == trade.venueSequence)
    #expect(event.trade.eventTime == trade.eventTime && event.time == trade.eventTime)
    #expect(event.trade.flags == trade.flags && event.instrument == instrument)

    let quote = Quote(
      instrument: instrument, bid: Price(raw: integer()), ask: .undefined,
      bidSize: Quantity(raw: integer()), eventTime: time(), receiveTime: time())
    #expect(Event(quote).quote.bid == quote.bid && !Event(quote).quote.ask.isDefined)
    #expect(Event(quote).quote.bidSize == quote.bidSize && Event(quote).time == quote.eventTime)

    let bar = Bar(
      instrument: instrument, spec: SpecID(9), state: .amended, revision: 513, count: 70_000,
      start: time(), end: time(), open: Price(raw: integer()), high: Price(raw: integer()),
      low: Price(raw: integer()), close: Price(raw: integer()),
      volume: Int128(integer()) << 60, notional: Int128(integer()) << 63 | 5,
      buyVolume: Quantity(raw: integer()), firstSequence: random.next(),
      lastSequence: random.next(), reason: .cancel)
    let copy = Event(bar).bar
    #expect(copy.reason == .cancel)
    #expect(copy.state == .amended && copy.revision == 513 && copy.count == 70_000)
    #expect(copy.volume == bar.volume && copy.notional == bar.notional)
    #expect(copy.open == bar.open && copy.high == bar.high && copy.low == bar.low)
    #expect(copy.firstSequence == bar.firstSequence && copy.lastSequence == bar.lastSequence)
    #expect(copy.spec == SpecID(9) && copy.start == bar.start && copy.end == bar.end)

    let status = Status(
      scope: .plugin, code: .backoff, previous: .running, subject: TextID(3), reason: TextID(4),
      time: time(), position: 77)
    #expect(Event(status).status.code == .backoff && Event(status).status.previous == .running)
    #expect(Event(status).status.subject == TextID(3) && Event(status).time == status.time)
    #expect(Event(status).status.position == 77)

    let gap = Gap(
      subscriber: TextID(1), reason: .paused, first: 5, last: 9, count: 5, time: time())
    #expect(Event(gap).gap.first == 5 && Event(gap).gap.last == 9)
    #expect(Event(gap).gap.reason == .paused && Event(gap).gap.subscriber == TextID(1))
  }
}
