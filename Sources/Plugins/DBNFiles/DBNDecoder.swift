/// Reads the Databento Binary Encoding, versions 1 to 3, as its bytes come. Pure: no files.
public struct DBNDecoder: Sendable {
  private var bytes: [UInt8] = []
  /// The next record, and where the bytes begin in the whole.
  private var start = 0
  private var base = 0
  /// Nil until its bytes have come.
  public private(set) var metadata: DBNMetadata?

  public init() {}

  /// Takes in more bytes.
  public mutating func append(_ more: ArraySlice<UInt8>) {
    if start > 0 {
      bytes.removeFirst(start)
      base += start
      start = 0
    }
    bytes += more
  }

  /// Bytes that are no whole record yet.
  public var rest: Int { bytes.count - start }

  /// The next record; nil when more bytes are needed.
  public mutating func next() throws(DBNError) -> DBNRecord? {
    if metadata == nil {
      guard let length = try DBNMetadata.length(bytes), bytes.count >= length else { return nil }
      metadata = try DBNMetadata(Array(bytes.prefix(length)))
      start = length
    }
    guard rest > 0 else { return nil }
    let length = Int(bytes[start]) * 4
    guard length >= 16 else {
      throw DBNError(base + start, "expected a record of 16 bytes and more, found \(length)")
    }
    guard rest >= length else { return nil }
    let record = Array(bytes[start..<start + length])
    let offset = base + start
    start += length
    do throws(DBNError) {
      return try Self.record(record, version: metadata?.version ?? 2)
    } catch {
      throw DBNError(offset + error.offset, error.message)
    }
  }

  private static func record(
    _ bytes: [UInt8], version: UInt8
  ) throws(DBNError) -> DBNRecord {
    var reader = DBNBytes(bytes, at: 1)
    let type = try reader.u8()
    let publisher = try reader.u16()
    let instrument = try reader.u32()
    var record = DBNRecord(
      recordType: type, publisher: publisher, instrument: instrument,
      eventTime: try reader.u64())
    switch type {
    case 0x00, 0x01, 0x0A: try market(&record, &reader, hasLevel: type != 0x00)
    case 0xB1: try consolidated(&record, &reader)
    case 0xC0, 0xC1, 0xC3, 0xC4: try newest(&record, &reader, hasSequence: type >= 0xC3)
    case 0xC2: try consolidated(&record, &reader)
    case 0xA0: try order(&record, &reader)
    case 0x20...0x24:
      let (open, high, low) = (try reader.i64(), try reader.i64(), try reader.i64())
      record.bar = (open, high, low, try reader.i64(), try reader.u64())
    case 0x12: record.receiveTime = try reader.u64()
    case 0x13: try definition(&record, &reader, version)
    case 0x14:
      record.receiveTime = try reader.u64()
      // The side stands behind nine prices and times, four quantities and the kind of auction.
      try reader.skip(8 * 8 + 4 * 4 + 1)
      record.side = try reader.u8()
    case 0x18: try statistics(&record, &reader, version)
    case 0x16: try mapping(&record, &reader, version, bytes.count)
    default: break
    }
    return record
  }

  // MARK: Kinds of records

  private static func market(
    _ record: inout DBNRecord, _ reader: inout DBNBytes, hasLevel: Bool
  ) throws(DBNError) {
    try action(&record, &reader)
    try reader.skip(4)
    record.sequence = try reader.u32()
    if hasLevel { try level(&record, &reader) }
  }

  private static func consolidated(
    _ record: inout DBNRecord, _ reader: inout DBNBytes
  ) throws(DBNError) {
    try action(&record, &reader)
    try reader.skip(8)
    try level(&record, &reader)
  }

  /// What came about at which price, and when that was received.
  private static func action(
    _ record: inout DBNRecord, _ reader: inout DBNBytes
  ) throws(DBNError) {
    record.price = try reader.i64()
    record.size = try reader.u32()
    record.action = try reader.u8()
    record.side = try reader.u8()
    try reader.skip(2)
    record.receiveTime = try reader.u64()
  }

  private static func newest(
    _ record: inout DBNRecord, _ reader: inout DBNBytes, hasSequence: Bool
  ) throws(DBNError) {
    record.price = try reader.i64()
    record.size = try reader.u32()
    try reader.skip(1)
    record.side = try reader.u8()
    try reader.skip(2)
    record.receiveTime = try reader.u64()
    try reader.skip(4)
    let sequence = try reader.u32()
    if hasSequence { record.sequence = sequence }
    try level(&record, &reader)
  }

  private static func level(
    _ record: inout DBNRecord, _ reader: inout DBNBytes
  ) throws(DBNError) {
    record.bid = try reader.i64()
    record.ask = try reader.i64()
    record.bidSize = try reader.u32()
    record.askSize = try reader.u32()
  }

  private static func order(
    _ record: inout DBNRecord, _ reader: inout DBNBytes
  ) throws(DBNError) {
    try reader.skip(8)
    record.price = try reader.i64()
    record.size = try reader.u32()
    try reader.skip(2)
    record.action = try reader.u8()
    record.side = try reader.u8()
    record.receiveTime = try reader.u64()
    try reader.skip(4)
    record.sequence = try reader.u32()
  }

  private static func statistics(
    _ record: inout DBNRecord, _ reader: inout DBNBytes, _ version: UInt8
  ) throws(DBNError) {
    record.receiveTime = try reader.u64()
    try reader.skip(8)
    record.price = try reader.i64()
    try reader.skip(version < 3 ? 4 : 8)
    record.sequence = try reader.u32()
  }

  private static func definition(
    _ record: inout DBNRecord, _ reader: inout DBNBytes, _ version: UInt8
  ) throws(DBNError) {
    record.receiveTime = try reader.u64()
    let increment = try reader.i64()
    // Prices, times and numbers stand before the texts; version 3 has the legs of a spread too.
    try reader.skip((version < 3 ? 186 : 224) - reader.offset)
    let currency = try reader.text(4)
    try reader.skip(4 + 6)
    let symbol = try reader.text(version == 1 ? 22 : 71)
    try reader.skip(21)
    record.definition = DBNDefinition(
      rawSymbol: symbol,
      increment: increment > 0 && increment != DBNRecord.noPrice ? increment : nil,
      currency: currency, exchange: try reader.text(5))
  }

  private static func mapping(
    _ record: inout DBNRecord, _ reader: inout DBNBytes, _ version: UInt8, _ length: Int
  ) throws(DBNError) {
    // Since version 2 kinds of symbols stand before each; the second one is what the id means.
    let symbolBytes = version == 1 ? 22 : 71
    if version > 1 { try reader.skip(1) }
    try reader.skip(symbolBytes)
    if version > 1 { try reader.skip(1) }
    record.symbol = try reader.text(symbolBytes)
  }
}
