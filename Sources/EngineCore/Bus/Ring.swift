public import CPlatform
public import Synchronization

/// The slots of the bus: a power of two of 128-byte events, addressed by sequence.
///
/// Invariant: a slot is written only by the thread that claimed its sequence, and only after every
/// gating cursor has passed the slot's previous content. Words are stored with relaxed atomics, so
/// that a reader that does not gate may copy a slot while it is overwritten and throw the copy away
/// (`Subscription` checks the claim afterwards); a gating reader reads in place, ordered by the
/// published sequence.
@usableFromInline
@safe struct Ring: ~Copyable, @unchecked Sendable {
  @usableFromInline let capacity: Int
  @usableFromInline let mask: UInt64
  @usableFromInline let slots: UnsafeMutablePointer<Event>

  private static var largePage: Int { 2 << 20 }
  /// How far ahead of the sequence that is written the slots are fetched: readers had them last.
  @usableFromInline static var prefetchDistance: UInt64 { 32 }

  init(capacity: Int) {
    precondition(capacity > 1 && capacity & (capacity - 1) == 0, "capacity is a power of two")
    self.capacity = capacity
    mask = UInt64(capacity - 1)
    let byteCount = capacity * MemoryLayout<Event>.stride
    let isLarge = byteCount >= Self.largePage
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: isLarge ? Self.largePage : 4096)
    // Safe: our own allocation. A ring on small pages misses in the address caches at each page.
    if isLarge { unsafe tw_prefer_large_pages(bytes, UInt64(byteCount)) }
    // Not initialised on purpose: a slot is read only after it was written, and untouched pages
    // of a quiet engine cost no memory.
    unsafe slots = bytes.bindMemory(to: Event.self, capacity: capacity)
  }

  deinit {
    unsafe UnsafeMutableRawPointer(slots).deallocate()
  }

  /// Stores an event in the slot of `sequence`.
  @inlinable @inline(__always)
  func store(_ event: Event, at sequence: UInt64) {
    // Safe: masking keeps the index inside the allocation; Atomic<UInt64> has the layout of a word.
    let words = unsafe UnsafeMutableRawPointer(slots + Int(truncatingIfNeeded: sequence & mask))
      .assumingMemoryBound(to: Atomic<UInt64>.self)
    unsafe words[0].store(sequence, ordering: .relaxed)
    unsafe words[1].store(event.head, ordering: .relaxed)
    unsafe words[2].store(event.w2, ordering: .relaxed)
    unsafe words[3].store(event.w3, ordering: .relaxed)
    unsafe words[4].store(event.w4, ordering: .relaxed)
    unsafe words[5].store(event.w5, ordering: .relaxed)
    unsafe words[6].store(event.w6, ordering: .relaxed)
    unsafe words[7].store(event.w7, ordering: .relaxed)
    if !event.isShort {
      unsafe words[8].store(event.w8, ordering: .relaxed)
      unsafe words[9].store(event.w9, ordering: .relaxed)
      unsafe words[10].store(event.w10, ordering: .relaxed)
      unsafe words[11].store(event.w11, ordering: .relaxed)
      unsafe words[12].store(event.w12, ordering: .relaxed)
      unsafe words[13].store(event.w13, ordering: .relaxed)
      unsafe words[14].store(event.w14, ordering: .relaxed)
      unsafe words[15].store(event.w15, ordering: .relaxed)
    }
    prefetch(sequence &+ Self.prefetchDistance)
  }

  /// Stores the first `count` of the events in the slots from `sequence` on.
  @inlinable
  func store(_ events: Span<Event>, count: Int, from sequence: UInt64) {
    precondition(count <= events.count)
    // Safe: used below up to `count`, and not kept.
    unsafe events.withUnsafeBufferPointer { buffer in
      guard var source = buffer.baseAddress else { return }
      var next = sequence
      let end = sequence &+ UInt64(truncatingIfNeeded: count)
      while next != end {
        unsafe copy(from: source, to: next)
        unsafe source += 1
        next &+= 1
      }
    }
  }

  /// Word by word from memory to memory: of a short event the second line is not even read.
  @inlinable @inline(__always)
  func copy(from event: UnsafePointer<Event>, to sequence: UInt64) {
    // Safe: as in `store`; an event is sixteen words.
    let source = unsafe UnsafeRawPointer(event).assumingMemoryBound(to: UInt64.self)
    let words = unsafe UnsafeMutableRawPointer(slots + Int(truncatingIfNeeded: sequence & mask))
      .assumingMemoryBound(to: Atomic<UInt64>.self)
    let head = unsafe source[1]
    unsafe words[0].store(sequence, ordering: .relaxed)
    unsafe words[1].store(head, ordering: .relaxed)
    unsafe words[2].store(source[2], ordering: .relaxed)
    unsafe words[3].store(source[3], ordering: .relaxed)
    unsafe words[4].store(source[4], ordering: .relaxed)
    unsafe words[5].store(source[5], ordering: .relaxed)
    unsafe words[6].store(source[6], ordering: .relaxed)
    unsafe words[7].store(source[7], ordering: .relaxed)
    if !Event.isShort(kindCode: UInt8(truncatingIfNeeded: head)) {
      unsafe words[8].store(source[8], ordering: .relaxed)
      unsafe words[9].store(source[9], ordering: .relaxed)
      unsafe words[10].store(source[10], ordering: .relaxed)
      unsafe words[11].store(source[11], ordering: .relaxed)
      unsafe words[12].store(source[12], ordering: .relaxed)
      unsafe words[13].store(source[13], ordering: .relaxed)
      unsafe words[14].store(source[14], ordering: .relaxed)
      unsafe words[15].store(source[15], ordering: .relaxed)
    }
    prefetch(sequence &+ Self.prefetchDistance)
  }

  @inlinable @inline(__always)
  func prefetch(_ sequence: UInt64) {
    // Safe: inside the allocation by the mask, and nothing is accessed.
    unsafe tw_prefetch_write(slots + Int(truncatingIfNeeded: sequence & mask))
  }

  /// The head word of a slot that may be overwritten at the same time.
  @inlinable
  func head(at sequence: UInt64) -> UInt64 {
    // Safe: as in `store`.
    let words = unsafe UnsafeMutableRawPointer(slots + Int(truncatingIfNeeded: sequence & mask))
      .assumingMemoryBound(to: Atomic<UInt64>.self)
    return unsafe words[1].load(ordering: .relaxed)
  }

  /// A copy of a slot that may be overwritten at the same time: torn if it was.
  @inlinable
  func copy(at sequence: UInt64) -> Event {
    // Safe: as in `store`.
    let words = unsafe UnsafeMutableRawPointer(slots + Int(truncatingIfNeeded: sequence & mask))
      .assumingMemoryBound(to: Atomic<UInt64>.self)
    var event = Event()
    event.sequence = unsafe words[0].load(ordering: .relaxed)
    event.head = unsafe words[1].load(ordering: .relaxed)
    event.w2 = unsafe words[2].load(ordering: .relaxed)
    event.w3 = unsafe words[3].load(ordering: .relaxed)
    event.w4 = unsafe words[4].load(ordering: .relaxed)
    event.w5 = unsafe words[5].load(ordering: .relaxed)
    event.w6 = unsafe words[6].load(ordering: .relaxed)
    event.w7 = unsafe words[7].load(ordering: .relaxed)
    if event.isShort { return event }
    event.w8 = unsafe words[8].load(ordering: .relaxed)
    event.w9 = unsafe words[9].load(ordering: .relaxed)
    event.w10 = unsafe words[10].load(ordering: .relaxed)
    event.w11 = unsafe words[11].load(ordering: .relaxed)
    event.w12 = unsafe words[12].load(ordering: .relaxed)
    event.w13 = unsafe words[13].load(ordering: .relaxed)
    event.w14 = unsafe words[14].load(ordering: .relaxed)
    event.w15 = unsafe words[15].load(ordering: .relaxed)
    return event
  }

  /// Slots of consecutive sequences that do not wrap, in place. Only for gating readers, and only
  /// for published sequences that their cursor has not passed: that, not the type system, is what
  /// keeps the span valid, so it goes no further than the call that a reader makes with it.
  @inlinable
  @_lifetime(immortal)
  func span(from sequence: UInt64, count: Int) -> Span<Event> {
    let index = Int(truncatingIfNeeded: sequence & mask)
    precondition(index + count <= capacity)
    // Safe: inside the allocation by the check above; not overwritten while the cursor gates.
    let buffer = unsafe UnsafeBufferPointer(start: slots + index, count: count)
    let span = unsafe buffer.span
    return unsafe _overrideLifetime(span, borrowing: ())
  }

  /// How many slots from `sequence` on lie before the end of the allocation.
  @inlinable
  func contiguous(from sequence: UInt64) -> Int {
    capacity - Int(truncatingIfNeeded: sequence & mask)
  }
}
