import EngineCore

extension DefinitionRecord {
  static let longTextMax = 512
  static let venueMax = 256
  static let shortTextMax = 64
  static let cutFlag: UInt8 = 1

  private func fields() -> [(text: String, limit: Int)] {
    guard let instrument else { return [(text, Self.longTextMax)] }
    return [
      (text, Self.longTextMax), (instrument.symbol, Self.longTextMax),
      (instrument.venue ?? "", Self.venueMax), (instrument.currency ?? "", Self.shortTextMax),
      (instrument.calendar ?? "", Self.shortTextMax), (instrument.name ?? "", Self.longTextMax),
    ]
  }

  /// The record's bytes: a multiple of 64, at most 1,984.
  public var encoded: [UInt8] {
    precondition(sequence < RecordFormat.sequenceLimit, "sequences are below 2^48")
    var bytes: [UInt8] = []
    bytes.appendInteger(UInt64(0))
    bytes.appendInteger(
      UInt64(RecordFormat.definitionKind)
        | (namespace == .instrument ? UInt64(id) << 32 : 0))
    bytes.appendInteger(id)
    bytes.append(namespace.rawValue)
    bytes.append(UInt8(clamping: instrument?.pricePrecision ?? 0))
    bytes.append(UInt8(clamping: instrument?.sizePrecision ?? 0))
    bytes.append(0)
    bytes.appendInteger(UInt64(bitPattern: instrument.map(Self.increment) ?? 0))
    var isCut = isCut
    for field in fields() {
      if field.text.utf8.count > field.limit { isCut = true }
      bytes.appendText(field.text, limit: field.limit)
    }
    if isCut { bytes[9] = Self.cutFlag }
    let rest = bytes.count % RecordFormat.shortBytes
    if rest > 0 {
      bytes.append(contentsOf: repeatElement(0, count: RecordFormat.shortBytes - rest))
    }
    let first = sequence | UInt64(bytes.count / 8) << 48 | UInt64(RecordFormat.version) << 56
    for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: first >> UInt64(8 * index)) }
    return bytes
  }

  private static func increment(of instrument: Instrument) -> Int64 {
    (instrument.increment ?? .undefined).raw
  }

  /// Reads a record whose size was checked; `offset` is its place in the frame, for errors.
  init(_ bytes: RawSpan, offset: Int) throws(RecordError) {
    sequence = bytes.word(at: 0) & (RecordFormat.sequenceLimit - 1)
    isCut = bytes.byte(at: 9) & Self.cutFlag != 0
    id = bytes.half(at: 16)
    guard let namespace = DefinitionNamespace(rawValue: bytes.byte(at: 20)) else {
      throw .namespace(offset: offset, found: bytes.byte(at: 20))
    }
    self.namespace = namespace
    instrument = nil
    var reader = ByteReader(bytes.copy(32..<bytes.byteCount))
    do {
      text = try reader.text()
      guard namespace == .instrument else { return }
      var instrument = Instrument(
        symbol: try reader.text(), pricePrecision: Int(bytes.byte(at: 21)),
        sizePrecision: Int(bytes.byte(at: 22)))
      let increment = Price(raw: Int64(bitPattern: bytes.word(at: 24)))
      instrument.increment = increment.isDefined ? increment : nil
      instrument.venue = try Self.optional(&reader)
      instrument.currency = try Self.optional(&reader)
      instrument.calendar = try Self.optional(&reader)
      instrument.name = try Self.optional(&reader)
      self.instrument = instrument
    } catch {
      throw .text(offset: offset)
    }
  }

  private static func optional(_ reader: inout ByteReader) throws(ByteReader.Fault) -> String? {
    let text = try reader.text()
    return text.isEmpty ? nil : text
  }
}
