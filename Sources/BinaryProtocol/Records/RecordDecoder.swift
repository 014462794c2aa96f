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
      case _ where header.version != RecordFormat.version: skipped += 1
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
      default: skipped += 1
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
    while offset < bytes.byteCount {
      let header = try self.header()
      if header.version == RecordFormat.version {
        if RecordFormat.isEvent(header.kind) {
          guard count < buffer.count else { return .full }
          // Safe: `count` is below the buffer's count.
          unsafe buffer.withUnsafeMutableBufferPointer { slots in
            unsafe load(at: offset, header, into: &slots[count])
          }
          count += 1
          offset += header.size
          continue
        }
        if header.kind == RecordFormat.definitionKind || header.kind == RecordFormat.positionKind {
          return .other
        }
      }
      skipped += 1
      offset += header.size
    }
    return .end
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

  private func event(at start: Int, _ header: Header) -> Event {
    var event = Event()
    load(at: start, header, into: &event)
    return event
  }

  /// Fills an event from the record at `start`, which `header` found whole.
  @inline(__always)
  private func load(at start: Int, _ header: Header, into event: inout Event) {
    let count = RecordFormat.bytes(kind: header.kind, flags: header.flags)
    // Safe: the record has at least `count` bytes from `start` on, an event is 128 bytes of plain
    // words, and any bits are such words; its kind was checked to be one.
    unsafe bytes.withUnsafeBytes { source in
      unsafe withUnsafeMutableBytes(of: &event) { target in
        let from = unsafe source.baseAddress.unsafelyUnwrapped + start
        let to = unsafe target.baseAddress.unsafelyUnwrapped
        if count == RecordFormat.shortBytes {
          unsafe to.copyMemory(from: from, byteCount: RecordFormat.shortBytes)
          unsafe (to + 64).initializeMemory(as: UInt8.self, repeating: 0, count: 64)
        } else {
          unsafe to.copyMemory(from: from, byteCount: RecordFormat.longBytes)
        }
      }
    }
    event.sequence &= RecordFormat.sequenceLimit - 1
  }
}
