internal import EngineCore

/// Sending what is new to those who keep up.
extension FeedHub {
  /// Whether there is anything that no client has been sent.
  package var hasUnflushed: Bool { log.openBytes > 0 || needsFlush }

  func serveActive(_ now: Int64) {
    guard !active.isEmpty else { return }
    let list = active
    active.removeAll(keepingCapacity: true)
    for number in list {
      guard let feed = feeds[number] else { continue }
      feed.isActive = false
      advance(feed, now)
    }
  }

  func seal() {
    guard log.openBytes > 0, let open = log.openSegment else { return }
    unflushedBytes += log.openBytes
    log.seal()
    // While it is in the caches.
    if settings.keepsSnapshot { lastValues.fold(open, by: format) }
    gather(from: open, isOpen: false)
    needsFlush = true
    evict()
  }

  /// Puts what was noted in a segment together for those who want it.
  func gather(from segment: LogSegment, isOpen: Bool) {
    for number in router.takeNoted() {
      let runs = router.takeRuns(of: number)
      if !runs.isEmpty { groups[number]?.next.add(runs, from: segment, isOpen: isOpen) }
      router.recycle(runs, of: number)
    }
    gatheredNext = log.next
  }

  /// Forgets the oldest segments, unless a feed that may not lose anything needs them.
  func evict() {
    while let oldest = log.oldestToEvict {
      if let holder = slowestLossless, holder.segment <= oldest.number { return }
      if settings.keepsSnapshot { lastValues.fold(oldest, by: format) }
      log.evict()
    }
  }

  var slowestLossless: Feed? {
    guard settings.allowsLossless else { return nil }
    return feeds.lazy.compactMap { $0 }
      .filter { $0.policy == .lossless && self.isBehind($0) && !self.readsPast($0) }
      .min { $0.segment < $1.segment }
  }

  /// Whether the log has something for the feed that it was not sent.
  func isBehind(_ feed: Feed) -> Bool {
    guard feed.phase == .live else { return true }
    return feed.policy != .conflate && feed.selection.isEverything && feed.segment < log.openNumber
  }

  /// Whether the feed was sent all that there is, and owes nothing to a time.
  package func hasEverything(_ feed: Feed) -> Bool {
    !isBehind(feed) && (feed.group?.next.isEmpty ?? true) && feed.queue.isEmpty
      && (feed.conflator?.count ?? 0) == 0
  }

  /// The frontend stops: what waits for company or for a time goes out now.
  package func hurry() {
    for feed in feeds {
      guard let feed else { continue }
      feed.flushNanos = 0
      feed.conflationNanos = 0
      feed.dueNanos = nil
    }
    patienceNanos = 0
    flush()
  }

  /// False when a lossless feed is so far behind that the log has no room.
  package var hasRoom: Bool {
    guard settings.allowsLossless, log.isOverLimit else { return true }
    return slowestLossless.map { $0.segment > log.firstNumber } ?? true
  }

  func isDue(_ feed: Feed, _ now: Int64) -> Bool {
    guard feed.flushNanos > 0 else { return true }
    let due = feed.dueNanos ?? min(now, openedNanos) + feed.flushNanos
    feed.dueNanos = due
    guard now < due else {
      feed.dueNanos = nil
      return true
    }
    nextRoundNanos = min(nextRoundNanos, due)
    return false
  }

  /// Sends the gathered frame of feeds that keep up.
  func sendGathered(_ group: FeedGroup, _ now: Int64) {
    let payloadBytes = group.next.byteCount
    guard payloadBytes > 0, let one = group.members.first else { return }
    if group.key == nil, payloadBytes < one.frameBytesMax, !isDue(one, now) {
      return router.touchAgain(group.number)
    }
    let first = router.firsts[group.number]
    let members = group.members
    guard let pending = group.next.take() else { return }
    router.taken(payloadBytes)
    // More than one frame takes: the log has it all.
    guard payloadBytes <= one.frameBytesMax else {
      for feed in members { fallBehind(feed, at: first) }
      return
    }
    let frame = format.frame(pending, stream: one.stream, coding: one.coding)
    let single = frame.single
    for feed in members {
      if sendAlone(feed, frame, single, now) {
        feed.next = gatheredNext
      } else {
        fallBehind(feed, at: first)
      }
    }
  }

  func fallBehind(_ feed: Feed, at sequence: UInt64) {
    guard feed.phase == .live else { return }
    leaveLive(feed)
    // What it was sent since then it is not sent again.
    feed.next = max(sequence, feed.next)
    feed.segment = log.number(of: feed.next)
    feed.progressNanos = nanos
    activate(feed)
  }

  // MARK: Time

  /// Heartbeats, and the end of those that stand still. Called some times a second.
  package func tick() {
    let now = nanos
    retryReadings()
    for feed in feeds {
      guard let feed else { continue }
      if feed.phase == .live, now - feed.sentNanos >= settings.heartbeatNanos,
        feed.group?.next.isEmpty ?? true,
        log.openBytes == 0
      {
        send(feed, .heartbeat, next: log.sealedNext, now)
      }
      if feed.policy == .lossless, isBehind(feed),
        now - feed.progressNanos >= settings.losslessStallNanos
      {
        feed.client.end(feed, .stoodStill)
      }
    }
    flushSockets()
  }

  package func markDirty(_ client: any FeedReceiver) {
    guard !client.isDirty else { return }
    client.isDirty = true
    dirty.append(client)
  }
}
