/// Loads from raw bytes, and arrays of bytes as raw bytes.
extension RawSpan {
  /// A little-endian word at any offset inside the span.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= byteCount - 8, "inside the bytes")
    // Safe: the bounds were checked; any bits are a UInt64.
    return unsafe UInt64(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// A byte.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount, "inside the bytes")
    // Safe: the bounds were checked; any bits are a UInt8.
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// A copy of all bytes.
  package func copy() -> [UInt8] {
    // Safe: the buffer is read within the closure only.
    unsafe withUnsafeBytes { unsafe Array($0) }
  }
}

extension [UInt8] {
  /// The array's bytes, without a copy.
  var raw: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe: bytes have no padding, and the lifetime stays that of the array.
      let raw = unsafe span.bytes
      return unsafe _overrideLifetime(raw, borrowing: self)
    }
  }

  /// Appends all bytes of a span.
  mutating func append(_ bytes: RawSpan) {
    // Safe: the buffer is read within the closure only.
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
