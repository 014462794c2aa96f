internal import CPlatform

/// A growing area of bytes: what is written to a file, or was read from one.
///
/// Invariant: `base` has room for `capacity` bytes, of which the first `count` are initialised.
@safe
public struct ByteBuffer: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  public private(set) var count = 0

  public init(capacity: Int = 256) {
    self.capacity = max(capacity, 16)
    unsafe base = .allocate(byteCount: self.capacity, alignment: 8)
  }

  deinit { unsafe base.deallocate() }

  /// The bytes, until the buffer changes.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe: the first `count` bytes are initialised, and the span borrows the buffer.
      let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  public mutating func removeAll() { count = 0 }

  /// Cuts the buffer to its first bytes.
  public mutating func truncate(to length: Int) {
    precondition(length >= 0 && length <= count, "inside the buffer")
    count = length
  }

  /// Drops the first bytes.
  public mutating func removeFirst(_ dropped: Int) {
    precondition(dropped >= 0 && dropped <= count, "inside the buffer")
    count -= dropped
    // Safe: both ranges lie within the first `count` bytes; memmove allows them to overlap.
    unsafe base.copyMemory(from: base + dropped, byteCount: count)
  }

  /// Makes room for more bytes.
  public mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    capacity = max(count + more, capacity * 2)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    // Safe: the new area is larger, and the old one is freed once.
    unsafe larger.copyMemory(from: base, byteCount: count)
    unsafe base.deallocate()
    unsafe base = larger
  }

  public mutating func append(_ byte: UInt8) {
    reserve(1)
    // Safe: there is room for it.
    unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// Appends 8 bytes, little-endian.
  @inline(__always)
  public mutating func append(word: UInt64) {
    reserve(8)
    // Safe: there is room for it.
    unsafe base.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
    count &+= 8
  }

  /// Appends 4 bytes, little-endian.
  public mutating func append(half: UInt32) {
    reserve(4)
    // Safe: there is room for it.
    unsafe base.storeBytes(of: half.littleEndian, toByteOffset: count, as: UInt32.self)
    count &+= 4
  }

  /// Appends 7 bits a byte, lowest first; the high bit says that more follow.
  public mutating func append(varint value: UInt64) {
    var rest = value
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a text's length and its UTF-8 bytes.
  public mutating func append(text: String) {
    append(varint: UInt64(text.utf8.count))
    for byte in text.utf8 { append(byte) }
  }

  public mutating func append(_ bytes: RawSpan) {
    reserve(bytes.byteCount)
    // Safe: there is room, and a span never overlaps what this buffer alone owns while it changes.
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress, source.count > 0 {
        unsafe (base + count).copyMemory(from: start, byteCount: source.count)
      }
    }
    count &+= bytes.byteCount
  }

  public mutating func append(contentsOf other: borrowing ByteBuffer) {
    append(other.bytes)
  }

  public mutating func append(zeros more: Int) {
    reserve(more)
    // Safe: there is room for them.
    unsafe (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: more)
    count &+= more
  }

  /// Overwrites 4 bytes.
  public mutating func set(half: UInt32, at offset: Int) {
    precondition(offset >= 0 && offset <= count - 4, "inside the buffer")
    // Safe: checked above.
    unsafe base.storeBytes(of: half.littleEndian, toByteOffset: offset, as: UInt32.self)
  }

  /// Overwrites bytes.
  mutating func replace(at offset: Int, with bytes: RawSpan) {
    precondition(offset >= 0 && offset + bytes.byteCount <= count, "inside the buffer")
    // Safe: checked above; a span never overlaps what this buffer alone owns while it changes.
    unsafe bytes.withUnsafeBytes { source in
      if let start = source.baseAddress, source.count > 0 {
        unsafe (base + offset).copyMemory(from: start, byteCount: source.count)
      }
    }
  }

  /// Overwrites a byte.
  public mutating func set(_ byte: UInt8, at offset: Int) {
    precondition(offset >= 0 && offset < count, "inside the buffer")
    // Safe: checked above.
    unsafe base.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
  }

  /// Lets a system call or a library write behind the bytes; it says how many it wrote.
  @unsafe
  mutating func fill<Failure: Error>(
    atMost more: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    reserve(more)
    // Safe: there is room; what the body says it wrote is checked.
    let written = try unsafe body(UnsafeMutableRawBufferPointer(start: base + count, count: more))
    precondition(written >= 0 && written <= more, "within the room")
    count += written
  }
}

extension RawSpan {
  /// The CRC-32C of some of the bytes.
  func checksum(_ range: Range<Int>) -> UInt32 {
    let part = extracting(range)
    // Safe: the function only reads the bytes, during the call.
    return unsafe part.withUnsafeBytes { unsafe tw_crc32c(0, $0.baseAddress, UInt64($0.count)) }
  }

  /// A little-endian word; the caller has checked that it lies inside.
  @inline(__always)
  func word(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= byteCount - 8, "inside the bytes")
    // Safe: the bounds were checked; any bits are a UInt64.
    return unsafe UInt64(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  /// A little-endian half word; the caller has checked that it lies inside.
  func half(at offset: Int) -> UInt32 {
    precondition(offset >= 0 && offset <= byteCount - 4, "inside the bytes")
    // Safe: the bounds were checked; any bits are a UInt32.
    return unsafe UInt32(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
  }

  /// So many little-endian words, and one of zeros behind them; the caller has checked that they
  /// lie inside.
  func words(at offset: Int, count: Int) -> [UInt64] {
    let part = extracting(offset..<offset + count * 8)
    // Safe: both areas have room for `count` words; those and the one behind them are initialised.
    return unsafe part.withUnsafeBytes { source in
      unsafe Array(unsafeUninitializedCapacity: count + 1) { words, filled in
        let target = UnsafeMutableRawBufferPointer(words)
        unsafe target.copyMemory(from: source)
        for index in 0..<count { unsafe words[index] = UInt64(littleEndian: words[index]) }
        unsafe words.initializeElement(at: count, to: 0)
        filled = count + 1
      }
    }
  }

  /// A byte; the caller has checked that it lies inside.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
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
}

extension Span<UInt64> {
  /// The least and the greatest of some words, taken as signed numbers, and of their differences.
  var ranges: tw_ranges {
    precondition(!isEmpty, "some words")
    // Safe: words are numbers of the same size, and the function only reads them.
    return unsafe withUnsafeBufferPointer { words in
      unsafe words.withMemoryRebound(to: Int64.self) { numbers in
        unsafe tw_ranges_of(numbers.baseAddress, UInt64(numbers.count))
      }
    }
  }
}
