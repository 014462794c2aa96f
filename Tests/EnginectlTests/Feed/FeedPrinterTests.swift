import BinaryProtocol
import EngineCore
import Testing

@testable import enginectl

@Suite("Printing a subscription")
struct FeedPrinterTests {
  private static let time = Timestamp(nanoseconds: 1_767_357_296_789_000_000)

  /// A batch with every kind of record: a name, trades, a gap, a definition event, a position.
  private static func batch() -> FeedBatch {
    let encoder = RecordEncoder(catalog: Catalog())
    var records = DefinitionRecord(Instrument(symbol: "EURUSD"), id: InstrumentID(5)).encoded
    records += DefinitionRecord(.source, id: 2, text: "sim").encoded
    for (sequence, price) in [(11, 1_084_100_000), (12, 1_084_200_000)] as [(UInt64, Int64)] {
      var event = Event(
        Trade(
          instrument: InstrumentID(5), price: Price(raw: price), eventTime: time,
          receiveTime: time, source: SourceID(2)))
      event.sequence = sequence
      encoder.append(event, to: &records)
    }
    records += DefinitionRecord(.spec, id: 1, text: "1m", sequence: 13).encoded
    encoder.append(
      Event(
        Gap(
          subscriber: .none, reason: .overrun, first: 14, last: 20, count: 7, time: time)),
      to: &records)
    var last = Event(
      Trade(
        instrument: InstrumentID(5), price: Price(raw: 1), eventTime: time, receiveTime: time))
    last.sequence = 21
    encoder.append(last, to: &records)
    records += PositionRecord(epoch: 7, next: 22, time: time, isSnapshotEnd: true).encoded
    return FeedBatch.of(records, next: StreamPosition(epoch: 7, next: 22))
  }

  private static var names: ClientCatalog {
    let catalog = ClientCatalog()
    catalog.define(DefinitionRecord(Instrument(symbol: "EURUSD"), id: InstrumentID(5)))
    catalog.define(DefinitionRecord(.source, id: 2, text: "sim"))
    return catalog
  }

  private func print(
    _ form: FeedPrinter.Form, limit: Int? = nil, positions: Bool = false, definitions: Bool = false
  ) throws -> (output: [UInt8], goesOn: Bool) {
    let sink = MemorySink()
    let output = Output(
      isJSON: form == .json, answers: sink, errors: MemorySink())
    var printer = FeedPrinter(form, limit: limit, names: Self.names, output: output)
    printer.showsPositions = positions
    printer.showsDefinitions = definitions
    let goesOn = try printer.print(Self.batch())
    return (sink.bytes, goesOn)
  }

  private func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("events are lines like those of tap, and gaps stand out")
  func golden() throws {
    let (bytes, goesOn) = try print(.lines)
    #expect(goesOn)
    #expect(
      lines(bytes) == [
        "12:34:56.789        11  trade.EURUSD  1.0841  size -  -  sim",
        "12:34:56.789        12  trade.EURUSD  1.0842  size -  -  sim",
        "12:34:56.789         -  gap           GAP: 7 events lost (overrun), 14 … 20",
        "12:34:56.789        21  trade.EURUSD  0.000000001  size -  -  -",
      ])
  }

  @Test("positions and definitions are shown when they are asked for")
  func others() throws {
    let (bytes, _) = try print(.lines, positions: true, definitions: true)
    let all = lines(bytes)
    #expect(all.count == 6)
    #expect(all[2].hasSuffix("        13  definition.spec.1m  id 1"))
    #expect(all[5].hasSuffix("         -  position            7:22  snapshot complete"))
  }

  @Test("with JSON each is an object with exact digits")
  func json() throws {
    let (bytes, _) = try print(.json, positions: true, definitions: true)
    let values = try lines(bytes).map { try JSONReader().read($0) }
    #expect(
      values.map { $0.text("kind") } == [
        "trade", "trade", "definition", "gap", "trade", "position",
      ])
    #expect(values[0]["price"]?.number?.text == "1.0841")
    #expect(values[0].text("symbol") == "EURUSD" && values[0].text("source") == "sim")
    #expect(values[5].text("epoch") == "7" && values[5].integer("next") == 22)
    #expect(values[5].flag("snapshot_end"))
  }

  @Test("the limit counts events, not gaps, names or positions", arguments: 1...4)
  func limit(count: Int) throws {
    let (bytes, goesOn) = try print(.json, limit: count)
    let kinds = try lines(bytes).map { try JSONReader().read($0).text("kind") }
    #expect(kinds.filter { $0 == "trade" }.count == min(count, 3))
    #expect(kinds.contains("gap") == (count > 2))
    #expect(goesOn == (count > 3))
  }

  @Test("raw are the bytes that came, cut behind the last event that counts")
  func raw() throws {
    let whole = Self.batch().records
    #expect(try print(.raw).output == whole)
    let (bytes, goesOn) = try print(.raw, limit: 2)
    #expect(!goesOn && bytes == Array(whole.prefix(bytes.count)))
    var decoder = RecordDecoder(bytes.raw)
    var sequences: [UInt64] = []
    while let record = try decoder.next() {
      if case .event(let event) = record { sequences.append(event.sequence) }
    }
    #expect(sequences == [11, 12] && decoder.offset == bytes.count)
  }

  @Test(
    "what the server says of a resumed stream is told",
    arguments: [
      (SubscribeAnswer.Resume.complete, nil, "connected again: nothing is missing"),
      (.partial, 5...9, "events are missing: 5 … 9 are gone"),
      (.anotherEpoch, 1...3, "the engine has begun another log, 7: 1 … 3 are gone"),
      (.anotherEpoch, nil, "the engine has begun another log, 7"),
    ] as [(SubscribeAnswer.Resume, ClosedRange<UInt64>?, String)])
  func answers(
    resume: SubscribeAnswer.Resume, missing: ClosedRange<UInt64>?, text: String
  ) throws {
    let errors = MemorySink()
    let output = Output(isJSON: false, answers: MemorySink(), errors: errors)
    var printer = FeedPrinter(.lines, limit: nil, names: Self.names, output: output)
    let position = StreamPosition(epoch: 7, next: 22)
    var batch = FeedBatch.of([], next: position)
    batch.answer = SubscribeAnswer(
      position: position, policy: .dropOldest, resume: resume, missing: missing,
      warnings: ["trade.X matches nothing\u{7} yet"])
    batch.reconnects = 1
    #expect(try printer.print(batch))
    #expect(
      errors.text == "notice: trade.X matches nothing\\u{7} yet\nnotice: \(text)\n")
  }
}
