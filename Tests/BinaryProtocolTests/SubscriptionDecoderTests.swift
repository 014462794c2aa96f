import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Streams of records")
struct SubscriptionDecoderTests {
  static func answer(
    next: UInt64 = 1, epoch: UInt64 = 7, policy: DeliveryPolicy = .disconnect
  ) -> SubscribeAnswer {
    SubscribeAnswer(position: StreamPosition(epoch: epoch, next: next), policy: policy)
  }

  static func bytes(_ events: [Event]) -> [UInt8] {
    var bytes: [UInt8] = []
    for event in events { RecordCodecTests.encoder.append(event, to: &bytes) }
    return bytes
  }

  static func position(_ next: UInt64, isEnd: Bool = false, epoch: UInt64 = 7) -> [UInt8] {
    PositionRecord(epoch: epoch, next: next, time: .zero, isSnapshotEnd: isEnd).encoded
  }

  var decoder = SubscriptionDecoder(answer(), catalog: ClientCatalog(), limit: 65_536)
  var batch = SubscriptionBatch()

  mutating func decode(_ bytes: [UInt8], isCompressed: Bool = false) throws {
    try decoder.decode(bytes.raw, isCompressed: isCompressed, into: &batch)
  }

  @Test("events, definitions and positions of a frame come out in order")
  mutating func mixed() throws {
    let definition = DefinitionRecord(Instrument(symbol: "X"), id: InstrumentID(1))
    let bytes =
      Self.position(1) + definition.encoded + Self.bytes([.numbered(3), .numbered(5)])
      + DefinitionRecord(.source, id: 2, text: "feed", sequence: 6).encoded
      + Self.bytes([.numbered(9)]) + Self.position(12)
    try decode(bytes)
    #expect(batch.eventArray == [.numbered(3), .numbered(5), .numbered(9)])
    #expect(batch.definitions.count == 2)
    #expect(batch.heartbeat?.next == 12)
    #expect(decoder.tracker.position == StreamPosition(epoch: 7, next: 12))
    #expect(decoder.catalog.instrument(InstrumentID(1))?.symbol == "X")
    #expect(decoder.catalog.name(2, in: .source) == "feed")
    var payload: [UInt8] = []
    FrameCompressor().append(Self.bytes([.numbered(20)]).raw, to: &payload)
    try decode(payload, isCompressed: true)
    #expect(batch.eventArray == [.numbered(20)])
    #expect(batch.definitions.isEmpty && batch.heartbeat == nil)
  }

  @Test("a sequence that goes back is a fault, with its place")
  mutating func back() throws {
    let error = RecordError.sequence(offset: 128, expectedAtLeast: 6, found: 5)
    #expect(throws: error) {
      try decode(Self.bytes([.numbered(4), .numbered(5), .numbered(5), .numbered(9)]))
    }
    #expect(batch.eventArray == [.numbered(4), .numbered(5)])
    #expect(decoder.tracker.position.next == 6)
    #expect(throws: RecordError.sequence(offset: 0, expectedAtLeast: 6, found: 2)) {
      try decode(Self.position(2))
    }
    #expect(throws: RecordError.self) { try decode(Self.position(9, epoch: 8)) }
    #expect(throws: RecordError.sequence(offset: 0, expectedAtLeast: 6, found: 3)) {
      try decode(DefinitionRecord(.text, id: 1, text: "a", sequence: 3).encoded)
    }
  }

  @Test("snapshot and merged events stand outside of the order, and gaps move the position")
  mutating func outside() throws {
    decoder = SubscriptionDecoder(
      Self.answer(next: 100), catalog: ClientCatalog(), limit: 65_536)
    var old = Event.numbered(9)
    old.flags = .snapshot
    try decode(Self.position(100) + Self.bytes([old, old]))
    #expect(!decoder.tracker.isSnapshotOver)
    try decode(Self.position(100, isEnd: true))
    #expect(batch.isSnapshotEnd && decoder.tracker.isSnapshotOver)
    let gap = Gap(
      subscriber: .none, reason: .overrun, first: 100, last: 149, count: 50, time: .zero)
    try decode(Self.bytes([Event(gap), .numbered(150)]))
    #expect(decoder.tracker.position.next == 151)
    let endless = Gap(
      subscriber: .none, reason: .overrun, first: 1, last: .max, count: 1, time: .zero)
    try decode(Self.bytes([Event(endless)]))
    #expect(decoder.tracker.position.next == 151)
  }

  @Test("a conflated stream is where its positions say")
  mutating func conflated() throws {
    decoder = SubscriptionDecoder(
      Self.answer(policy: .conflate), catalog: ClientCatalog(), limit: 65_536)
    try decode(Self.bytes([.numbered(9), .numbered(4)]))
    #expect(decoder.tracker.position.next == 1)
    try decode(Self.position(10))
    #expect(decoder.tracker.position.next == 10)
  }

  @Test("another epoch empties the catalog")
  func epochs() {
    let catalog = ClientCatalog()
    catalog.use(epoch: 1)
    catalog.define(DefinitionRecord(.rule, id: 1, text: "a"))
    catalog.use(epoch: 1)
    #expect(catalog.name(1, in: .rule) == "a")
    catalog.use(epoch: 2)
    #expect(catalog.name(1, in: .rule) == nil)
  }
}
