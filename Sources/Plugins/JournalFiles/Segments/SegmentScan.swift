internal import EngineCore

/// What a walk over all frames of a segment found.
struct SegmentScan {
  var builder: IndexBuilder
  var definitions: [JournalDefinition] = []
  var faults: [JournalFault] = []
  /// Where the last whole frame ends.
  var end: Int
  /// Bytes after it that are no whole frame.
  var tornBytes = 0
  var tornReason = ""
  var lastSequence: UInt64
  /// True when a frame of events was found.
  var hasEvents = false

  /// Walks over a segment that has no index, or whose index cannot be read.
  ///
  /// Damage with whole frames behind it is a fault, and what is behind counts; damage at the end is
  /// a torn tail.
  static func scan(_ segment: SegmentFile) throws(JournalError) -> SegmentScan {
    let previous = (segment.header?.first ?? FileName.first(ofSegment: segment.name) ?? 1) &- 1
    var scan = SegmentScan(
      builder: IndexBuilder(previous: previous), end: SegmentHeader.length,
      lastSequence: previous)
    do throws(DiskError) {
      try scan.walk(segment)
    } catch {
      throw .disk(error)
    }
    return scan
  }

  private mutating func walk(_ segment: SegmentFile) throws(DiskError) {
    let limit = segment.blocksEnd
    var window = FileWindow()
    var codec = KindCounter()
    var offset = SegmentHeader.length
    while true {
      switch try window.frame(segment.file, at: offset, limit: limit) {
      case .frame(let header) where header.codec == .index:
        tornBytes = limit - offset
        tornReason = "an index without the end of a sealed file"
        return
      case .frame(let header):
        let body = offset - window.start + BlockHeader.length
        take(
          header, window.bytes.extracting(body..<body + header.bodyLength), at: offset,
          &codec, segment.name)
        offset += header.frameLength
        end = offset
      case .end:
        return
      case .unfinished:
        // What looks like a long block may be a damaged length.
        guard try resume(&window, segment, &offset, "it is cut off") else { return }
      case .damaged(let reason):
        guard try resume(&window, segment, &offset, reason) else { return }
      }
    }
  }

  /// Goes on at the next whole frame, or ends the walk with a torn tail.
  private mutating func resume(
    _ window: inout FileWindow, _ segment: SegmentFile, _ offset: inout Int, _ reason: String
  ) throws(DiskError) -> Bool {
    guard
      let next = try window.nextFrame(segment.file, from: offset + 1, limit: segment.blocksEnd)
    else {
      tornBytes = segment.blocksEnd - offset
      tornReason = reason
      return false
    }
    faults.append(
      JournalFault(
        file: segment.name, offset: offset, length: next - offset, what: .block, reason: reason))
    offset = next
    return true
  }

  private mutating func take(
    _ header: BlockHeader, _ body: RawSpan, at offset: Int, _ counter: inout KindCounter,
    _ name: String
  ) {
    builder.add(header, at: offset)
    if header.isEvents {
      lastSequence = max(lastSequence, header.facts.last)
      hasEvents = true
      counter.count(body, header: header, in: &builder)
    } else if header.codec == .definitions {
      do throws(BodyFault) {
        definitions.append(contentsOf: try DefinitionFrame.read(body))
      } catch {
        faults.append(
          JournalFault(
            file: name, offset: offset, length: header.frameLength, what: .definitions,
            reason: error.reason))
      }
    }
  }
}

/// Counts the events of each kind in blocks, without reading ticks where that can be done.
struct KindCounter {
  private var codec: BlockCodec?

  mutating func count(_ body: RawSpan, header: BlockHeader, in builder: inout IndexBuilder) {
    // What cannot be read is told when it is read for its events.
    if header.codec == .grouped { return countGrouped(body, header, &builder) }
    var others = [Int](repeating: 0, count: 256)
    let ticks = try? PackedBody.heads(body, count: header.facts.count) {
      others[Int($0 & 0xFF)] += 1
    }
    guard let ticks else { return }
    builder.count(kind: EventKind.trade.rawValue, ticks.trades)
    builder.count(kind: EventKind.quote.rawValue, ticks.quotes)
    for (kind, count) in others.enumerated() where count > 0 {
      builder.count(kind: UInt8(kind), count)
    }
  }

  private mutating func countGrouped(
    _ body: RawSpan, _ header: BlockHeader, _ builder: inout IndexBuilder
  ) {
    let area = EventArea(capacity: header.facts.count)
    let codec = codec ?? BlockCodec(capacity: header.facts.count)
    self.codec = codec
    guard (try? codec.read(body, header: header, into: area)) != nil else { return }
    for index in 0..<area.count { builder.count(kind: area[index].kindCode) }
  }
}
