internal import DBNFiles
internal import EngineCore

/// The text of a tick file: of a text file what it has, of lines of JSON and of one in Databento's
/// encoding its ticks as lines, so that whatever reads ticks reads all of them.
package struct TickLines {
  private var stream: ByteStream
  private enum Form {
    case text
    case binary(DBNText)
    case json(JSONTickLines)
  }

  private var form = Form.text
  /// Bytes that were read and not handed out.
  private var pending: [UInt8] = []
  private var isAtEnd = false

  package init(path: String) throws(InputError) {
    stream = try ByteStream(path: path)
    var first = [UInt8](repeating: 0, count: 3)
    var count = 0
    while count < first.count {
      let more = try stream.read(into: &first, from: count)
      if more == 0 { break }
      count += more
    }
    pending = Array(first.prefix(count))
    if DBNMetadata.isBeginning(pending[...]) {
      form = .binary(DBNText())
    } else if pending.first == UInt8(ascii: "{") {
      form = .json(JSONTickLines())
    } else {
      return
    }
    pending = try lines(pending[...])
  }

  /// Bytes of the file that were read.
  package var position: Int64 { stream.position }

  /// Fills the buffer from `offset` on.
  ///
  /// - Returns: the number of bytes written; 0 at the end.
  package mutating func read(into buffer: inout [UInt8], from offset: Int) throws(InputError) -> Int
  {
    if pending.isEmpty {
      if case .text = form { return try stream.read(into: &buffer, from: offset) }
      try fill()
    }
    let count = min(pending.count, buffer.count - offset)
    for index in 0..<count { buffer[offset + index] = pending[index] }
    pending.removeFirst(count)
    return count
  }

  /// Reads on until there is a line, or the end.
  private mutating func fill() throws(InputError) {
    var bytes = [UInt8](repeating: 0, count: ByteStream.inputBytes)
    while pending.isEmpty, !isAtEnd {
      let count = try stream.read(into: &bytes, from: 0)
      if count == 0 {
        isAtEnd = true
        return try finish()
      }
      pending = try lines(bytes[..<count])
    }
  }

  private mutating func finish() throws(InputError) {
    switch form {
    case .text: break
    case .json(var json):
      pending = json.end()
      form = .json(json)
    case .binary(let binary):
      guard binary.rest == 0 else {
        throw InputError(
          description: "truncated DBN data: it ends within a record or its metadata")
      }
    }
  }

  private mutating func lines(_ bytes: ArraySlice<UInt8>) throws(InputError) -> [UInt8] {
    switch form {
    case .text: return Array(bytes)
    case .json(var json):
      defer { form = .json(json) }
      return try json.lines(of: bytes)
    case .binary(var binary):
      defer { form = .binary(binary) }
      do throws(DBNError) {
        return try binary.lines(of: bytes)
      } catch {
        throw InputError(description: "\(error)")
      }
    }
  }
}

/// Ticks of Databento's encoding as lines of text, with a header that says what they are.
struct DBNText {
  private var decoder = DBNDecoder()
  /// Nil until the metadata has come.
  private var schema: DBNSchema?
  private var symbols: [UInt32: String] = [:]

  /// Bytes that are no whole record yet.
  var rest: Int { decoder.rest }

  /// The lines of all records that are there with more bytes.
  mutating func lines(of bytes: ArraySlice<UInt8>) throws(DBNError) -> [UInt8] {
    decoder.append(bytes)
    var text = ""
    while let record = try next(&text) {
      if let symbol = record.symbol { symbols[record.instrument] = symbol }
      if let line = line(record) { text += line }
    }
    return Array(text.utf8)
  }

  /// The next record; the header goes before the first.
  private mutating func next(_ text: inout String) throws(DBNError) -> DBNRecord? {
    let record = try decoder.next()
    if schema == nil, let metadata = decoder.metadata {
      guard let schema = metadata.schema, schema.hasTrades || schema.hasQuotes else {
        let name = metadata.schema?.name ?? "mixed"
        throw DBNError(
          24,
          "expected a schema of trades or quotes (trades, tbbo, mbp-1, bbo, cmbp-1, …), "
            + "found \(name)")
      }
      self.schema = schema
      symbols = metadata.symbolsByID
      text +=
        schema.hasTrades
        ? "ts_ns,symbol,price,size,side,trade_id\n" : "ts_ns,symbol,bid,ask,bid_size,ask_size\n"
    }
    return record
  }

  private func line(_ record: DBNRecord) -> String? {
    guard let schema else { return nil }
    let symbol = symbols[record.instrument] ?? String(record.instrument)
    let head = "\(record.eventTime),\(Self.quoted(symbol)),"
    if schema.hasTrades {
      guard let price = record.price, price != DBNRecord.noPrice else { return nil }
      let side =
        record.side == UInt8(ascii: "B")
        ? "buy"
        : record.side == UInt8(ascii: "A")
          ? "sell" : ""
      return head + "\(Price(raw: price).text()),\(record.size ?? 0),\(side),"
        + "\(record.sequence.map { String($0) } ?? "")\n"
    }
    guard let bid = record.bid, let ask = record.ask else { return nil }
    // Of a book without one side there is no price.
    let isWhole = bid != DBNRecord.noPrice || ask != DBNRecord.noPrice
    guard isWhole else { return nil }
    return head + "\(Self.price(bid)),\(Self.price(ask)),"
      + "\(bid == DBNRecord.noPrice ? "" : String(record.bidSize ?? 0)),"
      + "\(ask == DBNRecord.noPrice ? "" : String(record.askSize ?? 0))\n"
  }

  private static func price(_ raw: Int64) -> String {
    raw == DBNRecord.noPrice ? "" : Price(raw: raw).text()
  }

  private static func quoted(_ symbol: String) -> String {
    guard symbol.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C }) else { return symbol }
    return "\"\(symbol.replacing("\"", with: "\"\""))\""
  }
}
