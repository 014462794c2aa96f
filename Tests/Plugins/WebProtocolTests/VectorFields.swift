import Testing

@testable import EngineCore

/// Reads the raw fields of an event in the golden vectors.
struct VectorFields {
  let raw: JSONValue
  let catalog: Catalog

  private func text(_ name: String) -> String { raw[name]?.string ?? "" }

  private func wide(_ name: String) -> Int128 { Int128(raw[name]?.number?.text ?? "0") ?? 0 }

  func unsigned(_ name: String) -> UInt64 { UInt64(raw[name]?.number?.text ?? "0") ?? 0 }

  private func signed(_ name: String) -> Int64 { Int64(raw[name]?.number?.text ?? "0") ?? 0 }

  private func time(_ name: String) -> Timestamp { Timestamp(nanoseconds: signed(name)) }

  private func price(_ name: String) -> Price { Price(raw: signed(name)) }

  private func size(_ name: String) -> Quantity { Quantity(raw: signed(name)) }

  private var instrument: InstrumentID { catalog.instrument(key: text("instrument")) ?? .none }

  private var source: SourceID {
    text("source").isEmpty ? .none : catalog.source(text("source")) ?? .none
  }

  private func known<Code: RawRepresentable>(_ name: String) throws -> Code
  where Code.RawValue == UInt8 {
    try #require(Code(rawValue: UInt8(unsigned(name))))
  }

  func event() throws -> Event {
    switch try #require(EventKind(name: text("kind"))) {
    case .trade: return try trade()
    case .quote:
      return Event(
        Quote(
          instrument: instrument, bid: price("bid"), ask: price("ask"), bidSize: size("bid_size"),
          askSize: size("ask_size"), eventTime: time("event_time"),
          receiveTime: time("receive_time"), source: source))
    case .bar: return try bar()
    case .alert: return try alert()
    case .correction:
      return Event(
        Correction(
          target: unsigned("target"), instrument: instrument, oldTime: time("old_time"),
          oldPrice: price("old_price"), oldSize: size("old_size"), newPrice: price("new_price"),
          newSize: size("new_size"), source: source))
    case .watermark:
      let scope: WatermarkScope = try known("scope")
      let id =
        scope == .spec ? catalog.spec(text("of"))?.raw : catalog.source(text("of"))?.raw
      return Event(
        Watermark(
          scope: scope, id: try #require(id), start: time("start"), end: time("end"),
          bars: UInt32(unsigned("bars")), empty: UInt32(unsigned("empty"))))
    case .gap:
      return Event(
        Gap(
          subscriber: catalog.intern(text("subscriber")), reason: try known("reason"),
          first: unsigned("first"), last: unsigned("last"), count: unsigned("count"),
          time: time("time")))
    case .status:
      return Event(
        Status(
          scope: try known("scope"), code: try known("code"),
          previous: StatusCode(rawValue: UInt8(unsigned("previous"))),
          subject: catalog.intern(text("subject")), reason: catalog.intern(text("reason")),
          instrument: instrument, time: time("time")))
    case .definition: return try definition()
    case .time: return Event(EngineTime(time("time")))
    case .command:
      return Event(
        CommandRecord(
          plugin: catalog.intern(text("plugin")), command: catalog.intern(text("command")),
          time: time("time")))
    }
  }

  private func trade() throws -> Event {
    var event = Event(
      Trade(
        instrument: instrument, price: price("price"), size: size("size"),
        side: try known("side"), eventTime: time("event_time"),
        receiveTime: time("receive_time"), venueSequence: unsigned("venue_sequence"),
        source: source))
    if let range = raw["range"] {
      let fields = VectorFields(raw: range, catalog: catalog)
      event.tradeRange = TradeRange(
        first: fields.price("first"), high: fields.price("high"), low: fields.price("low"),
        last: price("price"), volume: fields.wide("volume"), count: fields.unsigned("count"))
    }
    return event
  }

  private func bar() throws -> Event {
    Event(
      Bar(
        instrument: instrument, spec: try #require(catalog.spec(text("spec"))),
        state: try known("state"), revision: UInt16(unsigned("revision")),
        count: UInt32(unsigned("count")), start: time("start"), end: time("end"),
        open: price("open"), high: price("high"), low: price("low"), close: price("close"),
        volume: wide("volume"), notional: wide("notional"), buyVolume: size("buy_volume"),
        firstSequence: unsigned("first_sequence"), lastSequence: unsigned("last_sequence"),
        reason: try known("reason")))
  }

  private func alert() throws -> Event {
    Event(
      Alert(
        rule: try #require(catalog.rule(text("rule"))), instrument: instrument,
        state: try known("state"), severity: UInt8(unsigned("severity")),
        generation: UInt32(unsigned("generation")), value: signed("value"),
        threshold: signed("threshold"), eventTime: time("event_time"), since: time("since"),
        causeSequence: unsigned("cause"), reason: catalog.intern(text("reason")),
        source: source))
  }

  private func definition() throws -> Event {
    let namespace = try #require(
      DefinitionNamespace.allCases.first { "\($0)" == text("namespace") })
    let id: UInt32
    if namespace == .spec {
      id = UInt32(try #require(catalog.spec(text("name"))).raw)
    } else {
      id = try #require(catalog.id(of: text("name"), in: namespace))
    }
    let instrument = namespace == .instrument ? catalog.instrument(InstrumentID(id)) : nil
    return Event(
      Definition(
        namespace: namespace, id: id, text: catalog.intern(text("name")),
        pricePrecision: UInt8(instrument?.pricePrecision ?? 0),
        sizePrecision: UInt8(instrument?.sizePrecision ?? 0)))
  }
}
