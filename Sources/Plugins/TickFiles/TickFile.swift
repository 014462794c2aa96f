package import EngineCore

/// One file as a sequence of rows: those that are read stand in `rows` from `index` on.
///
/// Works on blocks of bytes; a row that is cut by the end of a block moves to the front of the
/// next.
/// Rows are parsed some at a time, with everything that the loop touches in local variables.
package final class TickFile {
  /// What a step came to.
  package enum Step: Equatable {
    /// There are rows from `index` on.
    case rows
    /// A row that cannot be read; the next step goes on after it.
    case fault(RowFault)
    /// Nothing yet, though much was read: ask again, so that a call stays short.
    case busy
    case end
  }

  /// Bytes of a block, and so of the longest row.
  package static let blockBytes = 256 * 1024
  /// Most rows parsed at a time.
  package static let rowsMax = 256
  /// Most symbols that one file may bring.
  package static let symbolsMax = 1 << 20

  package let settings: FileSettings
  package let layout: RowLayout
  /// What its rows have in common if they are bars.
  package let bars: RecordedBars?
  /// It has no rows, but tells of instruments: what is read before other files.
  package let isReference: Bool
  /// How many definitions of instruments it had so far.
  package private(set) var definitions: UInt64 = 0
  package private(set) var rows: [Row] = []
  /// The next row to take.
  package var index = 0
  /// The line of the row at `start`, from 1.
  private var line = 1

  private var stream: TickLines
  private let parser: RowParser
  private var reader: RowReader
  private var symbols = SymbolTable()
  private let names: FileNames
  private let constant: InstrumentID?

  private var buffer: [UInt8]
  /// The next row, the end of the last complete one, and the end of what was read.
  private var start = 0
  private var limit = 0
  private var end = 0
  private var isAtEnd = false
  /// Inside a row that is longer than a block.
  private var isDiscarding = false

  /// Opens the file and reads its header.
  ///
  /// - Parameter define: gives the instrument of a symbol that is new.
  package convenience init(
    _ settings: FileSettings, blockBytes: Int = TickFile.blockBytes,
    define: @escaping (String) -> InstrumentID
  ) throws {
    try self.init(settings, blockBytes: blockBytes, names: FileNames(instrument: define))
  }

  /// The same of a file that may have other than ticks, as far as `names` takes it.
  package init(
    _ settings: FileSettings, blockBytes: Int = TickFile.blockBytes, names: FileNames
  ) throws {
    self.settings = settings
    self.names = names
    stream = try TickLines(path: settings.path, schemas: names.schemas)
    // One byte more for the newline that the last row may lack.
    buffer = [UInt8](repeating: 0, count: blockBytes + 1)
    var first: [String] = []
    var byteCount = 0
    (first, byteCount, end) = try Self.first(&stream, &buffer, settings)
    bars = try Self.bars(stream, names)
    isReference = stream.isReference
    if isReference, settings.rows.symbol != nil {
      throw LayoutError("it defines instruments by their own symbols: leave out \"symbol\"")
    }
    constant = settings.rows.symbol.map(names.instrument)
    layout = try RowLayout(settings.rows, first: first, hasBars: bars != nil)
    parser = RowParser(layout)
    reader = RowReader(layout)
    if settings.rows.hasHeader {
      start = byteCount
      line = 2
    }
    limit = Self.afterLastNewline(buffer, start..<end) ?? start
    learn()
  }

  private static func bars(
    _ stream: TickLines, _ names: FileNames
  ) throws(LayoutError) -> RecordedBars? {
    guard let unit = stream.barUnit, let specs = names.spec else { return nil }
    guard let spec = specs(BarSpec(.time(1, unit))) else {
      throw LayoutError("there are too many bar specs")
    }
    return RecordedBars(spec: spec, nanos: unit.barNanos)
  }

  /// Hands on what the file told of instruments.
  private func learn() {
    for facts in stream.takeFacts() {
      definitions += 1
      names.learn?(facts)
    }
  }

  /// Compressed or plain bytes of the file that were read.
  package var position: Int64 { stream.position }

  /// Makes sure that a row stands at `index`, unless the answer says why there is none.
  package func load() throws(InputError) -> Step {
    if index < rows.count { return .rows }
    index = 0
    rows.removeAll(keepingCapacity: true)
    var blocks = 0
    while true {
      if start == limit {
        if isAtEnd { return .end }
        guard blocks < 2 else { return .busy }
        blocks += 1
        if let fault = try refill() { return .fault(fault) }
      } else if parse() {
        return .rows
      } else if let step = unusualRow() {
        return step
      }
    }
  }

  /// Reads plain rows up to the first that is not plain; false when that is the next one.
  private func parse() -> Bool {
    let buffer = buffer
    var symbols = SymbolTable()
    swap(&symbols, &self.symbols)
    var rows: [Row] = []
    swap(&rows, &self.rows)
    var start = start
    let limit = limit
    let constant = constant
    while start < limit, rows.count < Self.rowsMax {
      var row = Row()
      var symbol = 0..<0
      guard let next = parser.parse(buffer.span, at: start, into: &row, symbol: &symbol) else {
        break
      }
      if let constant {
        row.instrument = constant
      } else if let id = symbols.find(buffer.span, symbol) {
        row.instrument = id
      } else {
        // A new symbol may be a faulty one: the row is left to the other reader.
        break
      }
      rows.append(row)
      start = next
    }
    line += rows.count
    self.start = start
    swap(&symbols, &self.symbols)
    swap(&rows, &self.rows)
    return !self.rows.isEmpty
  }

  /// A row that the parser gave up on; nil for an empty one.
  private func unusualRow() -> Step? {
    var index = start
    while buffer[index] != UInt8(ascii: "\n") { index += 1 }
    var range = start..<index
    start = index + 1
    line += 1
    if let last = range.last, buffer[last] == UInt8(ascii: "\r") {
      range = range.lowerBound..<last
    }
    guard !range.isEmpty else { return nil }
    var row = Row()
    var symbol = 0..<0
    if let text = reader.read(buffer.span, range, into: &row, symbol: &symbol) {
      return .fault(RowFault(line: line - 1, description: text))
    }
    if let constant {
      row.instrument = constant
    } else if let id = symbols.find(reader.text.span, symbol) {
      row.instrument = id
    } else if let fault = newSymbol(reader.text, symbol, &row) {
      return .fault(fault)
    }
    rows.append(row)
    return .rows
  }

  private func newSymbol(
    _ bytes: [UInt8], _ range: Range<Int>, _ row: inout Row
  ) -> RowFault? {
    let line = line - 1
    func fault(_ text: String) -> RowFault { RowFault(line: line, description: text) }
    guard symbols.count < Self.symbolsMax else {
      return fault("expected at most \(Self.symbolsMax) symbols in a file, found one more")
    }
    guard let text = RowReader.symbol(bytes, range) else {
      return fault("expected a symbol of at most 64 printable bytes, found something else")
    }
    let id = names.instrument(text)
    symbols.insert(bytes.span, range, id: id)
    row.instrument = id
    return nil
  }

  // MARK: Blocks

  /// Moves the cut row to the front and reads behind it.
  private func refill() throws(InputError) -> RowFault? {
    if start > 0 {
      for index in start..<end { buffer[index - start] = buffer[index] }
      end -= start
      start = 0
    }
    limit = 0
    if end >= buffer.count - 1 { return tooLong() }
    let from = end
    end += try stream.read(into: &buffer, from: end)
    if isReference { learn() }
    if end == from {
      isAtEnd = true
      if end > 0, !isDiscarding {
        buffer[end] = UInt8(ascii: "\n")
        end += 1
        limit = end
      }
      return nil
    }
    if isDiscarding { discard() }
    limit = Self.afterLastNewline(buffer, max(from, start)..<end) ?? start
    return nil
  }

  private func tooLong() -> RowFault {
    end = 0
    isDiscarding = true
    line += 1
    return RowFault(
      line: line - 1,
      description: "expected a row of at most \(buffer.count - 2) bytes, found a longer one")
  }

  /// Drops what is left of a row that is too long.
  private func discard() {
    if let newline = buffer[..<end].firstIndex(of: UInt8(ascii: "\n")) {
      start = newline + 1
      isDiscarding = false
    } else {
      end = 0
    }
  }

  private static func afterLastNewline(_ buffer: [UInt8], _ range: Range<Int>) -> Int? {
    var index = range.upperBound
    while index > range.lowerBound {
      if buffer[index - 1] == UInt8(ascii: "\n") { return index }
      index -= 1
    }
    return nil
  }

  /// Reads the first block and the fields of its first row, without a byte order mark.
  ///
  /// - Returns: the fields, where the next row begins, and the number of bytes read.
  private static func first(
    _ stream: inout TickLines, _ buffer: inout [UInt8], _ settings: FileSettings
  ) throws -> (fields: [String], next: Int, end: Int) {
    var end = 0
    var newline: Int?
    while newline == nil, end < buffer.count - 1 {
      let count = try stream.read(into: &buffer, from: end)
      if count == 0 { break }
      newline = buffer[end..<end + count].firstIndex(of: UInt8(ascii: "\n"))
      end += count
    }
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) {
      buffer.removeFirst(3)
      buffer += [0, 0, 0]
      end -= 3
      newline = newline.map { $0 - 3 }
    }
    guard end > 0 else { throw LayoutError("it is empty") }
    var text: [UInt8] = []
    var fields: [Range<Int>] = []
    var lineEnd = newline ?? end
    if lineEnd > 0, buffer[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
    let fault = RowReader.split(
      buffer.span, 0..<lineEnd, settings.rows.delimiter, &text, &fields)
    if let fault { throw LayoutError("its first line: \(fault)") }
    return (
      fields.map { String(decoding: text[$0], as: UTF8.self) }, newline.map { $0 + 1 } ?? end, end
    )
  }
}
