import EngineCore
import Testing

@testable import Replay
@testable import TickFiles

@Suite("Tick files")
struct TickFileTests {
  private func read(
    _ path: String, blockBytes: Int = TickFile.blockBytes,
    _ change: (inout FileSettings) -> Void = { _ in }
  ) throws -> Reading {
    var settings = FileSettings(path: path)
    change(&settings)
    let symbols = SymbolList()
    return Reading(try TickFile(settings, blockBytes: blockBytes) { symbols.define($0) })
  }

  /// Rows with values that are known, written in all the ways that mean the same.
  private struct Random {
    var random: SeededRandom
    let symbols = ["EURUSD", "BRK.B", "A", "SEHR-LANGER-NAME-01"]

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func decimal(_ raw: Int64) -> String {
      switch below(8) {
      case 0: "\(raw)e-9"
      case 1: FixedPoint.text(raw) + (FixedPoint.text(raw).contains(".") ? "000" : ".")
      case 2: raw >= 0 ? "+" + FixedPoint.text(raw) : FixedPoint.text(raw)
      default: FixedPoint.text(raw, minimumDecimals: below(10))
      }
    }

    mutating func dressed(_ field: String) -> String {
      switch below(12) {
      case 0: "\"\(field)\""
      case 1: " \(field)"
      case 2: "\(field)\t "
      case 3: " \"\(field)\" "
      default: field
      }
    }

    mutating func row(_ index: Int) -> (Row, String) {
      var row = Row()
      row.time = Int64(truncatingIfNeeded: random.next() >> UInt64(1 + below(40)))
      let symbol = index < symbols.count ? index : below(symbols.count)
      row.instrument = InstrumentID(UInt32(symbol + 1))
      row.first = Int64(truncatingIfNeeded: random.next()) >> Int64(below(60))
      if row.first == .min { row.first = 0 }
      let hasSize = below(6) > 0
      if hasSize { row.firstSize = Int64(random.next() >> UInt64(1 + below(60))) }
      row.tradeID = random.next() >> UInt64(below(64))
      row.side = [.unknown, .buy, .sell][below(3)]
      let sides: [AggressorSide: [String]] = [
        .unknown: ["", "none", "U"], .buy: ["buy", "B", "Buyer"], .sell: ["sell", "S", "SELL"],
      ]
      let fields = [
        "\(row.time)", symbols[symbol], decimal(row.first),
        hasSize ? decimal(row.firstSize) : "", "\(row.tradeID)", sides[row.side]?[below(3)] ?? "",
        "rest",
      ]
      return (row, fields.map { dressed($0) }.joined(separator: ","))
    }
  }

  @Test(
    "rows come out as they were put in, whatever the blocks, the ends of lines and the packing",
    arguments: 0..<60 as Range<UInt64>)
  func property(seed: UInt64) throws {
    var maker = Random(random: SeededRandom(seed: seed))
    var expected: [Row] = []
    var text = "ts_ns,symbol,price,size,trade_id,side,comment" + (seed % 2 == 0 ? "\n" : "\r\n")
    let count = 20 + maker.below(300)
    for index in 0..<count {
      let (row, line) = maker.row(index)
      expected.append(row)
      text += line
      if index < count - 1 || maker.below(2) == 0 {
        text += ["\n", "\r\n", "\n\n", "\n\r\n"][maker.below(4)]
      }
    }
    var bytes = Array(text.utf8)
    if seed % 3 == 0 { bytes = [0xEF, 0xBB, 0xBF] + bytes }
    if seed % 5 < 2 {
      let cut = maker.below(bytes.count)
      bytes =
        StoredGzip.member(Array(bytes[..<cut]), block: 1 + maker.below(500))
        + StoredGzip.member(Array(bytes[cut...]), block: 1 + maker.below(500))
    }
    let scratch = try Scratch()
    let path = try scratch.file("ticks", bytes)
    let reading = try read(path, blockBytes: 200 + maker.below(2_000))
    #expect(reading.faults == [])
    #expect(reading.failure == nil)
    #expect(reading.rows == expected)
  }

  @Test(
    "a row that cannot be read is reported with its line, what was expected and what was found",
    arguments: [
      ("1,A,1.5x,2", "column \"price\": expected a decimal number, found \"1.5x\""),
      ("1,A,,2", "expected a price, found nothing"),
      ("1,A,-,2", "column \"price\": expected a decimal number, found \"-\""),
      (
        "1,A,1.0000000001,2",
        "column \"price\": expected at most 9 decimals, found \"1.0000000001\""
      ),
      (
        "1,A,9223372036.9,2",
        "column \"price\": expected a number between -9223372036.854775807 and "
          + "9223372036.854775807, found \"9223372036.9\""
      ),
      (
        "1,A,100000002537764290.115403781,2",
        "column \"price\": expected a number between -9223372036.854775807 and "
          + "9223372036.854775807, found \"100000002537764290.115403781\""
      ),
      ("1,A,1,-2", "column \"size\": expected a size of at least 0, found \"-2\""),
      ("x,A,1,2", "column \"ts_ns\": expected a time in nanoseconds since 1970, found \"x\""),
      (",A,1,2", "column \"ts_ns\": expected a time in nanoseconds since 1970, found nothing"),
      ("1,,1,2", "column \"symbol\": expected a symbol, found nothing"),
      ("1,A,1", "expected 4 columns, found 3"),
      ("1,A,1,2,3", "expected 4 columns, found 5"),
      ("1,A,1,5", ""),
      ("1,A,\"1,5\",2", "column \"price\": expected a decimal number, found \"1,5\""),
      ("1,A,\"1,2", "expected a closing quote, found the end of the row"),
      ("1,A,\"1\"2,3", "expected the end of the field after a closing quote, found more text"),
      (
        "1,A\u{1},1,2",
        "expected a symbol of at most 64 printable bytes, found something else"
      ),
      (
        "1,A,\(String(repeating: "9", count: 50)),2",
        "column \"price\": expected a number between -9223372036.854775807 and "
          + "9223372036.854775807, found \"\(String(repeating: "9", count: 40))…\""
      ),
    ])
  func malformed(line: String, message: String) throws {
    let scratch = try Scratch()
    let path = try scratch.file(
      "t.csv", "ts_ns,symbol,price,size\n1,A,1,1\n\n\(line)\n2,A,2,2\n")
    let reading = try read(path)
    if message.isEmpty {
      #expect(reading.rows.count == 3)
    } else {
      #expect(reading.faults == [RowFault(line: 4, description: message)])
      #expect(reading.rows.map(\.time) == [1, 2])
    }
  }

  @Test("sides, makers and trade ids that mean nothing are reported")
  func malformedOthers() throws {
    let scratch = try Scratch()
    let path = try scratch.file(
      "t.csv",
      "ts_ns,symbol,price,trade_id,side,buyer_is_maker\n1,A,1,x,,\n1,A,1,1,up,\n1,A,1,1,,2\n")
    #expect(
      try read(path).faults.map(\.description) == [
        "column \"trade_id\": expected a trade id, a number below 2^64, found \"x\"",
        "column \"side\": expected a side (buy, sell or nothing), found \"up\"",
        "column \"buyer_is_maker\": expected true or false, found \"2\"",
      ])
  }

  @Test("a quote may lack one side, not both")
  func sides() throws {
    let scratch = try Scratch()
    let path = try scratch.file("q.csv", "ts_ns,symbol,bid,ask\n1,A,1.5,\n2,A,,1.6\n3,A,,\n")
    let reading = try read(path)
    #expect(reading.rows.map(\.first) == [1_500_000_000, .min])
    #expect(reading.rows.map(\.second) == [.min, 1_600_000_000])
    #expect(
      reading.faults == [
        RowFault(line: 4, description: "expected a bid or an ask, found neither")
      ])
  }

  @Test("a row longer than a block is reported once, and what follows is read")
  func longRow() throws {
    let scratch = try Scratch()
    let path = try scratch.file(
      "t.csv",
      "ts_ns,symbol,price\n1,A,1\n2,\(String(repeating: "B", count: 1_000)),1\n3,A,3\n4,A,x\n")
    let reading = try read(path, blockBytes: 128)
    #expect(reading.rows.map(\.time) == [1, 3])
    #expect(
      reading.faults == [
        RowFault(line: 3, description: "expected a row of at most 127 bytes, found a longer one"),
        RowFault(line: 5, description: "column \"price\": expected a decimal number, found \"x\""),
      ])
  }

  @Test("columns are found by name or place, and times by pattern")
  func mapping() throws {
    let scratch = try Scratch()
    let path = try scratch.file("m.csv", "01/02/2024 10:00:00;7;1.5\n01/02/2024 10:00:01;8;1.6\n")
    let reading = try read(path) { settings in
      settings.rows.hasHeader = false
      settings.rows.delimiter = UInt8(ascii: ";")
      settings.rows.symbol = "X"
      settings.rows.columns = [.time: .index(0), .price: .index(2), .size: .index(1)]
      settings.rows.timeFormat = TimeFormat("dd/MM/yyyy HH:mm:ss")
    }
    #expect(reading.faults == [])
    #expect(reading.rows.map(\.first) == [1_500_000_000, 1_600_000_000])
    #expect(reading.rows.map(\.firstSize) == [7_000_000_000, 8_000_000_000])
    #expect(reading.rows[0].time == Timestamp("2024-02-01T10:00:00Z")?.nanoseconds)
  }

  @Test(
    "a layout that cannot be read says why",
    arguments: [
      ("a,b", "no column is a price, a bid or an ask: map them with \"columns\""),
      (
        "ts_ns,symbol,price,bid",
        "it has a price and a bid or ask: say with \"type\" what to read"
      ),
      (
        "symbol,price",
        "no column is the time: map it with columns.time to one of \"symbol\", \"price\""
      ),
      (
        "ts_ns,price",
        "no column is the symbol: map it with columns.symbol, or give \"symbol\" for all rows"
      ),
      ("", "it is empty"),
    ])
  func layout(header: String, message: String) throws {
    let scratch = try Scratch()
    let path = try scratch.file("h.csv", header)
    #expect(throws: LayoutError(message)) { try read(path) }
  }

  @Test("a column that is not there, or is used twice, is named")
  func badMapping() throws {
    let scratch = try Scratch()
    let path = try scratch.file("h.csv", "ts_ns,symbol,price\n")
    #expect(
      throws: LayoutError(
        "columns.size: expected one of \"ts_ns\", \"symbol\", \"price\", found \"volume\"")
    ) { try read(path) { $0.rows.columns = [.size: .name("volume")] } }
    #expect(throws: LayoutError("columns.size is 3, but there are 3 columns, from 0")) {
      try read(path) { $0.rows.columns = [.size: .index(3)] }
    }
    #expect(throws: LayoutError("column \"price\" is mapped to price and size")) {
      try read(path) { $0.rows.columns = [.price: .index(2), .size: .name("price")] }
    }
  }
}
