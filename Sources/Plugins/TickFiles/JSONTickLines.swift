internal import EngineCore

/// Ticks as lines of JSON, one object a line, as lines of the text that tick files consist of. The
/// first object tells whether they are trades or quotes.
struct JSONTickLines {
  private enum Kind {
    case trades
    case quotes

    var columns: [String] {
      switch self {
      case .trades: ["price", "size", "side", "trade_id"]
      case .quotes: ["bid", "ask", "bid_size", "ask_size"]
      }
    }
  }

  /// Bytes of a line at most.
  static let lineMax = 64 << 10

  private var kind: Kind?
  /// A line that has not ended.
  private var rest: [UInt8] = []
  private let reader = JSONReader(depthMaximum: 8, sizeMaximum: lineMax)

  /// The lines that end with more bytes.
  mutating func lines(of bytes: ArraySlice<UInt8>) throws(InputError) -> [UInt8] {
    rest += bytes
    guard let end = rest.lastIndex(of: 0x0A) else {
      guard rest.count <= Self.lineMax else {
        throw InputError(description: "expected lines of at most \(Self.lineMax) bytes")
      }
      return []
    }
    var text = ""
    for line in rest[..<end].split(separator: 0x0A, omittingEmptySubsequences: false) {
      add(Array(line), to: &text)
    }
    rest.removeFirst(end + 1)
    return Array(text.utf8)
  }

  /// The line that no line feed ends.
  mutating func end() -> [UInt8] {
    var text = ""
    if !rest.isEmpty { add(rest, to: &text) }
    rest = []
    return Array(text.utf8)
  }

  /// A line that is no object has one field, which whoever reads the text tells of.
  private mutating func add(_ line: [UInt8], to text: inout String) {
    guard line.contains(where: { $0 > 0x20 }) else {
      if kind != nil { text += "\n" }
      return
    }
    let row = try? reader.read(line)
    if kind == nil {
      kind = row?["price"] == nil && (row?["bid"] ?? row?["ask"]) != nil ? .quotes : .trades
      text += "time,symbol,\((kind?.columns ?? []).joined(separator: ","))\n"
    }
    guard let row, row.object != nil, let kind else {
      text += "no JSON object\n"
      return
    }
    let names = ["time", "symbol"] + kind.columns
    text +=
      names.map { field(row[$0] ?? ($0 == "trade_id" ? row["venue_seq"] : nil)) }
      .joined(separator: ",") + "\n"
  }

  private func field(_ value: JSONValue?) -> String {
    guard let value, !value.isNull else { return "" }
    let text = value.string ?? value.text()
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 < 0x20 }) else { return text }
    return "\"\(text.filter { $0 >= " " }.replacing("\"", with: "\"\""))\""
  }
}
