import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Definitions and positions")
struct DefinitionRecordTests {
  static let instrument = Instrument(
    symbol: "EURUSD", venue: "FXCM", name: "Euro in dollars", pricePrecision: 5,
    sizePrecision: 2, increment: Price(raw: 10_000), currency: "USD", calendar: "fx17")

  @Test("an instrument comes back with all that is known of it")
  func instrument() throws {
    let record = DefinitionRecord(Self.instrument, id: InstrumentID(7), sequence: 12)
    #expect(record.encoded.count % 64 == 0)
    #expect(try RecordCodecTests.records(record.encoded) == [.definition(record)])
    let bare = DefinitionRecord(Instrument(symbol: "X"), id: InstrumentID(1))
    #expect(try RecordCodecTests.records(bare.encoded) == [.definition(bare)])
  }

  @Test("names of every namespace come back", arguments: DefinitionNamespace.allCases)
  func names(namespace: DefinitionNamespace) throws {
    guard namespace != .instrument else { return }
    let record = DefinitionRecord(namespace, id: 65_535, text: "1m~fx17 €", sequence: 3)
    #expect(try RecordCodecTests.records(record.encoded) == [.definition(record)])
  }

  @Test("what is too long is cut between two characters, and says so")
  func cut() throws {
    let long = String(repeating: "€", count: 2_000)
    let instrument = Instrument(
      symbol: long, venue: long, name: long, increment: nil, currency: long, calendar: long)
    let bytes = DefinitionRecord(instrument, id: InstrumentID(1)).encoded
    #expect(bytes.count <= RecordFormat.definitionBytesMax)
    guard case .definition(let record)? = try RecordCodecTests.records(bytes).first else {
      Issue.record("no definition")
      return
    }
    #expect(record.isCut)
    #expect(record.text == String(repeating: "€", count: 170))
    #expect(record.instrument?.venue == String(repeating: "€", count: 85))
    #expect(record.instrument?.currency == String(repeating: "€", count: 21))
  }

  @Test("a batch writes a definition with its text from the catalog")
  func fromCatalog() throws {
    let catalog = Catalog()
    let id = catalog.define(Self.instrument)
    var definition = Event(Definition(namespace: .instrument, id: id.raw, text: TextID(1)))
    definition.sequence = 1
    let encoder = RecordEncoder(catalog: catalog)
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let events = [definition, .numbered(2)]
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      // Safe: the span is used within the closure.
      var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
      #expect(encoder.append(events.span, to: &output) == 2)
      return unsafe output.finalize(for: buffer)
    }
    #expect(
      try RecordCodecTests.records(Array(bytes[..<count])) == [
        .definition(DefinitionRecord(Self.instrument, id: id, sequence: 1)),
        .event(.numbered(2)),
      ])
  }

  @Test("a definition that is damaged anywhere is an error or a definition, never a trap")
  func damaged() {
    let bytes = DefinitionRecord(Self.instrument, id: InstrumentID(7)).encoded
    for index in 0..<bytes.count {
      for value: UInt8 in [0, 1, 0x7F, 0xFF] {
        var changed = bytes
        changed[index] = value
        var decoder = RecordDecoder(changed.raw)
        while let _ = try? decoder.next() {}
      }
    }
    var namespace = bytes
    namespace[20] = 9
    #expect(throws: RecordError.namespace(offset: 0, found: 9)) {
      try RecordCodecTests.records(namespace)
    }
    var text = bytes
    text[33] = 0xFF
    #expect(throws: RecordError.text(offset: 0)) { try RecordCodecTests.records(text) }
  }

  @Test("a position comes back")
  func position() throws {
    let record = PositionRecord(
      epoch: .max, next: .max, time: Timestamp(nanoseconds: -5), isSnapshotEnd: true)
    #expect(record.encoded.count == 64)
    #expect(try RecordCodecTests.records(record.encoded) == [.position(record)])
  }
}
