public import EngineCore

extension JournalWriter {
  /// Makes what was taken in survive the end of this process.
  ///
  /// When the disk is full or fails, the file is cut back to its last whole block, what was not
  /// written is kept, and the error is thrown.
  public func write(now: Timestamp) throws(JournalError) {
    try check()
    frame()
    guard output.count > 0 else { return }
    do throws(DiskError) {
      try definitions.write()
      try writeOutput()
    } catch {
      throw .disk(error)
    }
    if segment.end >= options.segmentBytes { try roll(now: now) }
  }

  private func writeOutput() throws(DiskError) {
    do throws(DiskError) {
      try segment.file.writeAll(output.bytes, at: segment.end)
    } catch {
      // Should this fail too, the next write begins at the same place, and readers and recovery
      // see by its checksum that the block is not whole.
      try? segment.file.truncate(to: segment.end)
      throw error
    }
    for (header, counts) in outputHeaders {
      segment.builder.add(header, at: segment.end)
      for kind in counts.indices where counts[kind] > 0 {
        segment.builder.count(kind: UInt8(kind), counts[kind])
      }
      segment.end += header.frameLength
      unsyncedEvents += header.isEvents ? header.facts.count : 0
    }
    outputHeaders.removeAll(keepingCapacity: true)
    output.removeAll()
    written = framed
  }

  /// Seals the segment and begins the next. Done by `write` when the segment is long enough.
  public func roll(now: Timestamp) throws(JournalError) {
    try check()
    try finishSync(now: now)
    guard segment.hasBlocks, output.count == 0, staging.count == 0 else { return }
    do throws(DiskError) {
      let next = try OpenSegment.create(
        disk, epoch: epoch, first: written + 1, now: now.nanoseconds)
      do throws(DiskError) {
        try definitions.sync()
        try segment.seal(now: now.nanoseconds)
      } catch {
        try? disk.remove(next.name)
        if error.operation == .sync { failure = "\(error)" }
        throw error
      }
      segment = next
      forgottenBytes = 0
    } catch {
      throw .disk(error)
    }
    noteSynced(now)
  }

  /// Throws away what was taken in and not written: recording goes on without it.
  ///
  /// - Returns: the first and last sequence of what is lost; nil when nothing waited.
  @discardableResult
  public func discardPending() -> ClosedRange<UInt64>? {
    output.removeAll()
    outputHeaders.removeAll(keepingCapacity: true)
    // Definitions are kept: later events need them.
    staging.removeAll()
    let lost = written < appended ? written + 1...appended : nil
    // The next block says that it comes after the last one on disk: readers are told the gap.
    framed = appended
    return lost
  }

  /// Writes and syncs all, and lets the journal go.
  public func close(now: Timestamp) throws(JournalError) {
    guard !isClosed else { return }
    try write(now: now)
    try sync(now: now)
    isClosed = true
    LockText.write(to: lock, disk: disk, isOpen: false)
  }
}
