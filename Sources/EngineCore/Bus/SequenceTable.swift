public import Synchronization

/// Sequences that threads tell each other, each on cache lines of its own: what is published, what
/// is claimed, and one cursor a reader.
///
/// Invariant: the table lives as long as its bus, which every reader and publisher keeps alive, so
/// a `SequenceCell` never dangles while its owner uses it.
@usableFromInline
@safe struct SequenceTable: ~Copyable, @unchecked Sendable {
  @usableFromInline let count: Int
  @usableFromInline let base: UnsafeMutableRawPointer
  /// Two lines: the processor fetches them in pairs.
  @usableFromInline static var stride: Int { 128 }
  private static var wordsPerLine: Int { 8 }

  init(count: Int) {
    self.count = count
    unsafe base = UnsafeMutableRawPointer.allocate(
      byteCount: count * Self.stride, alignment: 4096)
    for index in 0..<count {
      unsafe (base + index * Self.stride).initializeMemory(
        as: UInt64.self, repeating: 0, count: Self.wordsPerLine)
    }
  }

  deinit { unsafe base.deallocate() }

  @usableFromInline subscript(index: Int) -> SequenceCell { self[index, word: 0] }

  /// Another word on the line of a sequence, for what the same threads use at the same time.
  subscript(index: Int, word word: Int) -> SequenceCell {
    precondition(index >= 0 && index < count && word >= 0 && word < Self.wordsPerLine)
    // Safe: inside the allocation; Atomic<UInt64> has the layout of a word.
    return unsafe SequenceCell(
      (base + index * Self.stride + word * MemoryLayout<UInt64>.stride)
        .assumingMemoryBound(to: Atomic<UInt64>.self))
  }
}

/// One sequence of a `SequenceTable`.
@usableFromInline
@safe struct SequenceCell: @unchecked Sendable {
  @usableFromInline let pointer: UnsafeMutablePointer<Atomic<UInt64>>

  init(_ pointer: UnsafeMutablePointer<Atomic<UInt64>>) { unsafe self.pointer = pointer }

  @inlinable func acquire() -> UInt64 {
    // Safe: the table outlives its cells, see there.
    unsafe pointer.pointee.load(ordering: .acquiring)
  }

  @inlinable func relaxed() -> UInt64 {
    // Safe: as above.
    unsafe pointer.pointee.load(ordering: .relaxed)
  }

  @inlinable func release(_ value: UInt64) {
    // Safe: as above.
    unsafe pointer.pointee.store(value, ordering: .releasing)
  }

  @inlinable func storeRelaxed(_ value: UInt64) {
    // Safe: as above.
    unsafe pointer.pointee.store(value, ordering: .relaxed)
  }

  /// Takes or tries a lock that is 0 when free.
  @inlinable func tryLock() -> Bool {
    // Safe: as above.
    unsafe pointer.pointee.compareExchange(
      expected: 0, desired: 1, successOrdering: .acquiring, failureOrdering: .relaxed
    ).exchanged
  }
}
