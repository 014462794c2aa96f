import DBNFiles
import EngineCore
import Foundation
import Testing
import TickFiles

/// Files made by others, which are beside the project and not in it.
private enum Samples {
  static let folder: String? = [
    ProcessInfo.processInfo.environment["TICKWIRE_SHARED"], "../shared",
  ].compactMap { $0.map { $0 + "/data/dbn" } }
    .first { FileManager.default.fileExists(atPath: $0 + "/expected.jsonl") }

  static let names: [String] = {
    guard let folder else { return [] }
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { $0.contains(".dbn") }.sorted()
  }()

  /// What Databento's own library reads of each file.
  static let expected: [String: [JSONValue]] = {
    guard let folder, let data = FileManager.default.contents(atPath: folder + "/expected.jsonl")
    else { return [:] }
    var found: [String: [JSONValue]] = [:]
    for line in data.split(separator: 0x0A) {
      guard let value = try? JSONReader().read(Array(line)), let file = value["file"]?.string
      else { continue }
      found[file, default: []].append(value)
    }
    return found
  }()

  static func bytes(_ name: String) throws -> [UInt8] {
    var stream = try ByteStream(path: "\(folder ?? "")/\(name)")
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try stream.read(into: &buffer, from: 0)
      if count == 0 { return bytes }
      bytes += buffer.prefix(count)
    }
  }
}

@Suite("Samples of Databento's encoding", .enabled(if: Samples.folder != nil))
struct DBNSamplesTests {
  /// All records of a file whose bytes come in pieces of that size.
  private func decode(_ bytes: [UInt8], pieces: Int) throws -> (DBNMetadata?, [DBNRecord]) {
    var decoder = DBNDecoder()
    var records: [DBNRecord] = []
    for start in stride(from: 0, to: bytes.count, by: pieces) {
      decoder.append(bytes[start..<min(start + pieces, bytes.count)])
      while let record = try decoder.next() { records.append(record) }
    }
    #expect(decoder.rest == 0)
    return (decoder.metadata, records)
  }

  @Test("every record has the fields that Databento's own library reads", arguments: Samples.names)
  func fields(name: String) throws {
    let bytes = try Samples.bytes(name)
    let (metadata, records) = try decode(bytes, pieces: bytes.count)
    let expected = Samples.expected[name] ?? []
    #expect(records.count == expected.count)
    for (record, row) in zip(records, expected) {
      #expect(metadata?.version == row["version"]?.int64.map { UInt8($0) })
      #expect(metadata?.schema?.name == row["schema"]?.string)
      func check(_ name: String, _ found: Int64?) {
        #expect(row[name] == nil || row[name]?.int64 == found, "\(name) of \(row.text())")
      }
      check("publisher_id", Int64(record.publisher))
      check("instrument_id", Int64(record.instrument))
      check("ts_event", Int64(bitPattern: record.eventTime))
      check("ts_recv", record.receiveTime.map { Int64(bitPattern: $0) })
      check("price", record.price)
      check("size", record.size.map { Int64($0) })
      check("sequence", record.sequence.map { Int64($0) })
      check("open", record.bar?.open)
      check("high", record.bar?.high)
      check("low", record.bar?.low)
      check("close", record.bar?.close)
      check("volume", record.bar.map { Int64($0.volume) })
      if let side = row["side"]?.string { #expect(record.side == side.utf8.first) }
      if let action = row["action"]?.string, action.utf8.count == 1 {
        #expect(record.action == action.utf8.first)
      }
    }
    // However its bytes come.
    for pieces in [1, 7, 64] {
      let again = try decode(bytes, pieces: pieces)
      #expect(again.0 == metadata && again.1 == records)
    }
  }

  @Test("what is cut off or changed is an error or fewer records, never a crash")
  func damage() throws {
    var random = SeededRandom(seed: 5)
    for name in Samples.names {
      let bytes = try Samples.bytes(name)
      for _ in 0..<40 {
        var changed = bytes
        for _ in 0..<3 {
          changed[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() & 0xFF)
        }
        var decoder = DBNDecoder()
        decoder.append(changed.prefix(Int(random.next() % UInt64(bytes.count + 1))))
        while (try? decoder.next()) ?? nil != nil {}
      }
    }
  }

  @Test("trades and quotes are read as ticks, with their symbols")
  func ticks() throws {
    for (name, kind, count) in [
      ("test_data.trades.v3.dbn.zst", RowKind.trades, 2), ("test_data.trades.dbn", .trades, 2),
      ("test_data.tbbo.v1.dbn.zst", .trades, 2), ("test_data.mbp-1.v2.dbn.zst", .quotes, 2),
      ("test_data.bbo-1s.v3.dbn.zst", .quotes, 4),
    ] {
      var symbols: [String] = []
      let file = try TickFile(FileSettings(path: "\(Samples.folder ?? "")/\(name)")) { symbol in
        symbols.append(symbol)
        return InstrumentID(UInt32(symbols.count))
      }
      #expect(file.layout.kind == kind)
      var rows: [Row] = []
      while try file.load() == .rows {
        rows += file.rows[file.index...]
        file.index = file.rows.count
      }
      let expected = Samples.expected[name] ?? []
      #expect(rows.count == count && expected.count == count, "\(name)")
      for (row, value) in zip(rows, expected) {
        #expect(row.time == value["ts_event"]?.int64)
        if kind == .trades { #expect(row.first == value["price"]?.int64) }
      }
      #expect(symbols == ["ESH1"], "\(name)")
    }
  }

  @Test("a file of other things says what it is, and what is read")
  func otherSchemas() throws {
    for schema in ["definition", "ohlcv-1m"] {
      let path = "\(Samples.folder ?? "")/test_data.\(schema).v3.dbn.zst"
      let error = #expect(throws: InputError.self) {
        _ = try TickFile(FileSettings(path: path)) { _ in InstrumentID(1) }
      }
      #expect(
        error?.description
          == "DBN, byte 24: expected one of the schemas mbp-1, mbp-10, tbbo, trades, cmbp-1, "
          + "cbbo-1s, cbbo-1m, tcbbo, bbo-1s, bbo-1m, found \(schema)")
    }
  }

  @Test("a definition names its instrument, in every version", arguments: Samples.names)
  func definitions(name: String) throws {
    let bytes = try Samples.bytes(name)
    let (metadata, records) = try decode(bytes, pieces: bytes.count)
    guard metadata?.schema == .definition else {
      #expect(records.allSatisfy { $0.definition == nil })
      return
    }
    #expect(
      records.map(\.definition)
        == [DBNDefinition](
          repeating: DBNDefinition(
            rawSymbol: "MSFT", increment: nil, currency: "", exchange: "XNAS"), count: 2))
  }
}

@Suite("Databento's encoding")
struct DBNMetadataTests {
  @Test("metadata that is written is read as it was")
  func metadata() throws {
    let metadata = DBNMetadata(
      dataset: "XNAS.ITCH", schema: .trades, start: 5, end: 9, limit: 3, symbols: ["A", "BRK.B"],
      mappings: [
        DBNMetadata.Mapping(
          rawSymbol: "BRK.B",
          intervals: [.init(start: 20_240_101, end: 20_250_101, symbol: "17")])
      ])
    var decoder = DBNDecoder()
    decoder.append(metadata.bytes[...])
    let first = try decoder.next()
    #expect(first == nil && decoder.metadata == metadata && decoder.rest == 0)
    #expect(metadata.symbolsByID == [17: "BRK.B"])
    #expect(metadata.bytes.count % 8 == 0)
  }

  @Test(
    "what is none is refused with its place",
    arguments: [
      ([UInt8]("DBM\u{2}aaaa".utf8), "DBN, byte 0: expected \"DBN\""),
      ([UInt8]("DBN\u{4}aaaa".utf8), "DBN, byte 3: expected version 1, 2 or 3, found 4"),
      ([UInt8]("DBN\u{2}".utf8) + [0, 0, 0, 0xFF], "DBN, byte 4: expected metadata of at most"),
    ])
  func refused(bytes: [UInt8], message: String) {
    var decoder = DBNDecoder()
    decoder.append(bytes[...])
    let error = #expect(throws: DBNError.self) { _ = try decoder.next() }
    #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
  }
}
