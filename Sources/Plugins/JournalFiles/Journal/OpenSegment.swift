/// The segment that is being written.
struct OpenSegment {
  let file: any JournalFile
  let name: String
  /// Where the last whole block ends; what may be behind it is not part of the journal.
  var end: Int
  var builder: IndexBuilder

  var hasBlocks: Bool { end > SegmentHeader.length }

  /// Makes a new segment, durable with its name.
  static func create(
    _ disk: any JournalDisk, epoch: UInt64, first: UInt64, now: Int64
  ) throws(DiskError) -> OpenSegment {
    let name = FileName.segment(first)
    let temporary = name + FileName.unfinishedSuffix
    var header = ByteBuffer(capacity: SegmentHeader.length)
    SegmentHeader(content: .events, epoch: epoch, first: first, created: now).append(to: &header)
    let file = try disk.open(temporary, .creating)
    do throws(DiskError) {
      try file.writeAll(header.bytes, at: 0)
      try file.sync()
      try disk.rename(temporary, to: name)
      try disk.syncNames()
    } catch {
      // It has one of the two names. What cannot be removed now is seen to at the next opening.
      try? disk.remove(temporary)
      try? disk.remove(name)
      throw error
    }
    return OpenSegment(
      file: file, name: name, end: SegmentHeader.length,
      builder: IndexBuilder(previous: first - 1))
  }

  /// Writes the index, so that the segment is whole. On an error it is as it was.
  mutating func seal(now: Int64) throws(DiskError) {
    var builder = builder
    builder.finish(sealed: now)
    var out = ByteBuffer(capacity: 1 << 16)
    builder.index.append(to: &out, base: end)
    do throws(DiskError) {
      try file.writeAll(out.bytes, at: end)
      try file.sync()
    } catch {
      try? file.truncate(to: end)
      throw error
    }
  }
}
