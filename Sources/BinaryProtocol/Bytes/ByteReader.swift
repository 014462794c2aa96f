/// Reads little-endian fields from a slice; every read is checked against its end.
struct ByteReader {
  /// Why a read failed, before it is known of which frame.
  enum Fault: Error {
    case truncated
    case badText
  }

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  init(_ bytes: [UInt8]) { self.init(bytes, range: 0..<bytes.count) }

  var remaining: Int { end - position }

  mutating func integer<T: FixedWidthInteger & UnsignedInteger>(
    _ type: T.Type = T.self
  ) throws(Fault) -> T {
    let width = T.bitWidth / 8
    guard remaining >= width else { throw .truncated }
    var value: T = 0
    for index in stride(from: width - 1, through: 0, by: -1) {
      value = (value << 8) | T(truncatingIfNeeded: bytes[position + index])
    }
    position += width
    return value
  }

  mutating func take(_ count: Int) throws(Fault) -> [UInt8] {
    guard remaining >= count else { throw .truncated }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// Text with a u16 length in front.
  mutating func text() throws(Fault) -> String {
    let count = Int(try integer(UInt16.self))
    guard remaining >= count else { throw .truncated }
    defer { position += count }
    guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
      throw .badText
    }
    return text
  }

  mutating func rest() -> [UInt8] {
    defer { position = end }
    return Array(bytes[position..<end])
  }
}
