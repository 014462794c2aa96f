/// What is wrong with bytes whose checksum is right: another program made them, or a bug.
struct BodyFault: Error, Equatable {
  var reason: String
  /// Set when the bytes could not be had at all.
  var diskError: DiskError?

  init(reason: String) { self.reason = reason }

  init(_ error: DiskError) {
    reason = error.reason
    diskError = error
  }
}

/// Reads values from front to back; never outside the bytes.
struct BodyReader: ~Escapable {
  let bytes: RawSpan
  private(set) var offset: Int

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  var remaining: Int { bytes.byteCount - offset }

  mutating func skip(_ count: Int) throws(BodyFault) {
    guard count >= 0, count <= remaining else {
      throw BodyFault(reason: "it ends after \(bytes.byteCount) bytes")
    }
    offset += count
  }

  mutating func byte() throws(BodyFault) -> UInt8 {
    let start = offset
    try skip(1)
    return bytes.byte(at: start)
  }

  mutating func half() throws(BodyFault) -> UInt32 {
    let start = offset
    try skip(4)
    return bytes.half(at: start)
  }

  mutating func word() throws(BodyFault) -> UInt64 {
    let start = offset
    try skip(8)
    return bytes.word(at: start)
  }

  mutating func varint() throws(BodyFault) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try byte()
      if shift == 63, byte > 1 { throw BodyFault(reason: "a number of more than 64 bits") }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift > 63 { throw BodyFault(reason: "a number of more than 64 bits") }
    }
  }

  /// A number that is a count or a length of at most `limit`.
  mutating func count(atMost limit: Int) throws(BodyFault) -> Int {
    let value = try varint()
    guard value <= UInt64(limit) else {
      throw BodyFault(reason: "a count of \(value), at most \(limit)")
    }
    return Int(value)
  }

  mutating func text() throws(BodyFault) -> String {
    let length = try count(atMost: remaining)
    let start = offset
    try skip(length)
    return String(decoding: bytes.copy(start..<start + length), as: UTF8.self)
  }
}

/// Signed numbers near zero as small unsigned ones.
enum Zigzag {
  @inline(__always)
  static func fold(_ value: UInt64) -> UInt64 {
    value << 1 ^ UInt64(bitPattern: Int64(bitPattern: value) >> 63)
  }

  @inline(__always)
  static func unfold(_ value: UInt64) -> UInt64 { value >> 1 ^ (0 &- (value & 1)) }
}
