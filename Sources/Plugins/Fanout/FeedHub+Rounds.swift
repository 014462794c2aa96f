/// When those who keep up are sent what is new.
///
/// A round begins when something new has waited as long as it may. What was gathered for single
/// clients is sent in slices, and between two slices what is new is taken in: see `SendingPace`.
extension FeedHub {
  /// Frames of this size are worth a write of their own, however busy it is.
  private static let writeBytesMin = 32 << 10
  /// A write below this costs much the same however little it is.
  private static let smallWriteBytes = 2 << 10
  /// So long what was gathered is sent before what is new is taken in.
  private static let sliceNanos: Int64 = 2_000_000
  /// Those who have waited long enough are looked for so often.
  private static let lookNanos: Int64 = 1_000_000

  /// Whether what waits makes writes that are large enough, taken over all feeds that get some.
  var hasLargeWrites: Bool {
    let writers = router.waitingCount + whole.count
    guard writers > 0 else { return false }
    let bytes = router.bytes + whole.count * (unflushedBytes + log.openBytes)
    return bytes / writers >= Self.writeBytesMin
  }

  /// A turn of the frontend's lane is over. `isBusy`: more is coming at once.
  package func turnEnded(isBusy: Bool) {
    if hasUnflushed {
      if isRipe || hasLargeWrites {
        beginRound(hold: 0)
      } else if shouldFlush(isBusy: isBusy) {
        beginRound(hold: pace.holdNanos)
      }
    }
    isRipe = false
    service()
  }

  /// At once when nothing more is coming; else when it has waited enough.
  private func shouldFlush(isBusy: Bool) -> Bool {
    let now = nanos
    guard isDue(now) else { return false }
    return !isBusy || now - openedNanos >= settings.coalesceNanos
  }

  /// Seals what is open and sends it to everyone who keeps up.
  package func flush() {
    beginRound(hold: 0)
    sendReleased(for: .max)
    flushSockets()
  }

  /// Serves those whose turn it is, that are behind, start, or have waited long enough.
  package func service() {
    let now = nanos
    wantsTurn = false
    if now >= nextRoundNanos {
      beginRound(hold: pace.holdNanos)
    } else {
      if pace.holdNanos > 0 { router.release(through: now - pace.holdNanos) }
      sendReleased(for: Self.sliceNanos)
      serveActive(now)
    }
    if router.hasReleased { wantsTurn = true }
    setNextSend()
    flushSockets()
  }

  private func setNextSend() {
    nextSendNanos = .max
    guard pace.holdNanos > 0, let since = router.nextSinceNanos else { return }
    nextSendNanos = max(since + pace.holdNanos, nanos + Self.lookNanos)
  }

  /// Seals what is open and has it sent to everyone who keeps up: by and by to those for whom
  /// something is gathered, beginning now, and at once to those who read the log as it is, of whom
  /// each may want more than many of the others.
  private func beginRound(hold: Int64) {
    let now = nanos
    seal()
    needsFlush = false
    unflushedBytes = 0
    nextRoundNanos = .max
    router.release(through: now - hold)
    sendReleased(for: Self.sliceNanos)
    for number in whole {
      // One that waits for its socket is told when there is room: a frame made for it meanwhile
      // would only be made again, at the cost of the others.
      guard let feed = feeds[number], !feed.isBlocked else { continue }
      if isDue(feed, now) { advance(feed, now) }
    }
    for number in conflating {
      if let feed = feeds[number] { sendConflated(feed, now) }
    }
    serveActive(now)
  }

  /// Sends what was gathered, first to who has waited longest, until it is over or its time is.
  ///
  /// When there are more clients than the time between two rounds has writes, those who come last
  /// get what came meanwhile in the same write: small writes grow instead of falling behind.
  /// Large ones gain nothing by that, and are done before more is taken in.
  private func sendReleased(for limitNanos: Int64) {
    guard router.hasReleased else { return }
    // Not sealed for this: those who read the log as it is would have it in more pieces.
    if log.openBytes > 0, let open = log.openSegment { gather(from: open, isOpen: true) }
    let began = nanos
    let bytes = router.bytes
    var now = began
    var writes = 0
    while let number = router.takeReleased() {
      guard let group = groups[number] else { continue }
      sendGathered(group, now)
      writes += 1
      now = nanos
      guard now - began >= limitNanos else { continue }
      if router.bytes < Self.smallWriteBytes * router.waitingCount { break }
    }
    let areSmall = bytes - router.bytes < Self.smallWriteBytes * writes
    pace.spent(areSmall ? now - began : 0, until: now)
  }
}
