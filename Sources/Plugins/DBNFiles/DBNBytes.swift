/// Reads little-endian words one after the other, and never beyond the end.
struct DBNBytes {
  private let bytes: [UInt8]
  private(set) var offset: Int

  init(_ bytes: [UInt8], at offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  /// Checks that so many things can be there, before any memory is taken for them.
  func need(_ count: Int, each size: Int) throws(DBNError) {
    guard count <= (bytes.count - offset) / max(size, 1) else {
      throw DBNError(offset, "expected \(count) entries of \(size) bytes, found the end")
    }
  }

  mutating func skip(_ count: Int) throws(DBNError) {
    try need(count, each: 1)
    offset += count
  }

  private mutating func word(_ count: Int) throws(DBNError) -> UInt64 {
    try need(count, each: 1)
    var word: UInt64 = 0
    for place in 0..<count { word |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
    offset += count
    return word
  }

  mutating func u8() throws(DBNError) -> UInt8 { UInt8(try word(1)) }
  mutating func u16() throws(DBNError) -> UInt16 { UInt16(try word(2)) }
  mutating func u32() throws(DBNError) -> UInt32 { UInt32(try word(4)) }
  mutating func u64() throws(DBNError) -> UInt64 { try word(8) }
  mutating func i64() throws(DBNError) -> Int64 { Int64(bitPattern: try word(8)) }

  /// A text that ends with a zero, in a field of so many bytes.
  mutating func text(_ count: Int) throws(DBNError) -> String {
    try need(count, each: 1)
    let field = bytes[offset..<offset + count]
    offset += count
    return String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Appends a little-endian word.
  mutating func appendWord(_ word: some FixedWidthInteger) {
    for shift in stride(from: 0, to: word.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }
}
