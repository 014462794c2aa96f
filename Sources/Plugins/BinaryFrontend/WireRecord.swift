internal import BinaryProtocol
internal import EngineCore

/// Header fields of records that this process has written itself.
enum WireRecord {
  static func sequence(_ span: RawSpan, at offset: Int) -> UInt64 {
    span.word(at: offset) & (RecordFormat.sequenceLimit - 1)
  }

  static func byteCount(_ span: RawSpan, at offset: Int) -> Int {
    Int(UInt8(truncatingIfNeeded: span.word(at: offset) >> 48)) * 8
  }

  static func kindCode(_ span: RawSpan, at offset: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: span.word(at: offset + 8))
  }

  /// An event with the record's kind, scope and instrument, to ask filters with.
  static func outline(_ span: RawSpan, at offset: Int) -> Event? {
    let head = span.word(at: offset + 8)
    guard let kind = EventKind(rawValue: UInt8(truncatingIfNeeded: head)) else { return nil }
    return Event(
      kind: kind, scope: UInt16(truncatingIfNeeded: head >> 16),
      instrument: InstrumentID(UInt32(truncatingIfNeeded: head >> 32)))
  }
}
