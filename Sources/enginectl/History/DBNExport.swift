import DBNFiles
import EngineCore

/// Writes rows of the past in Databento's encoding: metadata, then a record a row.
struct DBNExport {
  private let schema: DBNSchema
  private let symbol: String
  private let to: Timestamp?
  private var isBegun = false
  /// The only instrument of the file.
  private static let instrument: UInt32 = 1

  /// - Parameter spec: of bars; nil for trades.
  init(symbol: String, spec: String?, to: Timestamp?) throws(ControlError) {
    self.symbol = symbol
    self.to = to
    guard let spec else {
      schema = .trades
      return
    }
    let schemas: [String: DBNSchema] = [
      "1s": .ohlcv1s, "1m": .ohlcv1m, "1h": .ohlcv1h, "1d": .ohlcv1d,
    ]
    guard let schema = schemas[spec] else {
      throw ControlError(
        .refused, "DBN has bars 1s, 1m, 1h and 1d, and no \(spec)", hint: "take --format csv")
    }
    self.schema = schema
  }

  /// The bytes of more rows; those of the first have the metadata before them.
  mutating func bytes(_ rows: [JSONValue]) throws(ControlError) -> [UInt8] {
    var bytes: [UInt8] = []
    for row in rows {
      let record = try record(row)
      if !isBegun { bytes += metadata(from: record.eventTime) }
      isBegun = true
      do throws(DBNError) {
        bytes += try record.bytes(schema)
      } catch {
        throw ControlError(.refused, "\(error)")
      }
    }
    return bytes
  }

  /// What a file without rows has.
  mutating func end() -> [UInt8] {
    defer { isBegun = true }
    return isBegun ? [] : metadata(from: 0)
  }

  private func metadata(from start: UInt64) -> [UInt8] {
    func date(_ nanos: UInt64) -> UInt32 {
      let days = Int64(bitPattern: nanos / 86_400_000_000_000)
      let text = "\(CivilDate(daysSinceEpoch: Int(days)))"
      return UInt32(text.filter(\.isNumber)) ?? 0
    }
    let end = to.flatMap { $0.nanoseconds > 0 ? UInt64($0.nanoseconds) : nil }
    return DBNMetadata(
      dataset: "TICKWIRE", schema: schema, start: start, end: end ?? .max, symbols: [symbol],
      mappings: [
        DBNMetadata.Mapping(
          rawSymbol: symbol,
          intervals: [
            .init(start: date(start), end: 22_620_101, symbol: String(Self.instrument))
          ])
      ]
    ).bytes
  }

  // MARK: Rows

  private func record(_ row: JSONValue) throws(ControlError) -> DBNRecord {
    let name = schema == .trades ? "time" : "start"
    guard let time = row.text(name).flatMap({ Timestamp($0) }), time.nanoseconds >= 0 else {
      throw wrong(row, "a \(name) from 1970 on")
    }
    var record = DBNRecord(
      recordType: 0, publisher: 0, instrument: Self.instrument,
      eventTime: UInt64(time.nanoseconds))
    if schema == .trades {
      record.price = try price(row, "price")
      record.size = row["size"]?.isNull == false ? try whole(row, "size") : 0
      switch row.text("side") {
      case "buy": record.side = UInt8(ascii: "B")
      case "sell": record.side = UInt8(ascii: "A")
      default: record.side = UInt8(ascii: "N")
      }
      record.sequence = row.integer("seq").map { UInt32(truncatingIfNeeded: $0) }
    } else {
      let (open, high) = (try price(row, "open"), try price(row, "high"))
      let (low, close) = (try price(row, "low"), try price(row, "close"))
      record.bar = (open, high, low, close, try whole(row, "volume"))
    }
    return record
  }

  private func price(_ row: JSONValue, _ name: String) throws(ControlError) -> Int64 {
    guard let text = row[name]?.number?.text, let price = try? Price(text) else {
      throw wrong(row, "a \(name)")
    }
    return price.raw
  }

  /// The format has whole sizes only.
  private func whole<Number: FixedWidthInteger>(
    _ row: JSONValue, _ name: String
  ) throws(ControlError) -> Number {
    guard let text = row[name]?.number?.text, let number = Number(text) else {
      throw wrong(row, "a whole \(name) up to \(Number.max), as DBN has no other,")
    }
    return number
  }

  private func wrong(_ row: JSONValue, _ expected: String) -> ControlError {
    ControlError(
      .refused, "expected \(expected) in each row, found \(row.text())",
      hint: "take --format csv or ndjson")
  }
}
