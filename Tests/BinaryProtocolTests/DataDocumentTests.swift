import EngineCore
import Foundation
import Testing

@testable import BinaryProtocol

@Suite("The data plane in docs/protocol.md")
struct DataDocumentTests {
  static let t0: Int64 = 1_398_920_401_787_000_000

  static func quote(_ sequence: UInt64, _ bid: Int64, _ ask: Int64, after millis: Int64) -> Event {
    let time = Timestamp(nanoseconds: t0 + millis * 1_000_000)
    var event = Event(
      Quote(
        instrument: InstrumentID(1), bid: Price(raw: bid), ask: Price(raw: ask), eventTime: time,
        receiveTime: time, source: SourceID(1)))
    event.sequence = sequence
    return event
  }

  @Test("a client reads the session: answer, records, compressed records, heartbeat")
  func subscriber() throws {
    let dump = try ProtocolDocumentTests.dump(1)
    var options = SubscriptionReaderTests.options
    options.clientName = "reader"
    options.streamWindowBytes = 65_536
    let catalog = ClientCatalog()
    let request = SubscribeRequest(
      ["quote.EURUSD"], start: .position(StreamPosition(epoch: 7, next: 41)), options: .compress)
    var reader = SubscriptionReader(request, options: options, catalog: catalog)
    #expect(reader.start(now: 0) == dump[0].bytes)
    let acknowledged = dump[1].bytes
    let asked = reader.received(acknowledged.raw, now: 0) { _ in }
    #expect(asked == dump[2].bytes)
    var events: [Event] = []
    for entry in dump[3...6] {
      let bytes = entry.bytes
      _ = reader.received(bytes.raw, now: 0) { events += $0.eventArray }
    }
    #expect(reader.failure == nil)
    #expect(reader.answer?.resume == .complete)
    #expect(
      events == [
        Self.quote(41, 1_387_270_000, 1_387_290_000, after: 0),
        Self.quote(43, 1_387_260_000, 1_387_290_000, after: 26),
        Self.quote(44, 1_387_260_000, 1_387_280_000, after: 31),
        Self.quote(47, 1_387_270_000, 1_387_290_000, after: 90),
      ])
    #expect(reader.position == StreamPosition(epoch: 7, next: 52))
    #expect(catalog.instrument(InstrumentID(1))?.currency == "USD")
  }

  @Test("a publisher's bytes are those of the session")
  func publisher() throws {
    let dump = try ProtocolDocumentTests.dump(1)
    var state = PublisherState()
    state.define(DefinitionRecord(Instrument(symbol: "X"), id: InstrumentID(1)))
    let encoder = RecordEncoder(catalog: Catalog())
    let time = Timestamp(nanoseconds: Self.t0)
    let trades = [
      Trade(
        instrument: InstrumentID(1), price: Price(raw: 10_500_000_000),
        size: Quantity(raw: 2_000_000_000), eventTime: time, receiveTime: time),
      Trade(
        instrument: InstrumentID(1), price: .undefined, size: .zero, eventTime: time,
        receiveTime: time),
    ]
    for trade in trades { _ = state.add(Event(trade), encoder) }
    #expect(
      Array(dump[7].bytes.dropFirst(35)) == PublishRequest(name: "desk", instance: 99).encoded)
    state.connected()
    let first = try PublishAcknowledgement(decoding: Array(dump[8].bytes.dropFirst(12)))
    try state.acknowledged(first)
    let payload = state.nextPayload(limit: 65_536)
    #expect(payload == Array(dump[9].bytes.dropFirst(12)))
    let second = try PublishAcknowledgement(decoding: Array(dump[10].bytes.dropFirst(12)))
    try state.acknowledged(second)
    #expect(second.encoded == Array(dump[10].bytes.dropFirst(12)))
    #expect(state.isSettled)
    #expect(state.progress.position == StreamPosition(epoch: 7, next: 53))
    #expect(second.rejects.map(\.sequence) == [2])
  }

  @Test("the two state machines accept the session")
  func machines() throws {
    var server = ServerConnection(
      identity: ServerWire.identity, capabilities: [.data, .zlib], now: 0)
    for (index, entry) in try ProtocolDocumentTests.dump(1).enumerated() {
      guard entry.fromClient else { continue }
      let actions = server.received(entry.bytes, now: 0)
      let statuses = try actions.statuses
      #expect(actions.closeCode == nil && statuses.isEmpty, "\(index)")
      if index == 7 { server.grant(65_536, on: 3) }
    }
  }

  @Test("every field of every kind is in the page, at its place and of its type")
  func fields() throws {
    let text = try ProtocolDocumentTests.document()
    for layout in RecordLayout.all {
      let title = "### \(layout.name) (\(layout.kind))\n"
      let parts = text.components(separatedBy: title)
      try #require(parts.count == 2, "\(title)")
      let section = try #require(parts.last?.components(separatedBy: "\n### ").first)
      for field in layout.fields {
        let place = field.type == .text && field.name != "text" ? "" : "\(field.offset)"
        let row = place.isEmpty ? "| | \(field.type)" : "| \(place) | \(field.type)"
        #expect(section.contains("\(row) | \(field.name) |"), "\(layout.name) \(field.name)")
      }
    }
    for field in RecordLayout.header {
      #expect(text.contains("| \(field.offset) | \(field.type) | \(field.name) |"))
    }
  }

  @Test("a layout's fields do not overlap and lie inside the record")
  func layouts() {
    for layout in RecordLayout.all {
      var end = RecordFormat.headerBytes
      for field in layout.fields {
        guard let bytes = field.type.bytes else { continue }
        #expect(Int(field.offset) >= end, "\(layout.name) \(field.name)")
        #expect(Int(field.offset) % min(bytes, 8) == 0)
        end = Int(field.offset) + bytes
      }
      #expect(end <= (layout.kind == 1 ? RecordFormat.longBytes : Int(layout.bytes)))
    }
  }
}
