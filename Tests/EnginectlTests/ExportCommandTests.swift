import DBNFiles
import EngineCore
import Support
import Testing
import TickFiles

@testable import enginectl

@Suite("export", .serialized, .timeLimit(.minutes(1)))
struct ExportCommandTests {
  private func rows(_ texts: [String]) throws -> [JSONValue] {
    try texts.map { try JSONReader().read($0) }
  }

  private func records(_ bytes: [UInt8]) throws -> (DBNMetadata?, [DBNRecord]) {
    var decoder = DBNDecoder()
    decoder.append(bytes[...])
    var records: [DBNRecord] = []
    while let record = try decoder.next() { records.append(record) }
    #expect(decoder.rest == 0)
    return (decoder.metadata, records)
  }

  @Test("trades in DBN are read as they were")
  func trades() throws {
    var export = try DBNExport(symbol: "EURUSD", spec: nil, to: Timestamp("2024-02-01"))
    let trades = try rows([
      #"{"seq":7,"time":"2024-01-15T10:00:00.000000001Z","price":1.07125,"size":12,"side":"buy"}"#,
      #"{"seq":9,"time":"2024-01-15T10:00:01Z","price":-0.000000001,"size":null,"side":"unknown"}"#,
    ])
    let (metadata, records) = try records(
      export.bytes(trades) + (try export.bytes([])) + export.end())
    #expect(metadata?.schema == .trades && metadata?.symbolsByID == [1: "EURUSD"])
    #expect(metadata?.start == 1_705_312_800_000_000_001)
    #expect(metadata?.end == 1_706_745_600_000_000_000)
    #expect(records.map(\.price) == [1_071_250_000, -1] && records.map(\.size) == [12, 0])
    #expect(records.map(\.side) == [UInt8(ascii: "B"), UInt8(ascii: "N")])
    #expect(records.map(\.sequence) == [7, 9])
  }

  @Test("bars in DBN are read as they were, and only those that it has")
  func bars() throws {
    var export = try DBNExport(symbol: "A", spec: "1m", to: nil)
    let bar = #"{"start":"2024-01-15T10:00:00Z","open":1,"high":3,"low":0.5,"close":2,"volume":9}"#
    let (metadata, found) = try records(export.bytes(rows([bar])))
    #expect(metadata?.schema == .ohlcv1m)
    let record = try #require(found.first?.bar)
    #expect(record.open == 1_000_000_000 && record.low == 500_000_000 && record.volume == 9)
    #expect(throws: ControlError.self) { try DBNExport(symbol: "A", spec: "5m", to: nil) }
    let part = try rows([bar.replacing(#""volume":9"#, with: #""volume":0.5"#)])
    let error = #expect(throws: ControlError.self) { try export.bytes(part) }
    #expect(error?.message.hasPrefix("expected a whole volume up to") == true)
    var empty = try DBNExport(symbol: "A", spec: nil, to: nil)
    #expect(try records(empty.end()).1.isEmpty)
  }

  @Test("bars in DBN are the same bars when they are played again")
  func barsAgain() throws {
    var export = try DBNExport(symbol: "A,B", spec: "1h", to: nil)
    let row =
      #"{"start":"2024-01-15T10:00:00Z","open":-1,"high":3.5,"low":-2.000000001,"close":2,"#
      + #""volume":18446744073709551615}"#
    let folder = try Folder()
    let path = try folder.write(export.bytes(rows([row])) + export.end(), to: "bars.dbn")
    let file = try TickFile(
      FileSettings(path: path),
      names: FileNames(
        instrument: { InstrumentID($0 == "A,B" ? 7 : 1) },
        spec: { SpecID($0.description == "1h" ? 9 : 1) }))
    #expect(try file.load() == .rows && file.rows.count == 1)
    let stamp = RowStamp(
      file.layout.kind, SourceID(1), receiveTime: .zero, flags: .replayed, bars: file.bars)
    let start = try #require(Timestamp("2024-01-15T10:00:00Z"))
    let bar = Bar(
      instrument: InstrumentID(7), spec: SpecID(9), state: .closed, count: 0, start: start,
      end: start.advanced(byNanos: 3_600_000_000_000), open: try Price("-1"),
      high: try Price("3.5"), low: try Price("-2.000000001"), close: try Price("2"),
      volume: Int128(UInt64.max) * 1_000_000_000, notional: 0, flags: .replayed)
    #expect(stamp.event(file.rows[0]) == Event(bar))
    #expect(bar.isFromSource)
  }

  @Test("all pages are written, as text or as DBN")
  func pages() async throws {
    let tick = #"{"seq":7,"kind":"trade","time":"2024-01-15T10:00:00Z","price":1.5,"size":2}"#
    let pages = [#"{"ticks":[\#(tick)],"next":7}"#, #"{"ticks":[\#(tick)],"next":null}"#]
    try await CannedDaemon.with(["history.ticks": .pages(pages)]) { daemon in
      let run = try await CommandRun.run(["export", "A"], socket: daemon.path)
      let line = "7,2024-01-15T10:00:00Z,1.5,2,,"
      #expect(run.lines == ["seq,time,price,size,side,source", line, line])
      #expect(
        daemon.requests == [
          #"history.ticks {"symbol":"A","limit":1000}"#,
          #"history.ticks {"symbol":"A","after":7,"limit":1000}"#,
        ])
    }
    try await CannedDaemon.with(["history.ticks": .pages(pages)]) { daemon in
      let run = try await CommandRun.run(
        ["export", "A", "--format", "dbn"], socket: daemon.path, isTerminal: true)
      #expect(run.status == .refused && run.errors.contains("DBN is no text"))
    }
  }
}
