internal import DBNFiles
internal import EngineCore

/// Ticks and bars of Databento's encoding as lines of text, with a header that says what they are.
struct DBNText {
  private let schemas: [DBNSchema]
  private var decoder = DBNDecoder()
  /// Nil until the metadata has come.
  private(set) var schema: DBNSchema?
  private var symbols: [UInt32: String] = [:]
  private var facts: [InstrumentFacts] = []

  /// - Parameter schemas: that are read; others are refused.
  init(_ schemas: [DBNSchema]) { self.schemas = schemas }

  /// What was told of instruments since the last time.
  mutating func takeFacts() -> [InstrumentFacts] {
    defer { facts.removeAll() }
    return facts
  }

  /// Bytes that are no whole record yet.
  var rest: Int { decoder.rest }

  /// The lines of all records that are there with more bytes.
  mutating func lines(of bytes: ArraySlice<UInt8>) throws(DBNError) -> [UInt8] {
    decoder.append(bytes)
    var text = ""
    while let record = try next(&text) {
      if let symbol = record.symbol { symbols[record.instrument] = symbol }
      if let definition = record.definition {
        text += take(definition)
      } else if let line = line(record) {
        text += line
      }
    }
    return Array(text.utf8)
  }

  /// The next record; the header goes before the first.
  private mutating func next(_ text: inout String) throws(DBNError) -> DBNRecord? {
    let record = try decoder.next()
    if schema == nil, let metadata = decoder.metadata {
      guard let schema = metadata.schema, schemas.contains(schema) else {
        throw DBNError(
          24,
          "expected one of the schemas \(schemas.map(\.name).joined(separator: ", ")), "
            + "found \(metadata.schema?.name ?? "several in one file")")
      }
      self.schema = schema
      symbols = metadata.symbolsByID
      text += Self.header(schema)
    }
    return record
  }

  private static func header(_ schema: DBNSchema) -> String {
    if schema.hasBars { return "ts_ns,symbol,open,high,low,close,volume\n" }
    let hasQuotes = schema.hasQuotes && !schema.hasTrades
    return "ts_ns,symbol,"
      + (hasQuotes ? "bid,ask,bid_size,ask_size\n" : "price,size,side,trade_id\n")
  }

  /// Keeps a definition. An empty line stands for it, so that a file of them is read piece by
  /// piece; one that no symbol can be made of is a line that cannot be read.
  private mutating func take(_ definition: DBNDefinition) -> String {
    let symbol = Array(definition.rawSymbol.utf8)
    guard !symbol.isEmpty, RowReader.symbol(symbol, symbol.indices) != nil else {
      return "no symbol\n"
    }
    let currency = definition.currency
    facts.append(
      InstrumentFacts(
        symbol: definition.rawSymbol, increment: definition.increment.map { Price(raw: $0) },
        currency: currency.utf8.count == 3 ? currency : nil))
    return "\n"
  }

  private func line(_ record: DBNRecord) -> String? {
    guard let schema else { return nil }
    let symbol = symbols[record.instrument] ?? String(record.instrument)
    if let unit = schema.barUnit { return bar(record, unit, Self.quoted(symbol)) }
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

  /// A bar stands where it ends: nobody knew it before.
  private func bar(_ record: DBNRecord, _ unit: BarSpec.Unit, _ symbol: String) -> String? {
    guard let bar = record.bar else { return nil }
    let prices = [bar.open, bar.high, bar.low, bar.close]
    guard !prices.contains(DBNRecord.noPrice) else { return nil }
    // A time that is none stays none: nanoseconds beyond the range of times.
    let (end, overflow) = record.eventTime.addingReportingOverflow(UInt64(unit.barNanos))
    return "\(overflow ? .max : end),\(symbol),"
      + prices.map { Price(raw: $0).text() }.joined(separator: ",") + ",\(bar.volume)\n"
  }

  private static func price(_ raw: Int64) -> String {
    raw == DBNRecord.noPrice ? "" : Price(raw: raw).text()
  }

  private static func quoted(_ symbol: String) -> String {
    guard symbol.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C }) else { return symbol }
    return "\"\(symbol.replacing("\"", with: "\"\""))\""
  }
}

extension DBNSchema {
  /// What bars last one of; nil of other schemas. The format does not tell when the session of an
  /// `ohlcv-eod` ends: it counts as a day.
  var barUnit: BarSpec.Unit? {
    switch self {
    case .ohlcv1s: .seconds
    case .ohlcv1m: .minutes
    case .ohlcv1h: .hours
    case .ohlcv1d, .ohlcvEod: .days
    default: nil
    }
  }
}

extension BarSpec.Unit {
  /// How long one of it is in UTC, whose days are all the same.
  var barNanos: Int64 { nanos ?? 86_400_000_000_000 }
}
