import Support
import Testing

@testable import EngineCore

@Suite("Event JSON")
struct EventJSONTests {
  static let time = Timestamp(nanoseconds: 1_767_225_600_123_456_789)
  static let catalog: Catalog = {
    let catalog = Catalog()
    catalog.define(Instrument(symbol: "EURUSD", pricePrecision: 5, sizePrecision: 2))
    _ = catalog.source("sim")
    _ = catalog.spec("1m")
    _ = catalog.rule("high")
    return catalog
  }()
  static let one = InstrumentID(1)
  static func price(_ raw: Int64) -> Price { Price(raw: raw) }

  static var trade: Event {
    Event(
      Trade(
        instrument: one, price: price(1_234_567_890), size: Quantity(raw: 1_500_000_000),
        side: .buy,
        eventTime: time, receiveTime: .zero, venueSequence: 7, source: SourceID(1),
        flags: [.simulated, .receiptTime]))
  }

  static var range: Event {
    var event = trade
    event.flags = [.conflated]
    var range = TradeRange(event.trade)
    range.add(
      Trade(
        instrument: one, price: price(-1), size: Quantity(raw: .max), eventTime: time,
        receiveTime: time))
    event.tradeRange = range
    return event
  }

  static var bar: Event {
    Event(
      Bar(
        instrument: one, spec: SpecID(1), state: .amended, revision: 2, count: 3, start: .zero,
        end: time, open: price(1_000_000_000), high: price(2_000_000_000), low: price(1),
        close: .undefined, volume: 123_000_000_000, notional: -1, buyVolume: Quantity(raw: 5),
        firstSequence: 4, lastSequence: 9, flags: [.inexact]))
  }

  /// The line of each kind, without `seq` and the braces.
  static var lines: [(Event, String)] {
    let subscriber = catalog.intern("web")
    return [
      (
        trade,
        #""kind":"trade","time":"2026-01-01T00:00:00.123456789Z","symbol":"EURUSD","price":1.23456789,"size":1.5,"side":"buy","received":"1970-01-01T00:00:00Z","venue_seq":7,"source":"sim","flags":["receipt_time","simulated"]"#
      ),
      (
        range,
        #""kind":"trade","time":"2026-01-01T00:00:00.123456789Z","symbol":"EURUSD","price":1.23456789,"size":1.5,"side":"buy","received":"1970-01-01T00:00:00Z","venue_seq":7,"source":"sim","range":{"first":1.23456789,"high":1.23456789,"low":-0.000000001,"last":1.23456789,"volume":9223372038.354775807,"count":2},"flags":["conflated"]"#
      ),
      (
        Event(
          Quote(
            instrument: InstrumentID(9), bid: price(1_100_000_000), ask: .undefined,
            askSize: Quantity(raw: 3), eventTime: .zero, receiveTime: .zero)),
        ##""kind":"quote","time":"1970-01-01T00:00:00Z","symbol":"#9","bid":1.1,"ask":null,"bid_size":null,"ask_size":0.000000003,"received":"1970-01-01T00:00:00Z""##
      ),
      (
        bar,
        #""kind":"bar","time":"2026-01-01T00:00:00.123456789Z","symbol":"EURUSD","spec":"1m","start":"1970-01-01T00:00:00Z","end":"2026-01-01T00:00:00.123456789Z","open":1,"high":2,"low":0.000000001,"close":null,"volume":123,"notional":-0.000000000000000001,"buy_volume":0.000000005,"count":3,"state":"amended","revision":2,"first_seq":4,"last_seq":9,"flags":["inexact"]"#
      ),
      (
        Event(
          Alert(
            rule: RuleID(1), instrument: one, state: .firing, severity: 3, generation: 4,
            value: 2_000_000_000, threshold: 1_500_000_000, eventTime: .zero, since: .zero,
            causeSequence: 8, reason: subscriber)),
        #""kind":"alert","time":"1970-01-01T00:00:00Z","rule":"high","symbol":"EURUSD","state":"firing","severity":3,"generation":4,"value":2,"threshold":1.5,"since":"1970-01-01T00:00:00Z","cause_seq":8,"reason":"web""#
      ),
      (
        Event(
          Correction(
            target: 5, instrument: one, oldTime: .zero, oldPrice: price(1_000_000_000),
            oldSize: .zero, newPrice: .undefined, newSize: .undefined, source: SourceID(1))),
        #""kind":"correction","time":"1970-01-01T00:00:00Z","symbol":"EURUSD","target":5,"cancel":true,"old_price":1,"old_size":0,"new_price":null,"new_size":null,"source":"sim""#
      ),
      (
        Event(Watermark(scope: .spec, id: 1, start: .zero, end: .zero, bars: 2, empty: 1)),
        #""kind":"watermark","time":"1970-01-01T00:00:00Z","scope":"spec","subject":"1m","start":"1970-01-01T00:00:00Z","end":"1970-01-01T00:00:00Z","bars":2,"empty":1"#
      ),
      (
        Event(
          Gap(subscriber: subscriber, reason: .overrun, first: 3, last: 9, count: 7, time: .zero)),
        #""kind":"gap","time":"1970-01-01T00:00:00Z","subscriber":"web","reason":"overrun","first":3,"last":9,"count":7"#
      ),
      (
        Event(
          Status(
            scope: .plugin, code: .backoff, previous: .running, subject: subscriber,
            reason: TextID(999), time: .zero)),
        ##""kind":"status","time":"1970-01-01T00:00:00Z","scope":"plugin","subject":"web","code":"backoff","previous":"running","reason":"#999""##
      ),
      (
        Event(
          Definition(
            namespace: .instrument, id: 1, text: TextID(1), pricePrecision: 5, sizePrecision: 2)),
        #""kind":"definition","namespace":"instrument","id":1,"name":"EURUSD","price_precision":5,"size_precision":2"#
      ),
      (Event(EngineTime(.zero)), #""kind":"time","time":"1970-01-01T00:00:00Z""#),
      (
        Event(CommandRecord(plugin: subscriber, command: subscriber, time: .zero, token: 3)),
        #""kind":"command","time":"1970-01-01T00:00:00Z","plugin":"web","command":"web""#
      ),
    ]
  }

  @Test("every kind has its line", arguments: 0..<12)
  func golden(row: Int) throws {
    let (event, line) = Self.lines[row]
    var json = JSONWriter()
    EventJSON(catalog: Self.catalog).write(event, to: &json)
    #expect(json.text == "{\"seq\":0,\(line)}")
    _ = try JSONReader().read(Array(json.text.utf8))
  }

  @Test("no kind is missing here")
  func complete() {
    #expect(Set(Self.lines.map(\.0.kind)) == Set(EventKind.allCases))
  }
}
