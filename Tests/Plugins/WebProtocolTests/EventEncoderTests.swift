import Testing

@testable import EngineCore
@testable import WebProtocol

@Suite("Events as JSON")
struct EventEncoderTests {
  private static func text(_ event: Event, _ encoder: inout EventEncoder) -> String {
    var bytes: [UInt8] = []
    encoder.append(event, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "an event of the vectors is written as they say",
    arguments: [("iso", "iso", "basic"), ("ns", "ns", "basic"), ("full", "iso", "full")])
  func vectors(style: String, times: String, fields: String) throws {
    let catalog = try WebVectors.catalog()
    let format = EventFormat(
      times: try #require(EventFormat.Times(rawValue: times)),
      fields: try #require(EventFormat.Fields(rawValue: fields)))
    var encoder = EventEncoder(catalog, format: format)
    var kinds: Set<EventKind> = []
    for vector in try WebVectors.list("events") {
      let event = try WebVectors.event(try #require(vector["raw"]), in: catalog)
      kinds.insert(event.kind)
      let name = vector["name"]?.string ?? ""
      #expect(Self.text(event, &encoder) == vector[style]?.string, "\(name)")
    }
    #expect(kinds == Set(EventKind.allCases))
  }

  @Test("what is written reads back to the same numbers", arguments: 0..<200)
  func readsBack(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let catalog = try WebVectors.catalog()
    var encoder = EventEncoder(catalog, format: EventFormat(times: .nanos, fields: .full))
    for _ in 0..<20 {
      func number() -> Int64 {
        let bits = UInt64.random(in: 1...64, using: &random)
        return max(Int64(bitPattern: random.next()) >> Int64(64 - bits), .min + 1)
      }
      let trade = Trade(
        instrument: InstrumentID(.random(in: 1...4, using: &random)), price: Price(raw: number()),
        size: Quantity(raw: number()), eventTime: Timestamp(nanoseconds: number()),
        receiveTime: Timestamp(nanoseconds: number()), venueSequence: random.next())
      var event = Event(trade)
      event.sequence = random.next() >> 16
      let text = Self.text(event, &encoder)
      let json = try JSONReader().read(text)
      func parsed(_ key: String) throws -> Int64 {
        let digits = try #require(json[key]?.number?.text)
        return try FixedPoint.parse(Array(digits.utf8).span)
      }
      #expect(try parsed("p") == trade.price.raw)
      #expect(try parsed("s") == trade.size.raw)
      #expect(json["t"]?.int64 == trade.eventTime.nanoseconds)
      #expect(json["r"]?.int64 == trade.receiveTime.nanoseconds)
      #expect(json["q"]?.int64 == Int64(event.sequence))
      let venue = trade.venueSequence == 0 ? nil : String(trade.venueSequence)
      #expect(json["v"]?.string == venue)
    }
  }

  @Test("prices and times agree with the writers for people", arguments: 0..<200)
  func agrees(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let catalog = Catalog()
    let precision = Int.random(in: 0...9, using: &random)
    let id = catalog.define(Instrument(symbol: "A", pricePrecision: precision))
    var encoder = EventEncoder(catalog)
    for _ in 0..<20 {
      // Powers of ten nearby have the most zeros and nines.
      var raw: Int64 = 1
      for _ in 0..<Int.random(in: 0...18, using: &random) { raw *= 10 }
      raw += .random(in: -2...2, using: &random)
      var nanos = Int64(bitPattern: random.next()) >> Int64.random(in: 0...40, using: &random)
      if Bool.random(using: &random) { nanos = nanos / 1_000_000_000 * 1_000_000_000 }
      nanos = max(nanos, .min + 1)
      let trade = Trade(
        instrument: id, price: Price(raw: raw), eventTime: Timestamp(nanoseconds: nanos),
        receiveTime: .zero)
      let price = FixedPoint.text(raw, minimumDecimals: precision)
      let expected = #"{"T":"trade","S":"A","p":\#(price),"t":"\#(trade.eventTime)"}"#
      #expect(Self.text(Event(trade), &encoder) == expected)
    }
  }

  @Test("sums of 128 bits are written exactly", arguments: 0..<200)
  func sums(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    func wide() -> Int128 {
      let bits = Int128.random(in: 0...126, using: &random)
      return (Int128(Int64(bitPattern: random.next())) << 64 | Int128(random.next())) >> bits
    }
    let (volume, notional) = (wide(), wide())
    let bar = Bar(
      instrument: .none, spec: .none, state: .void, count: 0, start: .distantPast,
      end: .distantPast, open: .undefined, high: .undefined, low: .undefined, close: .undefined,
      volume: volume, notional: notional)
    var encoder = EventEncoder(Catalog())
    let v = FixedPoint.text(wide: volume, decimals: 9)
    let w = FixedPoint.text(wide: notional, decimals: 18)
    #expect(
      Self.text(Event(bar), &encoder) == #"{"T":"bar","st":"void","v":\#(v),"w":\#(w),"n":0}"#)
  }

  @Test("ids that nobody knows are written as numbers, and known once they are defined")
  func unknown() {
    let catalog = Catalog()
    var encoder = EventEncoder(catalog)
    let event = Event(
      Trade(
        instrument: InstrumentID(1), price: .zero, eventTime: .distantPast, receiveTime: .zero))
    #expect(Self.text(event, &encoder) == ##"{"T":"trade","S":"#1","p":0}"##)
    catalog.define(Instrument(symbol: "LATE", pricePrecision: 1))
    #expect(Self.text(event, &encoder) == #"{"T":"trade","S":"LATE","p":0.0}"#)
  }

  @Test("a definition makes the encoder ask again")
  func redefined() throws {
    let catalog = Catalog()
    try catalog.restore([
      NamedDefinition(
        Definition(namespace: .instrument, id: 1, text: TextID(1), pricePrecision: 2), name: "A")
    ])
    var encoder = EventEncoder(catalog)
    let event = Event(
      Trade(
        instrument: InstrumentID(1), price: .zero, eventTime: .distantPast, receiveTime: .zero))
    #expect(Self.text(event, &encoder) == #"{"T":"trade","S":"A","p":0.00}"#)
    catalog.define(Instrument(symbol: "A", pricePrecision: 4))
    let definition = Event(Definition(namespace: .instrument, id: 1, text: TextID(1)))
    _ = Self.text(definition, &encoder)
    #expect(Self.text(event, &encoder) == #"{"T":"trade","S":"A","p":0.0000}"#)
  }

  @Test("a list of events is a run without its first comma, and a batch around it is JSON")
  func batch() throws {
    var encoder = EventEncoder(Catalog())
    var runs: [UInt8] = []
    for sequence in 1...3 {
      var event = Event(EngineTime(.distantPast))
      event.sequence = UInt64(sequence)
      encoder.append(event, isListed: true, to: &runs)
    }
    let text = EventBatch.text(subscription: 1_000_000_000, runs: runs)
    let json = try JSONReader().read(text)
    #expect(json["s"]?.int64 == 1_000_000_000)
    #expect(json["e"]?.array?.map { $0["q"]?.int64 } == [1, 2, 3])
    var message: [UInt8] = []
    EventBatch.appendOpening(subscription: 1_000_000_000, runBytes: runs.count, to: &message)
    #expect(
      message.count
        == EventBatch.openingBytes(subscription: 1_000_000_000, runBytes: runs.count))
    message += runs.dropFirst()
    message += "\(EventBatch.closing)".utf8
    #expect(message == WebSocketEncoder.frame(.text, text))
  }
}
