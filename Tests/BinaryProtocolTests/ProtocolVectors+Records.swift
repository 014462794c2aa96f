import EngineCore

@testable import BinaryProtocol

extension ProtocolVectors {
  struct RecordVector: Sendable {
    var name: String
    var bytes: [UInt8]
    /// Header and fields under the names of the page.
    var fields: VectorValue

    init(_ name: String, _ event: Event, sequence: UInt64 = 0, _ fields: VectorValue) {
      var event = event
      event.sequence = sequence
      bytes = []
      RecordCodecTests.encoder.append(event, to: &bytes)
      self.name = name
      self.fields = fields
    }

    init(_ name: String, bytes: [UInt8], _ fields: VectorValue) {
      self.name = name
      self.bytes = bytes
      self.fields = fields
    }
  }

  static func vector(of vector: RecordVector) -> VectorValue {
    .object(["name": .text(vector.name), "hex": vector.bytes.hex, "fields": vector.fields])
  }

  static let t0 = Timestamp(nanoseconds: 1_398_920_401_787_000_001)
  static let t1 = Timestamp(nanoseconds: 1_398_920_401_813_000_002)
  static let eurusd = InstrumentID(3)

  static let records: [RecordVector] = market + derived + others

  private static let market: [RecordVector] = [
    RecordVector(
      "trade",
      Event(
        Trade(
          instrument: eurusd, price: Price(raw: 1_387_270_000), size: Quantity(raw: 250_000_000),
          side: .sell, eventTime: t0, receiveTime: t1, venueSequence: 77, source: SourceID(2),
          flags: [.replayed, .receiptTime])), sequence: 281_474_976_710_655,
      .object([
        "sequence": 281_474_976_710_655, "kind": 1, "flags": 3, "scope": 2, "instrument": 3,
        "price": 1_387_270_000, "size": 250_000_000, "event time": 1_398_920_401_787_000_001,
        "receive time": 1_398_920_401_813_000_002, "venue sequence": 77, "side": 2,
      ])),
    RecordVector(
      "trade without size, negative price",
      Event(
        Trade(
          instrument: eurusd, price: Price(raw: -37_630_000_000), eventTime: t0,
          receiveTime: .distantPast)), sequence: 1,
      .object([
        "sequence": 1, "kind": 1, "flags": 0, "scope": 0, "instrument": 3,
        "price": -37_630_000_000, "size": -9_223_372_036_854_775_808,
        "event time": 1_398_920_401_787_000_001, "receive time": -9_223_372_036_854_775_808,
        "venue sequence": 0, "side": 0,
      ])),
    RecordVector(
      "merged trade", bytes: merged,
      .object([
        "sequence": 9, "kind": 1, "flags": 8, "scope": 2, "instrument": 3, "price": 5, "size": 2,
        "event time": 0, "receive time": 0, "venue sequence": 0, "side": 0, "first": 4, "high": 7,
        "low": 3, "volume": .number(Int128(1) << 64 + 10), "count": 3,
      ])),
    RecordVector(
      "quote with one side",
      Event(
        Quote(
          instrument: eurusd, bid: Price(raw: 1_387_270_000), ask: .undefined,
          bidSize: Quantity(raw: 1_000_000_000), eventTime: t0, receiveTime: t1,
          source: SourceID(65_535), flags: .snapshot)), sequence: 8,
      .object([
        "sequence": 8, "kind": 2, "flags": 16, "scope": 65_535, "instrument": 3,
        "bid": 1_387_270_000, "ask": -9_223_372_036_854_775_808,
        "event time": 1_398_920_401_787_000_001, "receive time": 1_398_920_401_813_000_002,
        "bid size": 1_000_000_000, "ask size": -9_223_372_036_854_775_808,
      ])),
    RecordVector(
      "correction that cancels",
      Event(
        Correction(
          target: 4, instrument: eurusd, oldTime: t0, oldPrice: Price(raw: 10),
          oldSize: Quantity(raw: 11), newPrice: .undefined, newSize: .undefined,
          source: SourceID(1))), sequence: 12,
      .object([
        "sequence": 12, "kind": 5, "flags": 0, "scope": 1, "instrument": 3, "target": 4,
        "old time": 1_398_920_401_787_000_001, "old price": 10, "old size": 11,
        "new price": -9_223_372_036_854_775_808, "new size": -9_223_372_036_854_775_808,
      ])),
  ]

  /// Its range is set by the engine alone: three trades of 4, 7, 3 and 5.
  private static var merged: [UInt8] {
    let trade = Trade(
      instrument: eurusd, price: Price(raw: 5), size: Quantity(raw: 2), eventTime: .zero,
      receiveTime: .zero, source: SourceID(2), flags: .conflated)
    var event = Event(trade)
    event.sequence = 9
    var bytes: [UInt8] = []
    RecordCodecTests.encoder.append(event, to: &bytes)
    for (offset, value) in [(64, 4), (72, 7), (80, 3), (88, 10), (96, 1), (104, 3)] {
      bytes[offset] = UInt8(value)
    }
    return bytes
  }

  private static let derived: [RecordVector] = [
    RecordVector(
      "bar",
      Event(
        Bar(
          instrument: eurusd, spec: SpecID(4), state: .amended, revision: 2, count: 321,
          start: t0, end: t1, open: Price(raw: 1), high: Price(raw: 9), low: Price(raw: -2),
          close: Price(raw: 3), volume: Int128(5) << 64 + 6, notional: -Int128(7) << 64,
          buyVolume: Quantity(raw: 8), firstSequence: 100, lastSequence: 200,
          flags: [.inexact, .incompleteLeft, .outsideSession], reason: .cancel)),
      sequence: 201,
      .object([
        "sequence": 201, "kind": 3, "flags": 224, "scope": 4, "instrument": 3, "state": 2,
        "reason": 3, "revision": 2, "count": 321, "start": 1_398_920_401_787_000_001,
        "end": 1_398_920_401_813_000_002, "open": 1, "high": 9, "low": -2, "close": 3,
        "volume": .number(Int128(5) << 64 + 6), "notional": .number(-Int128(7) << 64),
        "buy volume": 8, "first sequence": 100, "last sequence": 200,
      ])),
    RecordVector(
      "alert",
      Event(
        Alert(
          rule: RuleID(70_000), instrument: eurusd, state: .firing, severity: 2, generation: 3,
          value: 101, threshold: 100, eventTime: t0, since: t1, causeSequence: 200,
          reason: TextID(12))), sequence: 202,
      .object([
        "sequence": 202, "kind": 4, "flags": 0, "scope": 0, "instrument": 3, "state": 2,
        "severity": 2, "rule": 70_000, "generation": 3, "reason": 12, "value": 101,
        "threshold": 100, "event time": 1_398_920_401_787_000_001,
        "since": 1_398_920_401_813_000_002, "cause": 200,
      ])),
    RecordVector(
      "watermark",
      Event(Watermark(scope: .spec, id: 4, start: t0, end: t1, bars: 5, empty: 6)), sequence: 203,
      .object([
        "sequence": 203, "kind": 6, "flags": 0, "scope": 4, "instrument": 0,
        "start": 1_398_920_401_787_000_001, "end": 1_398_920_401_813_000_002, "bars": 5,
        "empty": 6, "scope kind": 1,
      ])),
  ]

  private static let others: [RecordVector] = [
    RecordVector(
      "gap",
      Event(
        Gap(
          subscriber: TextID(5), reason: .unavailable, first: 10, last: 19, count: 7, time: t0)),
      .object([
        "sequence": 0, "kind": 7, "flags": 0, "scope": 0, "instrument": 0, "first": 10,
        "last": 19, "count": 7, "time": 1_398_920_401_787_000_001, "reason": 6, "subscriber": 5,
      ])),
    RecordVector(
      "status",
      Event(
        Status(
          scope: .plugin, code: .backoff, previous: .running, subject: TextID(8),
          reason: TextID(9), source: SourceID(2), time: t0)), sequence: 300,
      .object([
        "sequence": 300, "kind": 8, "flags": 0, "scope": 2, "instrument": 0,
        "time": 1_398_920_401_787_000_001, "subject": 8, "reason": 9, "scope kind": 2, "code": 6,
        "previous": 3,
      ])),
    RecordVector(
      "time", Event(EngineTime(t0)), sequence: 301,
      .object([
        "sequence": 301, "kind": 10, "flags": 0, "scope": 0, "instrument": 0,
        "time": 1_398_920_401_787_000_001,
      ])),
    RecordVector(
      "command",
      Event(CommandRecord(plugin: TextID(1), command: TextID(2), time: t0, token: 3)),
      sequence: 302,
      .object([
        "sequence": 302, "kind": 11, "flags": 0, "scope": 0, "instrument": 0,
        "time": 1_398_920_401_787_000_001, "plugin": 1, "command": 2, "token": 3,
      ])),
    RecordVector(
      "position at the end of a snapshot",
      bytes: PositionRecord(epoch: 7, next: 303, time: t0, isSnapshotEnd: true).encoded,
      .object([
        "sequence": 0, "kind": 128, "flags": 1, "scope": 0, "instrument": 0, "epoch": 7,
        "next": 303, "time": 1_398_920_401_787_000_001,
      ])),
    RecordVector(
      "definition of an instrument",
      bytes: DefinitionRecord(DefinitionRecordTests.instrument, id: eurusd, sequence: 2).encoded,
      .object([
        "sequence": 2, "kind": 9, "flags": 0, "scope": 0, "instrument": 3, "id": 3,
        "namespace": 1, "price precision": 5, "size precision": 2, "increment": 10_000,
        "text": "EURUSD@FXCM", "symbol": "EURUSD", "venue": "FXCM", "currency": "USD",
        "calendar": "fx17", "name": "Euro in dollars",
      ])),
    RecordVector(
      "definition of a source",
      bytes: DefinitionRecord(.source, id: 2, text: "fxcm", sequence: 0).encoded,
      .object([
        "sequence": 0, "kind": 9, "flags": 0, "scope": 0, "instrument": 0, "id": 2,
        "namespace": 3, "text": "fxcm",
      ])),
  ]
}
