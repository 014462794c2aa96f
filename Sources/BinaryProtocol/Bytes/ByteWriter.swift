/// Little-endian fields appended to a byte array.
extension [UInt8] {
  mutating func appendInteger<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    var rest = value
    for _ in 0..<T.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  /// Text with a u16 length in front, cut at `limit` bytes on a character boundary.
  mutating func appendText(_ text: String, limit: Int = Int(UInt16.max)) {
    let utf8 = text.utf8
    guard utf8.count > limit else {
      appendInteger(UInt16(utf8.count))
      append(contentsOf: utf8)
      return
    }
    let cut = text.cut(toBytes: limit).utf8
    appendInteger(UInt16(cut.count))
    append(contentsOf: cut)
  }

  /// Writes a u32 over four bytes that are there already.
  mutating func patch(_ value: UInt32, at offset: Int) {
    for index in 0..<4 {
      self[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
    }
  }
}

extension String {
  /// The longest prefix of at most so many bytes that ends between two scalars.
  func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = utf8.index(utf8.startIndex, offsetBy: limit)
    while UTF8.isContinuation(utf8[end]) { end = utf8.index(before: end) }
    return String(self[..<end])
  }
}
