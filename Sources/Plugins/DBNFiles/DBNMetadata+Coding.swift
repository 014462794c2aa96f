/// Reading and writing what stands before the records.
extension DBNMetadata {
  static let prefixBytes = 8
  /// What the lists of symbols may take.
  static let bytesMax = 64 << 20
  private static let absent = UInt16.max

  /// Bytes that a symbol takes, by version.
  private static func symbolBytes(_ version: UInt8) -> Int { version == 1 ? 22 : 71 }

  /// Whether bytes begin as a file does.
  public static func isBeginning(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.starts(with: Array("DBN".utf8))
  }

  /// How many bytes the metadata takes, prefix and all; nil when more are needed to say.
  static func length(_ bytes: [UInt8]) throws(DBNError) -> Int? {
    guard bytes.count >= prefixBytes else { return nil }
    guard isBeginning(bytes[...]) else {
      throw DBNError(0, "expected \"DBN\", found \(bytes.prefix(3))")
    }
    guard (1...3).contains(bytes[3]) else {
      throw DBNError(3, "expected version 1, 2 or 3, found \(bytes[3])")
    }
    var reader = DBNBytes(bytes, at: 4)
    let length = Int(try reader.u32())
    guard length <= bytesMax else {
      throw DBNError(4, "expected metadata of at most \(bytesMax) bytes, found \(length)")
    }
    return prefixBytes + length
  }

  /// Reads metadata whose bytes are all there.
  init(_ bytes: [UInt8]) throws(DBNError) {
    let version = bytes[3]
    var reader = DBNBytes(bytes, at: Self.prefixBytes)
    let dataset = try reader.text(16)
    let number = try reader.u16()
    var schema: DBNSchema?
    if number != Self.absent {
      schema = DBNSchema(rawValue: number)
      guard schema != nil else {
        throw DBNError(24, "expected a schema from 0 to 19, found \(number)")
      }
    }
    let start = try reader.u64()
    let end = try reader.u64()
    let limit = try reader.u64()
    if version == 1 { _ = try reader.u64() }
    let typeIn = try reader.u8()
    let typeOut = try reader.u8()
    let hasSendTimes = try reader.u8() != 0
    var symbolBytes = Self.symbolBytes(version)
    if version > 1 { symbolBytes = Int(try reader.u16()) }
    guard symbolBytes > 0 else {
      throw DBNError(reader.offset, "expected symbols of 1 byte and more, found 0")
    }
    try reader.skip(version == 1 ? 47 : 53)
    let definition = Int(try reader.u32())
    try reader.skip(definition)
    func names() throws(DBNError) -> [String] {
      let count = Int(try reader.u32())
      try reader.need(count, each: symbolBytes)
      var names: [String] = []
      for _ in 0..<count { names.append(try reader.text(symbolBytes)) }
      return names
    }
    let symbols = try names()
    // Those that were found in part, or not at all.
    _ = try names()
    _ = try names()
    let count = Int(try reader.u32())
    try reader.need(count, each: symbolBytes + 4)
    var mappings: [Mapping] = []
    for _ in 0..<count {
      let raw = try reader.text(symbolBytes)
      let intervals = Int(try reader.u32())
      try reader.need(intervals, each: symbolBytes + 8)
      var mapping = Mapping(rawSymbol: raw, intervals: [])
      for _ in 0..<intervals {
        let start = try reader.u32()
        let end = try reader.u32()
        mapping.intervals.append(
          Mapping.Interval(start: start, end: end, symbol: try reader.text(symbolBytes)))
      }
      mappings.append(mapping)
    }
    self.init(
      version: version, dataset: dataset, schema: schema, start: start, end: end, limit: limit,
      symbolTypeIn: typeIn == .max ? nil : typeIn, symbolTypeOut: typeOut,
      hasSendTimes: hasSendTimes, symbols: symbols, mappings: mappings)
  }

  /// The bytes of a file of version 2 before its records.
  public var bytes: [UInt8] {
    var body: [UInt8] = []
    let symbolBytes = Self.symbolBytes(2)
    func text(_ text: String, _ count: Int) {
      // A zero ends it, so there is room for one byte less.
      let utf8 = text.utf8.prefix(count - 1)
      body += utf8
      body += [UInt8](repeating: 0, count: count - utf8.count)
    }
    func names(_ names: [String]) {
      body.appendWord(UInt32(names.count))
      for name in names { text(name, symbolBytes) }
    }
    text(dataset, 16)
    body.appendWord(schema?.rawValue ?? Self.absent)
    body.appendWord(start)
    body.appendWord(end)
    body.appendWord(limit)
    body += [symbolTypeIn ?? .max, symbolTypeOut, hasSendTimes ? 1 : 0]
    body.appendWord(UInt16(symbolBytes))
    body += [UInt8](repeating: 0, count: 53)
    body.appendWord(UInt32(0))
    names(symbols)
    names([])
    names([])
    body.appendWord(UInt32(mappings.count))
    for mapping in mappings {
      text(mapping.rawSymbol, symbolBytes)
      body.appendWord(UInt32(mapping.intervals.count))
      for interval in mapping.intervals {
        body.appendWord(interval.start)
        body.appendWord(interval.end)
        text(interval.symbol, symbolBytes)
      }
    }
    // Records begin at a multiple of 8.
    while (body.count + Self.prefixBytes) % 8 != 0 { body.append(0) }
    var bytes = Array("DBN".utf8) + [2]
    bytes.appendWord(UInt32(body.count))
    return bytes + body
  }
}
