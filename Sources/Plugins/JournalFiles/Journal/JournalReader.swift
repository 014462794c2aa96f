public import EngineCore

/// Reads a journal from some place on, also while it is written, pruned or compacted.
///
/// Holds one block in memory. Not for use by several threads at a time; there may be any number of
/// readers.
public final class JournalReader {
  let disk: any JournalDisk
  let filter: JournalFilter
  let codec = BlockCodec(capacity: 1)
  let area = EventArea(capacity: 1)
  var window: FileWindow
  private var probe = FileWindow(ahead: 1 << 10)
  var segment: SegmentFile?
  var segmentFirst: UInt64 = 0
  var offset = 0
  var extent = 0
  /// Why a file cannot be read by this program.
  private var refusal: JournalError?
  /// Damage that was passed and not yet told.
  private var fault: JournalFault?
  /// All up to here was handed out, or is known not to be in the journal.
  private var covered: UInt64
  /// Before it nothing is handed out.
  private let from: UInt64

  public init(
    _ disk: any JournalDisk, from start: JournalStart = .oldest,
    filter: JournalFilter = JournalFilter()
  ) throws(JournalError) {
    self.disk = disk
    self.filter = filter
    // Of one instrument it is the heads of blocks that are read, and then a few bytes elsewhere.
    window = FileWindow(ahead: filter.instrument == nil ? 1 << 20 : 1 << 15)
    switch start {
    case .oldest:
      from = try JournalSearch.oldest(disk)
    case .sequence(let sequence):
      from = max(sequence, 1)
    case .time(let time):
      from = try JournalSearch(disk).sequence(at: time)
    }
    covered = from - 1
  }

  /// What the last `next` found; until the next call.
  public var events: Span<Event> {
    @_lifetime(borrow self)
    get { area.span }
  }

  /// The sequence that the next event has at least.
  public var position: UInt64 { covered + 1 }

  /// Reads on to the next events, a gap, or the end of what there is.
  public func next() throws(JournalError) -> JournalStep {
    area.removeAll()
    do throws(DiskError) {
      while true {
        if segment == nil, try !openFirst() { return .end }
        if let step = try advance() { return step }
      }
    } catch {
      throw refusal ?? .disk(error)
    }
  }

  // MARK: Segments

  private func openFirst() throws(DiskError) -> Bool {
    let firsts = try disk.segmentNames().compactMap { FileName.first(ofSegment: $0) }
    guard let first = firsts.last(where: { $0 <= covered + 1 }) ?? firsts.first else {
      return false
    }
    return try open(first)
  }

  /// - Returns: false when the segment is gone again.
  private func open(_ first: UInt64) throws(DiskError) -> Bool {
    do throws(JournalError) {
      segment = try SegmentFile(disk, name: FileName.segment(first))
    } catch {
      segment = nil
      switch error {
      case .disk(let error):
        if error.isAbsent { return false }
        throw error
      default:
        refusal = error
        throw DiskError(.open, file: FileName.segment(first), code: 0, reason: "\(error)")
      }
    }
    segmentFirst = first
    offset = SegmentHeader.length
    extent = 0
    window.discard()
    probe.discard()
    seek()
    return true
  }

  /// Skips extents that lie before what is wanted.
  private func seek() {
    guard let extents = segment?.index?.extents else { return }
    var low = 0
    var high = extents.count
    while low < high {
      let middle = (low + high) / 2
      if extents[middle].facts.last <= covered { low = middle + 1 } else { high = middle }
    }
    guard low < extents.count else { return }
    extent = low
    offset = extents[low].offset
  }

  private func nextSegment() throws(DiskError) -> UInt64? {
    let firsts = try disk.segmentNames().compactMap { FileName.first(ofSegment: $0) }
    return firsts.first { $0 > segmentFirst }
  }

  // MARK: Blocks

  /// One step: nil when it is to be called again.
  private func advance() throws(DiskError) -> JournalStep? {
    guard let segment else { return nil }
    let limit = segment.isSealed ? segment.blocksEnd : try segment.file.size()
    try skipExtents(segment)
    if let header = try header(segment, limit),
      offset + header.frameLength <= limit
    {
      if header.codec == .index { return try finish(segment) }
      if !header.isEvents || header.facts.last <= covered {
        offset += header.frameLength
        return nil
      }
      if header.facts.previous > covered { return gap(through: header.facts.previous) }
      if !filter.mayMatch(header.facts) { return skip(header) }
      if header.codec == .grouped, let instrument = filter.instrument {
        return try readInstrument(header, segment, instrument)
      }
    }
    switch try window.frame(segment.file, at: offset, limit: limit) {
    case .frame(let header): return read(header, segment)
    case .end: return try finish(segment)
    case .unfinished: return try resume(segment, limit, "it is cut off")
    case .damaged(let reason): return try resume(segment, limit, reason)
    }
  }

  /// The next header; read by itself where the block may not be needed.
  private func header(_ segment: SegmentFile, _ limit: Int) throws(DiskError) -> BlockHeader? {
    // What the index did not rule out is needed.
    let isNeeded = filter.instrument != nil && segment.index?.isCompact == true
    return isNeeded || window.holds(offset, BlockHeader.length)
      ? try window.header(segment.file, at: offset, limit: limit)
      : try probe.header(segment.file, at: offset, limit: limit)
  }

  private func skip(_ header: BlockHeader) -> JournalStep? {
    covered = header.facts.last
    offset += header.frameLength
    return nil
  }

  /// Skips what the index says has nothing that is wanted.
  private func skipExtents(_ segment: SegmentFile) throws(DiskError) {
    guard let index = segment.index, !filter.isAll else { return }
    while extent < index.extents.count, index.extents[extent].offset < offset { extent += 1 }
    while extent < index.extents.count, index.extents[extent].offset == offset,
      !wants(extent, of: index), index.extents[extent].facts.previous <= covered
    {
      offset += index.extents[extent].length
      covered = max(covered, index.extents[extent].facts.last)
      extent += 1
    }
  }

  private func wants(_ extent: Int, of index: SegmentIndex) -> Bool {
    guard filter.mayMatch(index.extents[extent].facts) else { return false }
    guard let instrument = filter.instrument else { return true }
    return index.postings.contains(instrument.raw, extent: extent)
  }

  private func gap(through last: UInt64) -> JournalStep {
    let reason: JournalGap.Reason
    if let fault {
      reason = .damaged(fault)
    } else {
      reason = segmentFirst > covered + 1 && isFirstSegment ? .pruned : .missing
    }
    let gap = JournalGap(first: covered + 1, last: last, reason: reason)
    fault = nil
    covered = last
    return .gap(gap)
  }

  private var isFirstSegment: Bool {
    guard let first = try? disk.segmentNames().first else { return true }
    return FileName.first(ofSegment: first) == segmentFirst
  }

  private func read(_ header: BlockHeader, _ segment: SegmentFile) -> JournalStep? {
    area.reserve(header.facts.count)
    let body = offset - window.start + BlockHeader.length
    do throws(BodyFault) {
      try codec.read(
        window.bytes.extracting(body..<body + header.bodyLength), header: header, into: area)
    } catch {
      return damaged(header, segment, error.reason)
    }
    return handOut(header)
  }

  /// A block whose checksums are right, but not what is in it.
  private func damaged(
    _ header: BlockHeader, _ segment: SegmentFile, _ reason: String
  ) -> JournalStep {
    area.removeAll()
    fault = JournalFault(
      file: segment.name, offset: offset, length: header.frameLength, what: .events,
      reason: reason)
    offset += header.frameLength
    return gap(through: header.facts.last)
  }

  /// Reads one instrument's events of a grouped block, and little else.
  private func readInstrument(
    _ header: BlockHeader, _ segment: SegmentFile, _ instrument: InstrumentID
  ) throws(DiskError) -> JournalStep? {
    let block = InstrumentBlock(
      file: segment.file, start: offset + BlockHeader.length, header: header, filter: filter)
    do throws(BodyFault) {
      try block.read(instrument.raw, codec, &window, &probe, into: area)
    } catch {
      if let failure = error.diskError { throw failure }
      return damaged(header, segment, error.reason)
    }
    return handOut(header)
  }

  private func handOut(_ header: BlockHeader) -> JournalStep? {
    covered = header.facts.last
    offset += header.frameLength
    if !filter.isAll || (area.count > 0 && area[0].sequence < from) {
      area.keep { $0.sequence >= from && filter.matches($0) }
    }
    return area.count > 0 ? .events : nil
  }

  /// Goes on behind damage. What is lost is known when the next block says what it comes after.
  private func resume(
    _ segment: SegmentFile, _ limit: Int, _ reason: String
  ) throws(DiskError) -> JournalStep? {
    let next = try window.nextFrame(segment.file, from: offset + 1, limit: limit)
    let end = next ?? limit
    let found = JournalFault(
      file: segment.name, offset: offset, length: end - offset, what: .block, reason: reason)
    guard next != nil || segment.isSealed else {
      // The block that is just being written, or a torn tail that nobody has repaired.
      return try finish(segment, tail: found)
    }
    fault = found
    offset = end
    return nil
  }

  /// The end of a segment: on to the next one, if there is one.
  private func finish(
    _ segment: SegmentFile, tail: JournalFault? = nil
  ) throws(DiskError) -> JournalStep? {
    if let index = segment.index, index.facts.last > covered {
      return gap(through: index.facts.last)
    }
    window.discard()
    probe.discard()
    // When the next segment is there, this one is whole: what it has got meanwhile comes first.
    let next = try nextSegment()
    if try hasGrown(segment) { return nil }
    guard let next else { return .end }
    if let tail { fault = tail }
    _ = try open(next)
    return nil
  }

  /// Whether blocks were written between the look at the file and the look for the next one.
  private func hasGrown(_ segment: SegmentFile) throws(DiskError) -> Bool {
    guard !segment.isSealed else { return false }
    let limit = try segment.file.size()
    guard case .frame(let header) = try window.frame(segment.file, at: offset, limit: limit) else {
      window.discard()
      return false
    }
    return header.codec != .index
  }
}

extension DiskError {
  /// No such file.
  public var isAbsent: Bool { code == 2 }
}
