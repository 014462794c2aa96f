package import EngineCore

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
      guard send(feed, piece, now) else { return .blocked }
      feed.queue.removeLast()
      return .sent
    }
    switch feed.phase {
    case .ended: return .ended
    case .preamble: return stepPreamble(feed, now)
    // What is new is merged for it as it comes: in the log there is nothing that it has not got.
    case .live where feed.policy == .conflate: return .caughtUp
    case .behind, .live: return stepLog(feed, now)
    }
  }

  private func send(_ feed: Feed, _ piece: FeedPiece, _ now: Int64) -> Bool {
    switch piece {
    case .records(let records): send(feed, records: records, now)
    case .mark(let mark, let next): send(feed, mark, next: next, now)
    }
  }

  func stepPreamble(_ feed: Feed, _ now: Int64) -> Step {
    guard var preamble = feed.preamble else {
      feed.phase = .behind
      if feed.wantsSnapshot { takeSnapshot(feed) }
      return .sent
    }
    var bytes: [UInt8] = []
    preamble.write(to: &bytes, limit: min(feed.frameBytesMax, 64 << 10) - 4096)
    guard bytes.isEmpty || send(feed, records: bytes, now) else { return .blocked }
    feed.preamble = preamble.isDone ? nil : preamble
    return .sent
  }

  /// The last trade and quote of an instrument; none where last values are not kept.
  package func newest(_ id: InstrumentID) -> (trade: Event?, quote: Event?) {
    guard settings.keepsSnapshot else { return (nil, nil) }
    foldAll()
    return lastValues.newest(id)
  }

  /// Takes all that was received into the last values.
  private func foldAll() {
    seal()
    for number in lastValues.nextNumber..<max(log.openNumber, lastValues.nextNumber) {
      if let segment = log[number] { lastValues.fold(segment, by: format) }
    }
  }

  func takeSnapshot(_ feed: Feed) {
    // Everything up to here is in the snapshot, everything after it comes from the log.
    foldAll()
    feed.next = log.sealedNext
    feed.segment = log.openNumber
    queue(
      lastValues.snapshot(of: feed.selection.filter), .mark(.snapshotEnd, next: feed.next), on: feed
    )
  }

  func stepLog(_ feed: Feed, _ now: Int64) -> Step {
    if readsPast(feed) { return stepPast(feed, now) }
    // A feed may have lost what it was to be sent before it knew of falling behind: its segment is
    // the oldest then, and what it wants is older.
    if feed.segment < log.firstNumber || feed.next < log.first { return tellLoss(feed, now) }
    guard let segment = log[feed.segment], feed.next < log.sealedNext else {
      // What waits in the open segment was there before `live` is told, so that it goes first.
      if !feed.wasToldLive, log.openBytes > 0 {
        feed.next = max(feed.next, log.sealedNext)
        feed.segment = log.openNumber
        seal()
        return .sent
      }
      feed.segment = log.openNumber
      feed.next = max(feed.next, log.sealedNext)
      guard feed.wasToldLive || tellLive(feed, now) else { return .blocked }
      if feed.phase != .live { goLiveWithOpenSegment(feed) }
      return .caughtUp
    }
    let start = format.offset(of: feed.next, in: segment)
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
    let (frame, end) = sharedFrame(
      segment,
      FramePlace(
        segment: segment.number, start: start, limit: feed.frameBytesMax, stream: feed.stream,
        coding: feed.coding))
    guard send(feed, frame, now) else { return .blocked }
    move(feed, segment, to: end, now)
    return .sent
  }

  /// The frame of a part of the log: those who keep up get the same one after the other.
  private func sharedFrame(
    _ segment: LogSegment, _ place: FramePlace
  ) -> (frame: FeedFrame, end: Int) {
    if let last = lastFrame, last.place == place { return (last.frame, last.end) }
    let (frame, end) = format.frame(
      of: segment, from: place.start, limit: place.limit, stream: place.stream,
      coding: place.coding)
    lastFrame = (place, frame, end)
    return (frame, end)
  }

  func move(_ feed: Feed, _ segment: LogSegment, to end: Int, _ now: Int64) {
    if end == segment.byteCount {
      feed.segment = segment.number + 1
      feed.next = segment.last + 1
    } else {
      feed.next = max(feed.next, format.sequence(at: end, in: segment))
    }
    sent(feed, now)
  }

  /// Looks through one segment for what a feed with a filter wants.
  func sendMatching(
    _ feed: Feed, _ segment: LogSegment, _ start: Int, _ now: Int64
  ) -> Step {
    let matching = format.matching(
      feed.selection, in: segment, from: start, limit: feed.frameBytesMax)
    if matching.byteCount > 0 {
      var gathering = Gathering(headerBytes: format.headerBytes)
      gathering.add(matching.runs, from: segment, isOpen: false)
      guard let pending = gathering.take() else { return .ended }
      let frame = format.frame(pending, stream: feed.stream, coding: feed.coding)
      guard send(feed, frame, now) else { return .blocked }
    }
    move(feed, segment, to: matching.end, now)
    return .sent
  }

  func conflateSegment(_ feed: Feed, _ segment: LogSegment, _ start: Int) -> Step {
    let filter = feed.selection.filter
    format.forEachEvent(in: segment, from: start) { event in
      if filter.matches(event) { feed.conflator?.merge(event) }
      return true
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
      guard send(feed, records: record(of: Event(gap)), now) else { return blocked(feed) }
      feed.lostRecords += gap.count
      counters.lost(gap.count)
    }
    feed.next = max(feed.next, first)
    feed.segment = log.firstNumber
    guard feed.policy == .disconnect || feed.policy == .lossless else { return .sent }
    feed.client.end(feed, .fellBehind(first: first))
    return .ended
  }

  // MARK: Conflation

  func sendConflated(_ feed: Feed, _ now: Int64) {
    guard let conflator = feed.conflator, conflator.count > 0, feed.queue.isEmpty else { return }
    if feed.conflationNanos > 0 {
      let due = feed.dueNanos ?? feed.sentNanos + feed.conflationNanos
      feed.dueNanos = due
      guard now >= due else {
        nextRoundNanos = min(nextRoundNanos, due)
        return
      }
    }
    feed.dueNanos = nil
    let (events, merged) = feed.conflator?.take() ?? ([], 0)
    counters.conflated(UInt64(merged))
    feed.next = log.sealedNext
    feed.segment = log.openNumber
    // What was recorded before it came is told with this delivery.
    let mark: FeedMark = feed.wasToldLive ? .delivered : .live
    feed.wasToldLive = true
    queue(events, .mark(mark, next: feed.next), on: feed)
    activate(feed)
  }

  /// Queues events and what follows them.
  private func queue(_ events: [Event], _ end: FeedPiece, on feed: Feed) {
    let limit = feed.pieceBytes(below: format.largeRecordBytes)
    var appender = format.makeAppender()
    var bytes: [UInt8] = []
    for event in events {
      appender.append(event, to: &bytes)
      guard bytes.count >= limit else { continue }
      feed.queue.append(.records(bytes))
      bytes.removeAll(keepingCapacity: true)
    }
    if !bytes.isEmpty { feed.queue.append(.records(bytes)) }
    feed.queue.append(end)
    feed.queue.reverse()
  }

  /// The record of an event that is no part of the log.
  package func record(of event: Event) -> [UInt8] {
    var appender = format.makeAppender()
    var bytes: [UInt8] = []
    appender.append(event, to: &bytes)
    return bytes
  }

  /// Tells a feed that it has caught up; a conflated one with its first delivery. False when it has
  /// to wait.
  private func tellLive(_ feed: Feed, _ now: Int64) -> Bool {
    if let conflator = feed.conflator, conflator.count > 0 { return true }
    guard send(feed, .live, next: feed.next, now) else { return false }
    feed.wasToldLive = true
    return true
  }
}
