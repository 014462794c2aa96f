import EngineCore

/// One column of rows of the past: its name in replies and files, and its title in tables.
struct HistoryColumn: Equatable, Sendable {
  var name: String
  var title: String
  var isNumber = true

  private static func text(_ name: String) -> HistoryColumn {
    HistoryColumn(name: name, title: name.uppercased(), isNumber: false)
  }

  private static func number(_ name: String) -> HistoryColumn {
    HistoryColumn(name: name, title: name.replacing("_", with: " ").uppercased())
  }

  static let bars =
    [text("start"), text("end")]
    + ["open", "high", "low", "close", "volume", "count"].map(number)
    + [text("state"), number("revision")]
  static let trades =
    [number("seq"), text("time")] + ["price", "size"].map(number) + [text("side"), text("source")]
  static let quotes =
    [number("seq"), text("time")]
    + ["bid", "ask", "bid_size", "ask_size"].map(number) + [text("source")]
}

/// Rows on their way to the output: a table is printed as a whole, the other forms line by line.
struct HistoryRows {
  private(set) var count = 0
  private let columns: [HistoryColumn]
  private let format: HistoryFormat
  private var gathered: [JSONValue] = []

  init(_ columns: [HistoryColumn], _ format: HistoryFormat) {
    self.columns = columns
    self.format = format
  }

  mutating func add(_ rows: [JSONValue], to output: Output) throws(ControlError) {
    if format == .csv, count == 0 {
      try output.lines([columns.map(\.name).joined(separator: ",")])
    }
    count += rows.count
    switch format {
    case .table: gathered += rows
    case .ndjson: try output.lines(rows.map { $0.text() })
    case .csv: try output.lines(rows.map(line))
    }
  }

  func finish(_ output: Output, nothing: String) throws(ControlError) {
    guard format == .table else { return }
    guard !gathered.isEmpty else { return try output.lines([nothing]) }
    var table = Table(columns.map { $0.isNumber ? .number($0.title) : .text($0.title) })
    table.rows = gathered.map { row in columns.map { Cell(row[$0.name]?.plain ?? "-") } }
    try output.lines(table.lines(output.style))
  }

  private func line(_ row: JSONValue) -> String {
    columns.map { column in
      guard let value = row[column.name], !value.isNull else { return "" }
      return Self.field(value.plain)
    }.joined(separator: ",")
  }

  /// A field of RFC 4180.
  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
