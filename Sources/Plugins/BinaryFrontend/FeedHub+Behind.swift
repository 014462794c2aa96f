internal import BinaryProtocol
internal import EngineCore
internal import NIOCore

/// Feeds that read the log at their own pace: those that start, and those that fell behind.
extension FeedHub {
  /// Most frames that one feed is sent at a time, so that none keeps the others waiting.
  static let framesMax = 16

  /// Sends what is next for a feed as far as socket and credit allow.
  func advance(_ feed: Feed, _ now: Int64) {
    for _ in 0..<Self.framesMax {
      switch step(feed, now) {
      case .sent: continue
      case .caughtUp: return feed.policy == .conflate ? sendConflated(feed, now) : ()
      case .blocked, .ended: return
      }
    }
    activate(feed)
  }

  enum Step {
    case sent
    case caughtUp
    case blocked
    case ended
  }

  func step(_ feed: Feed, _ now: Int64) -> Step {
    if feed.phase != .ended, let piece = feed.queue.last {
      guard send(feed, records: piece, now) else { return .blocked }
      feed.queue.removeLast()
      return .sent
    }
    switch feed.phase {
    case .ended: return .ended
    case .preamble: return stepPreamble(feed, now)
    case .behind, .live: return stepLog(feed, now)
    }
  }

  func stepPreamble(_ feed: Feed, _ now: Int64) -> Step {
    guard var preamble = feed.preamble else {
      feed.phase = .behind
      if feed.wantsSnapshot { takeSnapshot(feed) }
      return .sent
    }
    var bytes: [UInt8] = []
    preamble.write(to: &bytes, limit: min(feed.frameBytesMax, 64 << 10) - 4096, catalog: catalog)
    guard bytes.isEmpty || send(feed, records: bytes, now) else { return .blocked }
    feed.preamble = preamble.isDone ? nil : preamble
    return .sent
  }

  func takeSnapshot(_ feed: Feed) {
    // Everything up to here is in the snapshot, everything after it comes from the log.
    seal()
    for number in lastValues.nextNumber..<max(log.openNumber, lastValues.nextNumber) {
      if let segment = log[number] { lastValues.fold(segment) }
    }
    feed.next = log.sealedNext
    feed.segment = log.openNumber
    let end = PositionRecord(
      epoch: epoch, next: feed.next, time: clock.now(), isSnapshotEnd: true)
    feed.queue = lastValues.snapshot(
      of: feed.selection.filter, encoder: encoder,
      pieceBytes: min(feed.frameBytesMax, 64 << 10) - RecordFormat.longBytes)
    feed.queue.append(end.encoded)
    feed.queue.reverse()
  }

  func stepLog(_ feed: Feed, _ now: Int64) -> Step {
    if readsPast(feed) { return stepPast(feed, now) }
    if feed.segment < log.firstNumber { return tellLoss(feed, now) }
    guard let segment = log[feed.segment], feed.next < log.sealedNext else {
      feed.segment = log.openNumber
      feed.next = max(feed.next, log.sealedNext)
      if feed.phase != .live { goLiveWithOpenSegment(feed) }
      return .caughtUp
    }
    let start = segment.offset(of: feed.next)
    guard start < segment.byteCount else {
      feed.segment += 1
      return .sent
    }
    if feed.policy == .conflate { return conflateSegment(feed, segment, start) }
    return feed.selection.isEverything
      ? sendSlice(feed, segment, start, now) : sendMatching(feed, segment, start, now)
  }

  /// What is in the open segment already was not routed to it: it is sealed, and sent next.
  func goLiveWithOpenSegment(_ feed: Feed) {
    guard log.openBytes == 0 else {
      seal()
      feed.segment = log.number(of: feed.next)
      activate(feed)
      return
    }
    goLive(feed)
  }

  func sendSlice(
    _ feed: Feed, _ segment: LogSegment, _ start: Int, _ now: Int64
  ) -> Step {
    let records = segment.bytes
    let span = records.readableBytesSpan
    if feed.isCompressed, segment.byteCount - start >= LogSegment.compressedBytesMin,
      let part = segment.compressed(by: compressor).first(where: { $0.records.lowerBound == start })
    {
      let frame = WireFrame(payload: part.payload, isCompressed: true, stream: feed.stream)
      guard send(feed, frame, now) else { return .blocked }
      move(feed, segment, to: part.records.upperBound, now)
      return .sent
    }
    let end = LogSegment.recordBoundary(span, from: start, atMost: start + feed.frameBytesMax)
    guard
      let slice = segment.bytes.getSlice(at: segment.bytes.readerIndex + start, length: end - start)
    else { return .ended }
    guard send(feed, sharedFrame(slice, segment.number, start, feed.stream), now) else {
      return .blocked
    }
    move(feed, segment, to: end, now)
    return .sent
  }

  /// The frame of a part of the log: those who keep up get the same one after the other.
  private func sharedFrame(
    _ slice: ByteBuffer, _ segment: Int, _ start: Int, _ stream: UInt32
  ) -> WireFrame {
    let place = FramePlace(
      segment: segment, start: start, bytes: slice.readableBytes, stream: stream)
    if let last = lastFrame, last.place == place { return last.frame }
    let frame = WireFrame(payload: slice, isCompressed: false, stream: stream)
    lastFrame = (place, frame)
    return frame
  }

  func move(_ feed: Feed, _ segment: LogSegment, to end: Int, _ now: Int64) {
    if end == segment.byteCount {
      feed.segment = segment.number + 1
      feed.next = segment.last + 1
    } else {
      feed.next = max(feed.next, segment.sequence(at: end))
    }
    sent(feed, now)
  }

  /// Looks through one segment for what a feed with a filter wants.
  func sendMatching(
    _ feed: Feed, _ segment: LogSegment, _ start: Int, _ now: Int64
  ) -> Step {
    let (runs, bytes, end) = matching(feed, segment, start)
    if bytes > 0 {
      var gathering = Gathering()
      gathering.add(runs, from: segment)
      guard let pending = gathering.take() else { return .ended }
      let frame = frame(pending, stream: feed.stream, isCompressed: feed.isCompressed)
      guard send(feed, frame, now) else { return .blocked }
    }
    move(feed, segment, to: end, now)
    return .sent
  }

  /// Where the records are that a feed wants, from `start` on until a frame is full.
  private func matching(
    _ feed: Feed, _ segment: LogSegment, _ start: Int
  ) -> (runs: [UInt64], bytes: Int, end: Int) {
    let records = segment.bytes
    let span = records.readableBytesSpan
    let selection = feed.selection
    let limit = feed.frameBytesMax
    var runs: [UInt64] = []
    var bytes = 0
    var offset = start
    while offset < span.byteCount {
      let count = WireRecord.byteCount(span, at: offset)
      if selection.matches(span, at: offset, byteCount: count) {
        guard bytes + count <= limit else { break }
        bytes += count
        let end = UInt64(offset + count)
        if let last = runs.last, last & 0xFFFF_FFFF == UInt64(offset) {
          runs[runs.count - 1] = last & ~0xFFFF_FFFF | end
        } else {
          runs.append(UInt64(offset) << 32 | end)
        }
      }
      offset += count
    }
    return (runs, bytes, offset)
  }

  func conflateSegment(_ feed: Feed, _ segment: LogSegment, _ start: Int) -> Step {
    let records = segment.bytes
    let span = records.readableBytesSpan
    var decoder = RecordDecoder(span.extracting(start..<span.byteCount))
    while let record = try? decoder.next() {
      guard case .event(let event) = record, feed.selection.filter.matches(event) else { continue }
      feed.conflator?.merge(event)
    }
    feed.segment = segment.number + 1
    feed.next = segment.last + 1
    return .sent
  }

  /// What the feed wanted is no longer in the log.
  func tellLoss(_ feed: Feed, _ now: Int64) -> Step {
    let first = log.first
    if feed.next < first {
      let gap = Gap(
        subscriber: .none, reason: feed.policy == .disconnect ? .disconnected : .overrun,
        first: feed.next, last: first - 1, count: first - feed.next, time: clock.now())
      var bytes: [UInt8] = []
      encoder.append(Event(gap), to: &bytes)
      guard send(feed, records: bytes, now) else { return blocked(feed) }
      feed.lostRecords += gap.count
      counters.lost(gap.count)
    }
    feed.next = max(feed.next, first)
    feed.segment = log.firstNumber
    guard feed.policy == .disconnect || feed.policy == .lossless else { return .sent }
    feed.connection.end(
      feed,
      CallError(
        .dataLoss, "the subscription fell behind what the server keeps",
        hint: "subscribe again from sequence \(first), or with drop-oldest or conflate"))
    return .ended
  }

  // MARK: Conflation

  func sendConflated(_ feed: Feed, _ now: Int64) {
    guard let conflator = feed.conflator, conflator.count > 0, feed.queue.isEmpty else { return }
    if feed.conflationNanos > 0 {
      let due = feed.dueNanos ?? feed.sentNanos + feed.conflationNanos
      feed.dueNanos = due
      guard now >= due else {
        nextDueNanos = min(nextDueNanos, due)
        return
      }
    }
    feed.dueNanos = nil
    let (events, merged) = feed.conflator?.take() ?? ([], 0)
    counters.conflated(UInt64(merged))
    feed.next = log.sealedNext
    feed.segment = log.openNumber
    feed.queue = pieces(of: events, for: feed)
    feed.queue.append(position(next: feed.next))
    feed.queue.reverse()
    activate(feed)
  }

  func pieces(of events: [Event], for feed: Feed) -> [[UInt8]] {
    let limit = min(feed.frameBytesMax, 64 << 10) - RecordFormat.definitionBytesMax
    var pieces: [[UInt8]] = []
    var bytes: [UInt8] = []
    for event in events {
      encoder.append(event, to: &bytes)
      guard bytes.count >= limit else { continue }
      pieces.append(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    if !bytes.isEmpty { pieces.append(bytes) }
    return pieces
  }

  func position(next: UInt64) -> [UInt8] {
    PositionRecord(epoch: epoch, next: next, time: clock.now()).encoded
  }
}
