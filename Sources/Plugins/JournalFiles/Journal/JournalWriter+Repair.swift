public import EngineCore

extension JournalWriter {
  /// Writes the events since the last good sync once more, into a file that no failed sync has
  /// touched, and syncs them; then the writer works again.
  ///
  /// After a failed sync the system holds the pages, but may never write them: what is read back is
  /// what was meant, and its checksums say whether it still is. When it is not, or the disk fails
  /// again, the error is thrown and the writer stays as it is.
  public func repair(now: Timestamp) throws(JournalError) {
    guard failure != nil else { return }
    if isClosed { throw .closed }
    do throws(DiskError) {
      try definitions.rewrite()
      let old = segment
      let tail = try unsyncedTail(old)
      let first = synced + 1
      let next = try rewrite(tail, first: first, now: now)
      if next.name != old.name {
        try old.file.truncate(to: syncedBytes)
        try sealOld(old, now)
      }
      segment = next
      forgottenBytes = 0
    } catch {
      failure = "\(error)"
      throw .disk(error)
    }
    failure = nil
    noteSynced(now)
  }

  private func unsyncedTail(_ old: OpenSegment) throws(DiskError) -> ByteBuffer {
    var tail = ByteBuffer(capacity: old.end - syncedBytes)
    let count = try old.file.read(at: syncedBytes, count: old.end - syncedBytes, into: &tail)
    var offset = 0
    while offset < count {
      guard let header = BlockHeader(tail.bytes, at: offset),
        offset + header.frameLength <= count,
        tail.bytes.checksum(offset + BlockHeader.length..<offset + header.frameLength)
          == header.bodyChecksum
      else {
        throw DiskError(
          .read, file: old.name, code: 0,
          reason: "what was written at byte \(syncedBytes + offset) cannot be read back")
      }
      offset += header.frameLength
    }
    return tail
  }

  /// Makes a segment of the tail. It may take the place of the old one, when that held nothing
  /// else.
  private func rewrite(
    _ tail: borrowing ByteBuffer, first: UInt64, now: Timestamp
  ) throws(DiskError) -> OpenSegment {
    let name = FileName.segment(first)
    let temporary = name + FileName.unfinishedSuffix
    let file = try disk.open(temporary, .creating)
    var content = ByteBuffer(capacity: tail.count + SegmentHeader.length)
    SegmentHeader(content: .events, epoch: epoch, first: first, created: now.nanoseconds)
      .append(to: &content)
    content.append(tail.bytes)
    do throws(DiskError) {
      try file.writeAll(content.bytes, at: 0)
      try file.sync()
      try disk.rename(temporary, to: name)
      try disk.syncNames()
    } catch {
      try? disk.remove(temporary)
      throw error
    }
    var builder = IndexBuilder(previous: first - 1)
    var counter = KindCounter()
    var offset = SegmentHeader.length
    while let header = BlockHeader(content.bytes, at: offset) {
      builder.add(header, at: offset)
      let body = offset + BlockHeader.length..<offset + header.frameLength
      if header.isEvents {
        counter.count(content.bytes.extracting(body), header: header, in: &builder)
      }
      offset += header.frameLength
    }
    return OpenSegment(file: file, name: name, end: content.count, builder: builder)
  }

  private func sealOld(_ old: OpenSegment, _ now: Timestamp) throws(DiskError) {
    let segmentFile: SegmentFile
    let scan: SegmentScan
    do throws(JournalError) {
      segmentFile = try SegmentFile(disk, name: old.name)
      scan = try SegmentScan.scan(segmentFile)
    } catch {
      throw error.diskError
        ?? DiskError(.read, file: old.name, code: 0, reason: "\(error)")
    }
    var sealed = OpenSegment(
      file: old.file, name: old.name, end: scan.end, builder: scan.builder)
    try sealed.seal(now: now.nanoseconds)
  }
}
