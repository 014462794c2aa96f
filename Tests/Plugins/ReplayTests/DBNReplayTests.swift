import DBNFiles
import EngineCore
import Testing

@testable import Replay
@testable import TickFiles

@Suite("Replay of Databento's files")
struct DBNReplayTests {
  private static let schemas: [(DBNSchema, String, Int64)] = [
    (.ohlcv1s, "1s", 1_000_000_000), (.ohlcv1m, "1m", 60_000_000_000),
    (.ohlcv1h, "1h", 3_600_000_000_000), (.ohlcv1d, "1d", 86_400_000_000_000),
    (.ohlcvEod, "1d", 86_400_000_000_000),
  ]

  @Test(
    "bars that were written are published as they were, closed, in order of their ends",
    arguments: 0..<10 as Range<UInt64>)
  func bars(seed: UInt64) throws {
    let (schema, spec, nanos) = Self.schemas[Int(seed) % Self.schemas.count]
    var random = SeededRandom(seed: seed)
    var bytes = DBNBytes.metadata(schema, symbols: [1: "A", 2: "B,\"C", 9: "D.E"])
    var bars: [Bar] = []
    for number in 0..<200 {
      // Any prices: bars are recorded facts, not computed here.
      let prices = (0..<4).map { _ in Int64(truncatingIfNeeded: random.next() >> 1) - 1 << 61 }
      let (volume, instrument) = (random.next(), random.next() % 3)
      let start = Timestamp(nanoseconds: 1_705_276_800_000_000_000 + Int64(number / 3) * nanos)
      bytes += try DBNBytes.bar(
        [1, 2, 9][Int(instrument)], at: UInt64(start.nanoseconds),
        (prices[0], prices[1], prices[2], prices[3]), volume, schema)
      bars.append(
        Bar(
          instrument: InstrumentID(UInt32(instrument + 1)), spec: SpecID(1), state: .closed,
          count: 0, start: start, end: start.advanced(byNanos: nanos), open: Price(raw: prices[0]),
          high: Price(raw: prices[1]), low: Price(raw: prices[2]), close: Price(raw: prices[3]),
          volume: Int128(volume) * 1_000_000_000, notional: 0, flags: .replayed))
    }
    let scratch = try Scratch()
    let path = try scratch.file("bars.dbn", bytes)
    let stage = try EngineStage(
      "{\"files\":[{\"path\":\"\(path)\",\"venue\":\"V\"}],\"speed\":\"max\"}")
    let catalog = stage.engine.catalog
    #expect(catalog.names(in: .spec) == [spec])
    #expect(catalog.instruments().allSatisfy { $0.venue == "V" })
    let symbols = ["A", "B,\"C", "D.E"]
    #expect(stage.events.count == bars.count)
    for (event, bar) in zip(stage.events, bars) {
      var found = event.bar
      let symbol = catalog.instrument(found.instrument)?.symbol
      #expect(symbol == symbols[Int(bar.instrument.raw) - 1])
      found.instrument = bar.instrument
      #expect(Event(found) == Event(bar))
      #expect(found.isFromSource)
    }
  }

  @Test("a bar comes when its interval has ended, among ticks of other files")
  func closing() throws {
    let scratch = try Scratch()
    let minute: UInt64 = 60_000_000_000
    var bytes = DBNBytes.metadata(.ohlcv1m, symbols: [1: "A"])
    for number in 0..<2 as Range<UInt64> {
      bytes += try DBNBytes.bar(1, at: number * minute, (1, 4, 1, 2), number + 1, .ohlcv1m)
    }
    let bars = try scratch.file("bars.dbn", bytes)
    let ticks = try scratch.file(
      "ticks.csv", "ts_s,symbol,price\n30,A,1\n60,A,2\n90,A,3\n")
    let stage = try EngineStage("{\"files\":[\"\(ticks)\",\"\(bars)\"]}")
    func kinds() -> [EventKind] { stage.events.map(\.kind) }
    #expect(kinds() == [.trade])
    stage.advance(29_999_999_999)
    #expect(kinds() == [.trade])
    stage.advance(1)
    #expect(kinds() == [.trade, .trade, .bar])
    stage.advance(30_000_000_000)
    stage.advance(29_999_999_999)
    #expect(kinds() == [.trade, .trade, .bar, .trade])
    stage.advance(1)
    #expect(kinds() == [.trade, .trade, .bar, .trade, .bar])
    #expect(
      stage.events.compactMap { $0.kind == .bar ? $0.bar.start.nanoseconds : nil }
        == [0, Int64(minute)])
    // Places in time are those of the ends.
    let answer = try stage.send("seek", "{\"time\":\"1970-01-01T00:01:31Z\"}")
    #expect(answer["state"]?.string == "playing")
    #expect(kinds() == [.trade, .trade, .bar, .trade, .bar, .bar])
  }

  @Test("bars without a time or a price are left out, with a fault that says what is wrong")
  func unusable() throws {
    let scratch = try Scratch()
    var bytes = DBNBytes.metadata(.ohlcv1s, symbols: [1: "A"])
    bytes += try DBNBytes.bar(1, at: .max, (1, 1, 1, 1), 1, .ohlcv1s)
    bytes += try DBNBytes.bar(1, at: 0, (1, 1, DBNRecord.noPrice, 1), 1, .ohlcv1s)
    bytes += try DBNBytes.bar(1, at: 5, (1, 1, 1, 1), 1, .ohlcv1s)
    let path = try scratch.file("bars.dbn", bytes)
    let stage = try EngineStage("{\"files\":[\"\(path)\"],\"speed\":\"max\"}")
    #expect(stage.events.map(\.bar.end.nanoseconds) == [1_000_000_005])
    let faults = try stage.send("stats")["first_malformed"]?.array?.compactMap(\.string)
    #expect(
      faults == [
        "\(path):2: column \"ts_ns\": expected a time in nanoseconds since 1970, "
          + "found \"18446744073709551615\""
      ])
  }

  @Test("definitions tell of instruments before any tick, and are no events", arguments: 1...3)
  func definitions(version: Int) throws {
    let scratch = try Scratch()
    let version = UInt8(version)
    let ticks = try scratch.file("ticks.csv", "ts_ns,symbol,price\n0,ESH4,5\n1,OTHER,7\n")
    var bytes = DBNBytes.metadata(.definition, version: version)
    // More than what is read when a file is opened.
    for number in 0..<300 { bytes += DBNBytes.definition("F\(number)", version: version) }
    bytes += DBNBytes.definition("ESH4", increment: 500_000_000, version: version)
    bytes += DBNBytes.definition(
      "ESH4", increment: 250_000_000, currency: "USD", version: version)
    bytes += DBNBytes.definition("ZNH4", increment: 15_625_000, version: version)
    bytes += DBNBytes.definition("MSFT", currency: "USD", version: version)
    bytes += DBNBytes.definition("", currency: "USD", version: version)
    let path = try scratch.file("definitions.dbn", bytes)
    let stage = try EngineStage(
      """
      {"files":[{"path":"\(ticks)","venue":"X"},
      {"path":"\(path)","venue":"X","price_precision":4}],"speed":"max"}
      """)
    #expect(stage.events.map(\.kind) == [.trade, .trade])
    #expect(
      stage.engine.catalog.instruments().filter { !$0.symbol.hasPrefix("F") } == [
        Instrument(
          symbol: "ESH4", venue: "X", pricePrecision: 2, increment: Price(raw: 250_000_000),
          currency: "USD"),
        Instrument(
          symbol: "ZNH4", venue: "X", pricePrecision: 6, increment: Price(raw: 15_625_000)),
        Instrument(symbol: "MSFT", venue: "X", pricePrecision: 4, currency: "USD"),
        Instrument(symbol: "OTHER", venue: "X"),
      ])
    // Readers are told the decimals with the name, though the ticks' file stands first.
    let told = try stage.definitions()
    #expect(told["ESH4@X"] == 1 && told["ZNH4@X"] == 6 && told["MSFT@X"] == 4)
    let stats = try stage.send("stats")
    #expect(stats["definitions"]?.int64 == 304 && stats["malformed"]?.int64 == 1)
    #expect(
      stage.log.contains(
        "finished: 2 rows played, 1 malformed, 0 out of order, 304 definitions read"))
  }

  @Test("many definitions are read piece by piece, and an instrument that is known is refined")
  func manyDefinitions() throws {
    let scratch = try Scratch()
    var bytes = DBNBytes.metadata(.definition, version: 3)
    for number in 0..<2_000 {
      bytes += DBNBytes.definition("S\(number)", increment: 5_000_000_000, version: 3)
    }
    let path = try scratch.file("definitions.dbn", bytes)
    var facts: [InstrumentFacts] = []
    let file = try TickFile(
      FileSettings(path: path),
      names: FileNames(instrument: { _ in InstrumentID(1) }, learn: { facts.append($0) }))
    var steps = 0
    while try file.load() == .busy { steps += 1 }
    #expect(steps > 4 && facts.count == 2_000 && file.isReference)
    let step = Price(raw: 5_000_000_000)
    #expect(facts.last == InstrumentFacts(symbol: "S1999", increment: step, currency: nil))
  }

  @Test(
    "what cannot be played is refused with the file, what it has and what could be played",
    arguments: [DBNSchema.status, .imbalance, .statistics, .mbo, nil])
  func refused(schema: DBNSchema?) throws {
    let scratch = try Scratch()
    let path = try scratch.file("other.dbn", DBNBytes.metadata(schema))
    let stage = try EngineStage("{\"files\":[\"\(path)\"]}")
    let error = try #require(stage.engine.host.status("it")?.lastError)
    let expected =
      "config.files[0].path: \(path): DBN, byte 24: expected one of the schemas mbp-1, mbp-10, "
      + "tbbo, trades, ohlcv-1s, ohlcv-1m, ohlcv-1h, ohlcv-1d, definition, ohlcv-eod, cmbp-1, "
      + "cbbo-1s, cbbo-1m, tcbbo, bbo-1s, bbo-1m, found \(schema?.name ?? "several in one file")"
    #expect(error.contains(expected), "\(error)")
    #expect(!error.contains("relative"), "the file is there")
  }

  @Test("settings that do not go with what the file has are refused")
  func settings() throws {
    let scratch = try Scratch()
    let bars = try scratch.file("bars.dbn", DBNBytes.metadata(.ohlcv1m))
    let definitions = try scratch.file("definitions.dbn", DBNBytes.metadata(.definition))
    for (path, key, message) in [
      (bars, "\"type\":\"trades\"", "its rows are bars, and no trades, as \"type\" says"),
      (
        definitions, "\"symbol\":\"A\"",
        "it defines instruments by their own symbols: leave out \"symbol\""
      ),
    ] {
      let stage = try EngineStage("{\"files\":[{\"path\":\"\(path)\",\(key)}]}")
      let error = try #require(stage.engine.host.status("it")?.lastError)
      #expect(error.contains(message), "\(error)")
      #expect(stage.engine.catalog.instrumentCount == 0)
    }
  }
}
