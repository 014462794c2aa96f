import Support
import Testing

@testable import EngineCore

@Suite("Conflator")
struct ConflatorTests {
  /// What is left of a list of events, searched from the front for each of them.
  static func naive(_ events: [Event]) -> [Event] {
    var result: [Event] = []
    func isSame(_ a: Event, _ b: Event) -> Bool {
      guard a.kind == b.kind, a.instrument == b.instrument else { return false }
      switch a.kind {
      // Whatever their sources are.
      case .trade, .quote: return true
      case .bar: return a.scope == b.scope && (a.bar.state == .open) == (b.bar.state == .open)
      default: return false
      }
    }
    for event in events {
      guard let index = result.firstIndex(where: { isSame($0, event) }) else {
        result.append(event)
        continue
      }
      var merged = event
      merged.flags.insert(.conflated)
      if event.kind == .trade {
        let trades = events.prefix { $0.sequence <= event.sequence }.filter { isSame($0, event) }
          .map(\.trade)
        var range = TradeRange(trades[0])
        range.high = trades.map(\.price).max() ?? .zero
        range.low = trades.map(\.price).min() ?? .zero
        range.last = event.trade.price
        range.count = UInt64(trades.count)
        range.volume = trades.reduce(0) { $0 + ($1.size.isDefined ? Int128($1.size.raw) : 0) }
        merged.tradeRange = range
      }
      result[index] = merged
    }
    return result
  }

  static func events(_ random: inout SeededRandom) -> [Event] {
    (1...Int(random.next() % 150) + 1).map { number in
      let instrument = UInt32(random.next() % 3) + 1
      let price = Int(random.next() % 50)
      var event: Event
      switch random.next() % 5 {
      case 0, 1:
        event = Ticks.trade(price, instrument: instrument, size: Int64(random.next() % 9) + 1)
        event.stampSource(SourceID(UInt16(random.next() % 2) + 1))
      case 2: event = Ticks.quote(price, instrument: instrument)
      case 3:
        var bar = Ticks.bar(price, instrument: instrument).bar
        bar.state = random.next() % 2 == 0 ? .open : .closed
        event = Event(bar)
      default: event = Event(EngineTime(Timestamp(nanoseconds: Int64(number))))
      }
      event.sequence = UInt64(number)
      return event
    }
  }

  @Test("merging as they come is merging with all at hand", arguments: 0..<200 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var conflator = Conflator()
    // Twice: nothing of a delivery is left for the next.
    for _ in 0..<2 {
      let events = Self.events(&random)
      for event in events { conflator.merge(event) }
      let (merged, count) = conflator.take()
      let expected = Self.naive(events)
      #expect(merged == expected)
      #expect(count == events.count - expected.count)
    }
  }

  @Test("a bar that closed is replaced by the next that closes, not by one that opens")
  func closedBars() {
    var conflator = Conflator()
    for number in 1...3 { conflator.merge(Ticks.bar(number)) }
    var open = Ticks.bar(4).bar
    open.state = .open
    conflator.merge(Event(open))
    #expect(conflator.take().events.map(\.bar.count) == [3, 4])
  }
}
