import TickFiles

/// CSV text that comes in pieces, as rows.
///
/// A row is handed out when its line end is there; `isLast` is the end of the last one. Rows that
/// cannot be read are named by line and left out.
struct TickText: Sendable {
  /// What a piece held.
  struct Rows: Sendable {
    var rows: [Row] = []
    /// The line of each row, from 1, the header counted.
    var lines: [Int] = []
    /// By row, an index into `TickText.symbols`.
    var symbols: [Int] = []
    var faults: [RowFault] = []
  }

  /// Bytes of the longest row.
  static let rowBytesMax = 256 << 10

  /// Every symbol so far, in the order in which they came.
  private(set) var symbols: [String] = []
  /// What the columns are; nil before the header.
  private(set) var layout: RowLayout?
  private let format: RowFormat
  private var indices: [String: Int] = [:]
  private var parser: RowParser?
  private var reader: RowReader?
  /// The beginning of a row whose end has not come, and of the first row until it is whole.
  private var rest: [UInt8] = []
  private var line = 1
  /// Inside a row that is too long.
  private var isDiscarding = false

  init(_ format: RowFormat) {
    self.format = format
    if let symbol = format.symbol { _ = index(of: symbol) }
  }

  /// Reads the next piece. Throws when the columns cannot be what the format says.
  mutating func read(_ piece: [UInt8], isLast: Bool = false) throws(LayoutError) -> Rows {
    var bytes = rest
    rest = []
    bytes += piece
    // The last row may lack its line end.
    if isLast, bytes.last != UInt8(ascii: "\n"), !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
    var result = Rows()
    var start = 0
    if layout == nil {
      guard let next = try readHeader(bytes) else {
        rest = bytes
        if isLast { throw LayoutError("it is empty") }
        return result
      }
      start = next
    }
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if isDiscarding {
        isDiscarding = false
      } else if end - start > Self.rowBytesMax {
        result.faults.append(tooLong)
      } else {
        take(bytes, start..<end, &result)
      }
      line += 1
      start = end + 1
    }
    keep(bytes[start...], &result)
    return result
  }

  private var tooLong: RowFault {
    RowFault(
      line: line,
      description: "expected a row of at most \(Self.rowBytesMax) bytes, found a longer one")
  }

  /// Keeps the beginning of a row, unless it is too long already.
  private mutating func keep(_ bytes: ArraySlice<UInt8>, _ result: inout Rows) {
    guard !isDiscarding else { return }
    if bytes.count > Self.rowBytesMax {
      result.faults.append(tooLong)
      isDiscarding = true
    } else {
      rest = Array(bytes)
    }
  }

  /// Makes the layout from the first line, when that is whole; returns where the rows begin.
  private mutating func readHeader(_ bytes: [UInt8]) throws(LayoutError) -> Int? {
    let begin = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
      guard bytes.count <= Self.rowBytesMax else {
        throw LayoutError("its first line has more than \(Self.rowBytesMax) bytes")
      }
      return nil
    }
    var end = newline
    if end > begin, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    var text: [UInt8] = []
    var fields: [Range<Int>] = []
    if let fault = RowReader.split(bytes.span, begin..<end, format.delimiter, &text, &fields) {
      throw LayoutError("its first line: \(fault)")
    }
    let layout = try RowLayout(
      format, first: fields.map { String(decoding: text[$0], as: UTF8.self) })
    self.layout = layout
    parser = RowParser(layout)
    reader = RowReader(layout)
    guard format.hasHeader else { return begin }
    line = 2
    return newline + 1
  }

  /// Reads the row in `range`, behind which a line end stands.
  private mutating func take(_ bytes: [UInt8], _ range: Range<Int>, _ result: inout Rows) {
    var range = range
    if let last = range.last, bytes[last] == UInt8(ascii: "\r") { range.removeLast() }
    guard !range.isEmpty else { return }
    var row = Row()
    var symbol = 0..<0
    let name: String?
    if parser?.parse(bytes.span, at: range.lowerBound, into: &row, symbol: &symbol) != nil {
      name = format.symbol ?? RowReader.symbol(bytes, symbol)
    } else {
      if let fault = reader?.read(bytes.span, range, into: &row, symbol: &symbol) {
        result.faults.append(RowFault(line: line, description: fault))
        return
      }
      name = format.symbol ?? RowReader.symbol(reader?.text ?? [], symbol)
    }
    guard let name else {
      result.faults.append(
        RowFault(
          line: line,
          description:
            "expected a symbol of at most 64 printable bytes, found something else"))
      return
    }
    result.rows.append(row)
    result.lines.append(line)
    result.symbols.append(index(of: name))
  }

  private mutating func index(of symbol: String) -> Int {
    if let index = indices[symbol] { return index }
    indices[symbol] = symbols.count
    symbols.append(symbol)
    return symbols.count - 1
  }
}

extension Range<Int> {
  fileprivate mutating func removeLast() { self = lowerBound..<upperBound - 1 }
}
