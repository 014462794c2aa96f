extension RawSpan {
  /// A little-endian word at any offset inside the span.
  @inlinable
  public func word(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= byteCount - 8, "inside the bytes")
    // Safe: the bounds were checked; any bits are a UInt64.
    return unsafe UInt64(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// A little-endian half word at any offset inside the span.
  @inlinable
  public func half(at offset: Int) -> UInt32 {
    precondition(offset >= 0 && offset <= byteCount - 4, "inside the bytes")
    // Safe: the bounds were checked; any bits are a UInt32.
    return unsafe UInt32(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
  }

  /// A byte.
  @inlinable
  public func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount, "inside the bytes")
    // Safe: the bounds were checked; any bits are a UInt8.
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// A copy of some of the bytes.
  func copy(_ range: Range<Int>) -> [UInt8] {
    let part = extracting(range)
    // Safe: the buffer is read within the closure only.
    return unsafe part.withUnsafeBytes { unsafe Array($0) }
  }

  /// A copy of all bytes.
  func copy() -> [UInt8] { copy(0..<byteCount) }
}

extension [UInt8] {
  /// The array's bytes, without a copy.
  public var raw: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe: bytes have no padding, and the lifetime stays that of the array.
      let raw = unsafe span.bytes
      return unsafe _overrideLifetime(raw, borrowing: self)
    }
  }

  /// Appends some of the bytes of a span.
  mutating func append(_ bytes: RawSpan, _ range: Range<Int>) {
    let part = bytes.extracting(range)
    // Safe: the buffer is read within the closure only.
    unsafe part.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}

extension [UInt64] {
  /// The words' bytes as they are in memory.
  package var bytes: [UInt8] {
    // Safe: words have no padding, and the buffer is read within the closure only.
    unsafe withUnsafeBytes { unsafe Array<UInt8>($0) }
  }
}
