import DBNFiles
import EngineCore

/// Files of Databento's encoding as a test needs them.
enum DBNBytes {
  static func metadata(
    _ schema: DBNSchema?, symbols: [UInt32: String] = [:], version: UInt8 = 2
  ) -> [UInt8] {
    var metadata = DBNMetadata(dataset: "TEST", schema: schema, start: 0)
    metadata.mappings = symbols.sorted { $0.key < $1.key }.map { id, symbol in
      DBNMetadata.Mapping(
        rawSymbol: symbol,
        intervals: [.init(start: 19_700_101, end: 22_620_101, symbol: "\(id)")])
    }
    var bytes = metadata.bytes
    // Without symbols nothing but the number tells versions 2 and 3 apart.
    if version == 3 { bytes[3] = 3 }
    guard version == 1 else { return bytes }
    precondition(symbols.isEmpty, "symbols are shorter in version 1")
    bytes[3] = 1
    // A count of records stands before the kinds of symbols; their length does not stand behind.
    let count = [UInt8](repeating: 0, count: 8)
    return Array(bytes[..<50]) + count + bytes[50..<53] + bytes[61...]
  }

  /// A bar of an instrument.
  static func bar(
    _ instrument: UInt32, at start: UInt64, _ prices: (Int64, Int64, Int64, Int64),
    _ volume: UInt64,
    _ schema: DBNSchema
  ) throws -> [UInt8] {
    var record = DBNRecord(
      recordType: 0, publisher: 1, instrument: instrument, eventTime: start)
    record.bar = (prices.0, prices.1, prices.2, prices.3, volume)
    return try record.bytes(schema)
  }

  /// A definition, its fields where Databento's own library has them.
  static func definition(
    _ symbol: String, increment: Int64 = .max, currency: String = "", version: UInt8
  ) -> [UInt8] {
    let (length, currencyAt, symbolAt) =
      switch version {
      case 1: (360, 186, 200)
      case 2: (400, 186, 200)
      default: (520, 224, 238)
      }
    var bytes = [UInt8](repeating: 0, count: length)
    bytes[0] = UInt8(length / 4)
    bytes[1] = 0x13
    for place in 0..<8 { bytes[24 + place] = UInt8(truncatingIfNeeded: increment >> (8 * place)) }
    bytes.replaceSubrange(currencyAt..<currencyAt + currency.utf8.count, with: currency.utf8)
    bytes.replaceSubrange(symbolAt..<symbolAt + symbol.utf8.count, with: symbol.utf8)
    return bytes
  }
}
