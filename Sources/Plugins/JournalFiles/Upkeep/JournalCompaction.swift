public import EngineCore

/// Writes a sealed segment anew, as small as it gets, and puts it in the place of the old one.
public struct JournalCompaction: Equatable, Sendable {
  public private(set) var bytesBefore = 0
  public private(set) var bytesAfter = 0
  public private(set) var events = 0
  public private(set) var droppedEvents = 0

  /// Compacts a segment. A damaged one is left as it is: what is wrong with it is thrown.
  @discardableResult
  public static func compact(
    _ disk: any JournalDisk, segment name: String, dropping kinds: Set<EventKind> = [],
    blockEvents: Int = 1 << 16
  ) throws(JournalError) -> JournalCompaction {
    let segment = try SegmentFile(disk, name: name)
    guard let index = segment.index, let header = segment.header else {
      throw .damaged(
        segment.indexFault
          ?? JournalFault(
            file: name, offset: 0, length: segment.length, what: .trailer,
            reason: "it is not sealed"))
    }
    let temporary = name + FileName.unfinishedSuffix
    let file: any JournalFile
    do throws(DiskError) {
      file = try disk.open(temporary, .creating)
    } catch {
      throw .disk(error)
    }
    var run = CompactionRun(
      segment, header, index, target: file, dropping: kinds,
      blockEvents: min(max(blockEvents, 1), max(index.facts.count, 1), BlockLimits.eventsMaximum))
    do throws(JournalError) {
      let result = try run.run()
      try install(disk, file, name)
      return result
    } catch {
      try? disk.remove(temporary)
      throw error
    }
  }

  private static func install(
    _ disk: any JournalDisk, _ file: any JournalFile, _ name: String
  ) throws(JournalError) {
    do throws(DiskError) {
      try file.sync()
      try disk.rename(file.name, to: name)
      try disk.syncNames()
    } catch {
      throw .disk(error)
    }
  }

  fileprivate init() {}

  fileprivate mutating func add(
    bytesBefore: Int = 0, bytesAfter: Int = 0, events: Int = 0, dropped: Int = 0
  ) {
    self.bytesBefore += bytesBefore
    self.bytesAfter += bytesAfter
    self.events += events
    droppedEvents += dropped
  }
}

/// One segment on its way from one file to another.
private struct CompactionRun {
  let segment: SegmentFile
  let header: SegmentHeader
  let index: SegmentIndex
  let target: any JournalFile
  let kept: JournalFilter
  let staging: EventArea
  let area = EventArea(capacity: 1)
  let reading = BlockCodec(capacity: 1)
  let writing: BlockCodec
  var builder: IndexBuilder
  var postings: [UInt32: Postings.Entry] = [:]
  var result = JournalCompaction()
  var end = 0
  /// What the blocks written so far cover, and what was read.
  var framed: UInt64
  var covered: UInt64

  init(
    _ segment: SegmentFile, _ header: SegmentHeader, _ index: SegmentIndex,
    target: any JournalFile, dropping kinds: Set<EventKind>, blockEvents: Int
  ) {
    self.segment = segment
    self.header = header
    self.index = index
    self.target = target
    let dropped = kinds.subtracting([.definition])
    let remaining = Set(EventKind.allCases).subtracting(dropped)
    kept = JournalFilter(kinds: dropped.isEmpty ? nil : remaining)
    staging = EventArea(capacity: blockEvents)
    writing = BlockCodec(capacity: blockEvents)
    framed = header.first - 1
    covered = framed
    builder = IndexBuilder(previous: framed)
  }

  mutating func run() throws(JournalError) -> JournalCompaction {
    do throws(DiskError) {
      var out = ByteBuffer(capacity: 1 << 20)
      header.append(to: &out)
      try flush(&out)
    } catch {
      throw .disk(error)
    }
    var window = FileWindow()
    var offset = SegmentHeader.length
    while offset < segment.blocksEnd {
      let found: FoundFrame
      do throws(DiskError) {
        found = try window.frame(segment.file, at: offset, limit: segment.blocksEnd)
      } catch {
        throw .disk(error)
      }
      guard case .frame(let header) = found else {
        throw .damaged(
          fault(offset, segment.blocksEnd - offset, .block, "its checksum is wrong"))
      }
      let start = offset - window.start
      try take(header, window.bytes.extracting(start..<start + header.frameLength), offset)
      offset += header.frameLength
    }
    try frame(through: covered)
    return try finish()
  }

  private func fault(
    _ offset: Int, _ length: Int, _ what: JournalFault.What, _ reason: String
  ) -> JournalFault {
    JournalFault(
      file: segment.name, offset: offset, length: length, what: what, reason: reason)
  }

  private mutating func take(
    _ header: BlockHeader, _ bytes: RawSpan, _ offset: Int
  ) throws(JournalError) {
    guard header.isEvents else {
      // Definitions stay as they are, before the block that needs them.
      var out = ByteBuffer(capacity: bytes.byteCount)
      out.append(bytes)
      builder.add(header, at: end)
      do throws(DiskError) { try flush(&out) } catch { throw .disk(error) }
      return
    }
    if header.facts.previous > covered {
      // What was missing stays missing.
      try frame(through: covered)
      framed = header.facts.previous
    }
    area.reserve(header.facts.count)
    do throws(BodyFault) {
      try reading.read(
        bytes.extracting(BlockHeader.length..<header.frameLength), header: header, into: area)
    } catch {
      throw .damaged(fault(offset, header.frameLength, .events, error.reason))
    }
    for index in 0..<area.count {
      let event = area[index]
      guard kept.isAll || kept.matches(event) else {
        result.add(dropped: 1)
        continue
      }
      staging.append(event)
      if staging.isFull { try frame(through: event.sequence) }
    }
    covered = header.facts.last
  }

  /// Writes a block of what is staged.
  private mutating func frame(through last: UInt64) throws(JournalError) {
    guard staging.count > 0 || last > framed else { return }
    var out = ByteBuffer(capacity: 1 << 16)
    let header = writing.append(
      staging.span, after: framed, through: last, codec: .grouped, to: &out)
    builder.add(header, at: end)
    count()
    framed = last
    result.add(events: staging.count)
    staging.removeAll()
    do throws(DiskError) { try flush(&out) } catch { throw .disk(error) }
  }

  /// Notes kinds and instruments of what is staged.
  private mutating func count() {
    let extent = builder.index.extents.count - 1
    var counts: [UInt32: Int] = [:]
    for index in 0..<staging.count {
      let event = staging[index]
      builder.count(kind: event.kindCode)
      counts[event.instrument.raw, default: 0] += 1
    }
    for (instrument, count) in counts {
      postings[instrument, default: Postings.Entry()].add(count, extent: extent)
    }
  }

  private mutating func flush(_ out: inout ByteBuffer) throws(DiskError) {
    try target.writeAll(out.bytes, at: end)
    end += out.count
    out.removeAll()
  }

  private mutating func finish() throws(JournalError) -> JournalCompaction {
    builder.finish(
      sealed: index.sealed, isCompact: true,
      postings: Postings(postings, extents: builder.index.extents.count))
    var out = ByteBuffer(capacity: 1 << 16)
    builder.index.append(to: &out, base: end)
    do throws(DiskError) { try flush(&out) } catch { throw .disk(error) }
    result.add(bytesBefore: segment.length, bytesAfter: end)
    return result
  }
}
