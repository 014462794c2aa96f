public import EngineCore

/// Walks the records of a payload. Bounds, sizes, kinds and versions are checked; records of kinds
/// and versions that this code does not know are skipped.
///
/// After an error the decoder stays where the bad record is.
@safe
public struct RecordDecoder: ~Escapable {
  /// Why `events` returned.
  public enum Stop: Equatable, Sendable {
    /// All records were read.
    case end
    /// The buffer is full.
    case full
    /// A definition or position is next: `next` returns it.
    case other
  }

  private let bytes: RawSpan
  /// Where the next record begins.
  public private(set) var offset = 0
  /// Records that were skipped.
  public private(set) var skipped = 0
  /// Those among them that have a sequence.
  public private(set) var unknown = UnknownRecords()

  /// A decoder of whole records.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The next record that is known; nil at the end.
  public mutating func next() throws(RecordError) -> Record? {
    while offset < bytes.byteCount {
      let header = try self.header()
      let start = offset
      offset += header.size
      switch header.kind {
      case _ where header.version != RecordFormat.version: skip(header)
      case RecordFormat.definitionKind:
        do throws(RecordError) {
          return .definition(
            try DefinitionRecord(bytes.extracting(start..<offset), offset: start))
        } catch {
          offset = start
          throw error
        }
      case RecordFormat.positionKind:
        return .position(PositionRecord(bytes.extracting(start..<offset)))
      case _ where RecordFormat.isEvent(header.kind):
        return .event(event(at: start, header))
      default: skip(header)
      }
    }
    return nil
  }

  /// Reads events into a buffer from `start` on, until it is full, all is read, or a record comes
  /// that is no event; `count` is the end of what was filled.
  public mutating func events(
    into buffer: inout MutableSpan<Event>, from start: Int = 0
  ) throws(RecordError) -> (count: Int, stop: Stop) {
    precondition(start >= 0 && start <= buffer.count, "inside the buffer")
    var count = start
    let stop = try read(&buffer, &count)
    return (count, stop)
  }

  private mutating func read(
    _ buffer: inout MutableSpan<Event>, _ count: inout Int
  ) throws(RecordError) -> Stop {
    while true {
      offset = Self.readPlain(bytes, from: offset, into: &buffer, &count)
      guard offset < bytes.byteCount else { return .end }
      // What is next is no event, or not in order.
      let header = try self.header()
      if header.version == RecordFormat.version {
        if RecordFormat.isEvent(header.kind) { return .full }
        if header.kind == RecordFormat.definitionKind || header.kind == RecordFormat.positionKind {
          return .other
        }
      }
      skip(header)
      offset += header.size
    }
  }

  private mutating func skip(_ header: Header) {
    skipped += 1
    unknown.note(header.sequence)
  }

  /// Reads events as long as they follow each other and there is room; returns the offset of the
  /// first record that was not read.
  private static func readPlain(
    _ bytes: RawSpan, from start: Int, into buffer: inout MutableSpan<Event>, _ count: inout Int
  ) -> Int {
    // Safe: a record is read only when it lies whole inside the source and is not shorter than its
    // kind asks, and is written only below the count of slots, which are 128 bytes of plain words.
    unsafe bytes.withUnsafeBytes { source in
      unsafe buffer.withUnsafeMutableBufferPointer { slots in
        guard let from = source.baseAddress, let to = slots.baseAddress else { return start }
        var offset = start
        while count < slots.count, source.count - offset >= RecordFormat.shortBytes {
          let record = unsafe from + offset
          let first = unsafe UInt64(littleEndian: record.loadUnaligned(as: UInt64.self))
          let second = unsafe UInt64(
            littleEndian: record.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
          let kind = UInt8(truncatingIfNeeded: second)
          let size = Int(UInt8(truncatingIfNeeded: first >> 48)) * 8
          let least = RecordFormat.bytes(kind: kind, flags: UInt8(truncatingIfNeeded: second >> 8))
          guard first >> 56 == UInt64(RecordFormat.version), RecordFormat.isEvent(kind),
            size >= least, size <= source.count - offset
          else { break }
          unsafe fill(UnsafeMutableRawPointer(to + count), from: record, kind, least)
          count += 1
          offset += size
        }
        return offset
      }
    }
  }

  /// `events` without a throw: what was filled before an error counts.
  mutating func fill(
    _ buffer: inout MutableSpan<Event>, from start: Int
  ) -> (count: Int, stop: Stop, failure: RecordError?) {
    var count = start
    do throws(RecordError) {
      let stop = try read(&buffer, &count)
      return (count, stop, nil)
    } catch {
      return (count, .end, error)
    }
  }

  private struct Header {
    var sequence: UInt64
    var size: Int
    var version: UInt8
    var kind: UInt8
    var flags: UInt8
  }

  /// The header at `offset`, checked so that the whole record is inside the bytes.
  @inline(__always)
  private func header() throws(RecordError) -> Header {
    let left = bytes.byteCount - offset
    guard left >= RecordFormat.headerBytes else {
      throw .truncated(offset: offset, expected: RecordFormat.headerBytes, found: left)
    }
    let first = bytes.word(at: offset)
    let second = bytes.word(at: offset + 8)
    let header = Header(
      sequence: first & (RecordFormat.sequenceLimit - 1),
      size: Int(UInt8(truncatingIfNeeded: first >> 48)) * 8,
      version: UInt8(truncatingIfNeeded: first >> 56),
      kind: UInt8(truncatingIfNeeded: second), flags: UInt8(truncatingIfNeeded: second >> 8))
    guard header.kind != 0 else { throw .noKind(offset: offset) }
    let least = least(header)
    guard header.size >= least else {
      throw .size(offset: offset, kind: header.kind, expected: least, found: header.size)
    }
    guard header.size <= left else {
      throw .truncated(offset: offset, expected: header.size, found: left)
    }
    return header
  }

  @inline(__always)
  private func least(_ header: Header) -> Int {
    guard header.version == RecordFormat.version else { return RecordFormat.headerBytes }
    if RecordFormat.isEvent(header.kind) {
      return RecordFormat.bytes(kind: header.kind, flags: header.flags)
    }
    return header.kind == RecordFormat.definitionKind || header.kind == RecordFormat.positionKind
      ? RecordFormat.shortBytes : RecordFormat.headerBytes
  }

  /// The event of the record at `start`, which `header` found whole.
  private func event(at start: Int, _ header: Header) -> Event {
    var event = Event()
    let least = RecordFormat.bytes(kind: header.kind, flags: header.flags)
    // Safe: the record has at least `least` bytes from `start` on, and an event is 128 bytes.
    unsafe bytes.withUnsafeBytes { source in
      unsafe withUnsafeMutableBytes(of: &event) { target in
        unsafe Self.fill(
          target.baseAddress.unsafelyUnwrapped,
          from: source.baseAddress.unsafelyUnwrapped + start, header.kind, least)
      }
    }
    return event
  }

  /// Writes the 128 bytes of an event from the `least` bytes of a record of its kind: its words as
  /// they are, the sequence without size and version, zeros for what the kind does not use.
  @inline(__always)
  private static func fill(
    _ target: UnsafeMutableRawPointer, from record: UnsafeRawPointer, _ kind: UInt8, _ least: Int
  ) {
    // Safe: the callers checked both ends; any bits are such words.
    var head = unsafe record.loadUnaligned(as: SIMD8<UInt64>.self)
    head[0] = (UInt64(littleEndian: head[0]) & (RecordFormat.sequenceLimit - 1)).littleEndian
    unsafe target.storeBytes(of: head, as: SIMD8<UInt64>.self)
    if least == RecordFormat.shortBytes {
      unsafe target.storeBytes(
        of: SIMD8<UInt64>(repeating: 0), toByteOffset: 64, as: SIMD8<UInt64>.self)
    } else {
      unsafe (target + 64).copyMemory(from: record + 64, byteCount: 64)
      let used = RecordFormat.usedBytes(longKind: kind)
      unsafe (target + used).initializeMemory(
        as: UInt8.self, repeating: 0, count: RecordFormat.longBytes - used)
    }
  }
}
