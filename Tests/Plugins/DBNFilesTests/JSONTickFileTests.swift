import EngineCore
import Support
import Testing
import TickFiles

@Suite("Tick files of JSON lines")
struct JSONTickFileTests {
  /// All rows of a file, and what could not be read.
  private func read(
    _ text: String
  ) throws -> (kind: RowKind, rows: [Row], faults: [RowFault], symbols: [String]) {
    let folder = try Folder()
    try folder.write(text, to: "ticks.ndjson")
    var symbols: [String] = []
    let file = try TickFile(FileSettings(path: "\(folder.path)/ticks.ndjson")) { symbol in
      symbols.append(symbol)
      return InstrumentID(UInt32(symbols.count))
    }
    var (rows, faults): ([Row], [RowFault]) = ([], [])
    while true {
      switch try file.load() {
      case .rows:
        rows += file.rows[file.index...]
        file.index = file.rows.count
      case .fault(let fault): faults.append(fault)
      case .busy: continue
      case .end: return (file.layout.kind, rows, faults, symbols)
      }
    }
  }

  @Test("trades are read as they are written by an export, the last line with or without its end")
  func trades() throws {
    let text = """
      {"seq":7,"kind":"trade","time":"2024-01-15T10:00:00.5Z","symbol":"A","price":1.5,"size":2,\
      "side":"sell","venue_seq":9,"source":"web"}

      {"time":"2024-01-15T10:00:01Z","symbol":"B,\\"C","price":2e-9}
      """
    for end in ["", "\n"] {
      let file = try read(text + end)
      #expect(file.kind == .trades && file.faults.isEmpty && file.symbols == ["A", "B,\"C"])
      #expect(file.rows.map(\.first) == [1_500_000_000, 2])
      #expect(file.rows[0].time == 1_705_312_800_500_000_000)
      #expect(file.rows[0].firstSize == 2_000_000_000 && file.rows[0].side == .sell)
      #expect(file.rows[0].tradeID == 9)
    }
  }

  @Test("quotes are told by their first line, and lines that are none are named")
  func quotes() throws {
    let file = try read(
      """
      {"time":"2024-01-15T10:00:00Z","symbol":"A","bid":1.5,"ask":2,"bid_size":3,"ask_size":null}
      [1]
      {"time":"2024-01-15T10:00:02Z","symbol":"A","bid":null,"ask":3}

      """)
    #expect(file.kind == .quotes && file.rows.count == 2)
    #expect(file.rows[0].second == 2_000_000_000 && file.rows[1].first == .min)
    #expect(file.faults.map(\.line) == [3])
  }
}
