import EngineCore
import Testing
import TickFiles

@testable import enginectl

@Suite("Rows on the input")
struct TickTextTests {
  private func format(_ change: (inout RowFormat) -> Void = { _ in }) -> RowFormat {
    var format = RowFormat()
    format.needsTime = false
    change(&format)
    return format
  }

  /// All rows of a text that comes in pieces of these sizes, the last one as often as needed.
  private func read(
    _ text: String, pieces: [Int] = [.max], _ change: (inout RowFormat) -> Void = { _ in }
  ) throws -> (text: TickText, rows: [String], faults: [String]) {
    var reader = TickText(format(change))
    var rows: [String] = []
    var faults: [String] = []
    func take(_ found: TickText.Rows) {
      for index in found.rows.indices {
        let row = found.rows[index]
        let time = row.time == .min ? "-" : "\(row.time)"
        rows.append(
          "\(found.lines[index]) \(reader.symbols[found.symbols[index]]) "
            + "\(Price(raw: row.first).text()) \(time)")
      }
      faults += found.faults.map { "\($0.line) \($0.description)" }
    }
    var rest = Array(text.utf8)[...]
    var sizes = pieces[...]
    while !rest.isEmpty {
      let size = min(rest.count, sizes.first ?? 1)
      if sizes.count > 1 { sizes.removeFirst() }
      take(try reader.read(Array(rest.prefix(size))))
      rest = rest.dropFirst(size)
    }
    take(try reader.read([], isLast: true))
    return (reader, rows, faults)
  }

  private static let mixed = """
    symbol,price,size,ts_ns
    EURUSD,1.0841,100,1700000000000000001
    EURUSD,x,1,2

    "BRK.B", 612345.123456789 ,,3
    EURUSD,1.5,2
    ACME,2,,4
    """

  @Test("a row has its line, its symbol and exact digits; the others are named")
  func rows() throws {
    let (text, rows, faults) = try read(Self.mixed)
    #expect(
      rows == [
        "2 EURUSD 1.0841 1700000000000000001", "5 BRK.B 612345.123456789 3", "7 ACME 2 4",
      ])
    #expect(
      faults == [
        "3 column \"price\": expected a decimal number, found \"x\"",
        "6 expected 4 columns, found 3",
      ])
    #expect(text.symbols == ["EURUSD", "BRK.B", "ACME"])
  }

  @Test("it does not matter where the text is cut", arguments: 0..<50 as Range<UInt64>)
  func pieces(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let whole = try read(Self.mixed)
    let sizes = (0..<60).map { _ in Int.random(in: 1...9, using: &random) }
    let cut = try read(Self.mixed, pieces: sizes)
    #expect(cut.rows == whole.rows && cut.faults == whole.faults)
    #expect(cut.text.symbols == whole.text.symbols)
  }

  @Test("line ends may be those of Windows, and a byte order mark is read over")
  func lineEnds() throws {
    let (_, rows, faults) = try read("\u{FEFF}symbol,price\r\nA,1\r\nB,2\r\n")
    #expect(rows == ["2 A 1 -", "3 B 2 -"])
    #expect(faults == [])
  }

  @Test("a symbol for all rows needs no column, and columns may be places")
  func noHeader() throws {
    let (text, rows, _) = try read("x;5\ny;6") { format in
      format.symbol = "ACME"
      format.hasHeader = false
      format.delimiter = UInt8(ascii: ";")
      format.columns = [.price: .index(1)]
    }
    #expect(rows == ["1 ACME 5 -", "2 ACME 6 -"])
    #expect(text.symbols == ["ACME"])
  }

  @Test("a row that is too long is named once, and the next one is read")
  func longRow() throws {
    let long = String(repeating: "A", count: TickText.rowBytesMax * 2)
    let (_, rows, faults) = try read(
      "symbol,price\n\(long),1\nB,2\n", pieces: [TickText.rowBytesMax / 2])
    #expect(rows == ["3 B 2 -"])
    #expect(
      faults == ["2 expected a row of at most 262144 bytes, found a longer one"])
  }

  @Test("a symbol that cannot be printed is a fault")
  func badSymbol() throws {
    let (text, _, faults) = try read("symbol,price\nA\u{7},1\n")
    #expect(faults == ["2 expected a symbol of at most 64 printable bytes, found something else"])
    #expect(text.symbols == [])
  }

  @Test(
    "columns that make no rows are told",
    arguments: [
      ("", "it is empty"), ("a,b\n1,2\n", "no column is a price, a bid or an ask"),
      ("price\n1\n", "no column is the symbol"),
      ("symbol,price,bid\nA,1,2\n", "it has a price and a bid or ask"),
    ])
  func layout(text: String, part: String) {
    #expect {
      _ = try read(text)
    } throws: { "\($0)".contains(part) }
  }

  @Test("a row becomes an event without a time of its own when it has none")
  func stamp() throws {
    var reader = TickText(format())
    let rows = try reader.read(Array("symbol,bid,ask,bid_size\nA,1,2,3\n".utf8))
    let kind = try #require(reader.layout?.kind)
    let stamp = RowStamp(
      kind, .none, receiveTime: Timestamp(nanoseconds: .min), flags: [])
    let event = stamp.event(rows.rows[0])
    #expect(event.kind == .quote && event.flags == [])
    #expect(event.quote.bid.text() == "1" && event.quote.ask.text() == "2")
    #expect(event.quote.bidSize.text() == "3" && !event.quote.askSize.isDefined)
    #expect(event.quote.eventTime.nanoseconds == .min)
  }
}
