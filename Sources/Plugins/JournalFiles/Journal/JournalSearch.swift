internal import EngineCore

/// Finds places in a journal.
struct JournalSearch {
  private let disk: any JournalDisk
  private let names: [String]

  init(_ disk: any JournalDisk) throws(JournalError) {
    self.disk = disk
    do throws(DiskError) { names = try disk.segmentNames() } catch { throw .disk(error) }
  }

  /// The first sequence that a segment may hold; 1 without segments.
  static func oldest(_ disk: any JournalDisk) throws(JournalError) -> UInt64 {
    try JournalSearch(disk).names.first.flatMap { FileName.first(ofSegment: $0) } ?? 1
  }

  /// The sequence of the first recorded event that happened at a time or later; the one after the
  /// last event when there is none.
  func sequence(at time: Timestamp) throws(JournalError) -> UInt64 {
    var end: UInt64 = 1
    for name in names {
      let segment = try SegmentFile(disk, name: name)
      end = max(end, FileName.first(ofSegment: name) ?? 1)
      if let index = segment.index {
        end = max(end, index.facts.last + 1)
        guard index.facts.maximumTime >= time.nanoseconds else { continue }
      }
      do throws(DiskError) {
        if let found = try find(time, segment, end: &end) { return found }
      } catch {
        throw .disk(error)
      }
    }
    return end
  }

  private func find(
    _ time: Timestamp, _ segment: SegmentFile, end: inout UInt64
  ) throws(DiskError) -> UInt64? {
    let limit = segment.blocksEnd
    let extents = segment.index?.extents ?? []
    let first = extents.first { $0.facts.maximumTime >= time.nanoseconds }
    var offset = first?.offset ?? SegmentHeader.length
    var window = FileWindow(ahead: 1 << 13)
    while true {
      guard let header = try window.header(segment.file, at: offset, limit: limit) else {
        guard let next = try window.nextFrame(segment.file, from: offset + 1, limit: limit) else {
          return nil
        }
        offset = next
        continue
      }
      if header.isEvents {
        end = max(end, header.facts.last + 1)
        if header.facts.maximumTime >= time.nanoseconds,
          let found = try firstEvent(at: time, header, &window, segment, offset)
        {
          return found
        }
      }
      offset += header.frameLength
    }
  }

  /// The first event of a block that happened at a time or later.
  private func firstEvent(
    at time: Timestamp, _ header: BlockHeader, _ window: inout FileWindow,
    _ segment: SegmentFile, _ offset: Int
  ) throws(DiskError) -> UInt64? {
    guard
      case .frame = try window.frame(segment.file, at: offset, limit: segment.blocksEnd)
    else { return nil }
    let body = offset - window.start + BlockHeader.length
    let area = EventArea(capacity: header.facts.count)
    let codec = BlockCodec(capacity: header.facts.count)
    do throws(BodyFault) {
      try codec.read(
        window.bytes.extracting(body..<body + header.bodyLength), header: header, into: area)
    } catch {
      // The reader that begins here will tell.
      return header.facts.first
    }
    for index in 0..<area.count {
      let event = area[index]
      guard EventKind(rawValue: event.kindCode) != nil, event.kind != .definition else { continue }
      if event.time >= time { return event.sequence }
    }
    return nil
  }
}
