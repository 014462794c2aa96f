public import EngineCore

/// Writes events as records: nearly a copy, with one word patched.
///
/// No call for events allocates, but for definitions, whose texts come from the catalog. All output
/// is appended within the room that the buffer has.
public struct RecordEncoder: Sendable {
  private let catalog: Catalog

  /// An encoder of events whose ids are those of a catalog.
  public init(catalog: Catalog) { self.catalog = catalog }

  /// Appends the record of one event; returns its bytes, or 0 when the buffer has no room for it.
  ///
  /// A definition that the catalog does not know has the text "?".
  public func append(_ event: Event, to output: inout OutputRawSpan) -> Int {
    if event.kindCode == RecordFormat.definitionKind {
      return append(bytes(of: event), to: &output)
    }
    let count = RecordFormat.bytes(of: event)
    guard output.freeCapacity >= count else { return 0 }
    // Safe: the room was checked; `store` writes `count` bytes.
    unsafe output.withUnsafeMutableBytes { buffer, filled in
      unsafe Self.store(event, count, at: buffer.baseAddress.unsafelyUnwrapped + filled)
      filled += count
    }
    return count
  }

  /// Appends records of `events` from `start` on until all are written or the room is used up;
  /// returns the index of the first that was not written.
  public func append(
    _ events: Span<Event>, from start: Int = 0, to output: inout OutputRawSpan
  ) -> Int {
    var index = start
    while index < events.count {
      index = Self.appendPlain(events, from: index, to: &output)
      guard index < events.count, events[index].kindCode == RecordFormat.definitionKind,
        append(bytes(of: events[index]), to: &output) > 0
      else { break }
      index += 1
    }
    return index
  }

  /// Appends bytes that are a record already; returns their count, or 0 when there is no room.
  public func append(_ record: [UInt8], to output: inout OutputRawSpan) -> Int {
    guard output.freeCapacity >= record.count else { return 0 }
    // Safe: the room was checked.
    unsafe output.withUnsafeMutableBytes { buffer, filled in
      let target = unsafe UnsafeMutableRawBufferPointer(
        rebasing: buffer[filled..<filled + record.count])
      unsafe target.copyBytes(from: record)
      filled += record.count
    }
    return record.count
  }

  /// Appends the record of one event to an array; returns its bytes.
  @discardableResult
  public func append(_ event: Event, to bytes: inout [UInt8]) -> Int {
    if event.kindCode == RecordFormat.definitionKind {
      let record = self.bytes(of: event)
      bytes.append(contentsOf: record)
      return record.count
    }
    let count = RecordFormat.bytes(of: event)
    bytes.append(addingCapacity: count) { output in
      // Safe: the closure has room for `count` bytes; `store` writes them all.
      unsafe output.withUnsafeMutableBufferPointer { buffer, filled in
        unsafe Self.store(event, count, at: UnsafeMutableRawPointer(buffer.baseAddress!) + filled)
        filled += count
      }
    }
    return count
  }

  private func bytes(of event: Event) -> [UInt8] {
    let definition = event.definition
    let record =
      DefinitionRecord(
        definition.namespace, id: definition.id, in: catalog, sequence: event.sequence)
      ?? DefinitionRecord(
        definition.namespace, id: definition.id, text: "?", sequence: event.sequence)
    return record.encoded
  }

  /// Everything up to the next definition.
  private static func appendPlain(
    _ events: Span<Event>, from start: Int, to output: inout OutputRawSpan
  ) -> Int {
    // Safe: every index is below the span's count, every store within the free room.
    unsafe output.withUnsafeMutableBytes { buffer, filled in
      guard let base = buffer.baseAddress else { return start }
      return unsafe events.withUnsafeBufferPointer { events in
        var index = start
        var offset = filled
        while index < events.count {
          let event = unsafe UnsafeRawPointer(events.baseAddress.unsafelyUnwrapped + index)
          let head = unsafe event.load(fromByteOffset: 8, as: UInt64.self)
          let kind = UInt8(truncatingIfNeeded: head)
          let count = RecordFormat.bytes(kind: kind, flags: UInt8(truncatingIfNeeded: head >> 8))
          if kind == RecordFormat.definitionKind || offset + count > buffer.count { break }
          unsafe store(event, kind, count, at: base + offset)
          offset += count
          index += 1
        }
        filled = offset
        return index
      }
    }
  }

  /// Writes the record of an event at an address with room for `count` bytes.
  @inline(__always)
  private static func store(_ event: Event, _ count: Int, at target: UnsafeMutableRawPointer) {
    // Safe: an event is 128 bytes.
    unsafe withUnsafeBytes(of: event) { source in
      unsafe store(source.baseAddress.unsafelyUnwrapped, event.kindCode, count, at: target)
    }
  }

  /// The same from the address of an event.
  @inline(__always)
  private static func store(
    _ event: UnsafeRawPointer, _ kind: UInt8, _ count: Int, at target: UnsafeMutableRawPointer
  ) {
    // Safe: an event is 128 bytes of plain words, of which `count` are copied.
    var head = unsafe event.loadUnaligned(as: SIMD8<UInt64>.self)
    let sequence = head[0]
    precondition(sequence < RecordFormat.sequenceLimit, "sequences are below 2^48")
    head[0] =
      (sequence | UInt64(count / 8) << 48 | UInt64(RecordFormat.version) << 56).littleEndian
    unsafe target.storeBytes(of: head, as: SIMD8<UInt64>.self)
    guard count > RecordFormat.shortBytes else { return }
    unsafe (target + 64).copyMemory(from: event + 64, byteCount: 64)
    // What a slot held before is nobody's business.
    let used = RecordFormat.usedBytes(longKind: kind)
    unsafe (target + used).initializeMemory(
      as: UInt8.self, repeating: 0, count: RecordFormat.longBytes - used)
  }
}
