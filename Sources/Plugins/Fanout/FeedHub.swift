package import EngineCore

/// All feeds of a frontend and the log that they read. Lives on the frontend's event loop.
package final class FeedHub {
  package let catalog: Catalog
  package let clock: any EngineClock
  package let epoch: UInt64
  let format: any FeedFormat
  let settings: FeedLimits
  package internal(set) var log: EncodedLog
  var lastValues = LastValues()
  var router = Router()
  var pace: SendingPace
  package internal(set) var feeds: [Feed?] = []
  var freeNumbers: [Int] = []
  var whole: [Int] = []
  /// Feeds that are live with a selection, together where they get the same.
  var groups: [FeedGroup?] = []
  /// All below that groups want was gathered for them.
  var gatheredNext: UInt64
  var groupNumbers: [FeedGroup.Key: Int] = [:]
  var freeGroups: [Int] = []
  /// How long what is new may wait, as those who keep up have it: 0 when one of them wants all at
  /// once, `max` when nobody is there.
  var patienceNanos = Int64.max
  /// The part of the log that was sent last in this flush.
  var lastFrame: (place: FramePlace, frame: FeedFrame, end: Int)?
  var conflating: [Int] = []
  /// Feeds that have something to send besides what is new.
  var active: [Int] = []
  var dirty: [any FeedReceiver] = []
  /// When the open segment got its first event.
  package internal(set) var openedNanos: Int64 = 0
  /// Sealed bytes that have not been sent to those who keep up.
  var unflushedBytes = 0
  /// Something sealed has not been sent to those who keep up.
  var needsFlush = false
  /// Set by the hub when it wants to be called again soon.
  package internal(set) var wantsTurn = false
  /// What is new has waited where it came from.
  package var isRipe = false
  /// When the next round begins.
  var nextRoundNanos = Int64.max
  /// When what was gathered has waited long enough for the next to be sent something.
  var nextSendNanos = Int64.max
  /// The next time at which a feed has something due.
  package var nextDueNanos: Int64 { min(nextRoundNanos, nextSendNanos) }
  /// Feeds with subjects that name nothing known yet.
  private var unknownNames = 0
  package let counters = FeedCounters()
  /// The log on disk; nil when nothing keeps it.
  package let past: Past?
  /// Feeds for which the kept log is being read, by number of the reading.
  var readers: [UInt64: Feed] = [:]
  var readings: UInt64 = 0
  /// A reading could not be started as too many were under way.
  var waitsForReading = false

  package init(
    _ format: any FeedFormat, catalog: Catalog, clock: any EngineClock, epoch: UInt64,
    next: UInt64, settings: FeedLimits, past: Past? = nil
  ) {
    self.format = format
    self.catalog = catalog
    self.clock = clock
    self.epoch = epoch
    self.settings = settings
    gatheredNext = next
    pace = SendingPace(flushNanos: settings.flushNanos)
    self.past = past
    log = EncodedLog(next: next, limitBytes: settings.logBytes, format: format)
  }

  package var nanos: Int64 { clock.monotonicNanos() }

  // MARK: Feeds come and go

  /// Makes a feed of a checked request.
  package func add(_ request: FeedRequest, for client: any FeedReceiver) -> Feed {
    let number = freeNumbers.popLast() ?? feeds.count
    if number == feeds.count { feeds.append(nil) }
    let feed = Feed(
      request, number: number, client: client, segment: log.number(of: request.from),
      readsPast: request.from < log.first, tellsLive: format.tellsLive, now: nanos)
    feed.preamble = format.preamble(
      for: request.selection, allInstruments: request.wantsAllInstruments)
    if !request.opening.isEmpty { feed.queue = [.records(request.opening)] }
    feeds[number] = feed
    if request.selection.hasUnknownNames { unknownNames += 1 }
    activate(feed)
    return feed
  }

  /// There may be room again for a feed whose client had none. One that keeps up is left alone:
  /// what is gathered for it would come twice.
  package func resume(_ feed: Feed) {
    guard feed.isBlocked else { return }
    feed.isBlocked = false
    activate(feed)
  }

  /// Takes a feed out.
  package func remove(_ feed: Feed) {
    guard feed.phase != .ended else { return }
    leaveLive(feed)
    if feed.selection.hasUnknownNames { unknownNames -= 1 }
    feed.phase = .ended
    feed.queue = []
    feed.pieces = []
    readers[feed.reading] = nil
    active.removeAll { $0 == feed.number }
    feeds[feed.number] = nil
    freeNumbers.append(feed.number)
  }

  /// From now on what is new is routed to the feed.
  func goLive(_ feed: Feed) {
    feed.phase = .live
    patienceNanos = min(patienceNanos, patience(of: feed))
    if feed.policy == .conflate {
      conflating.append(feed.number)
    } else if feed.selection.isEverything {
      whole.append(feed.number)
    } else {
      join(feed)
    }
  }

  func leaveLive(_ feed: Feed) {
    guard feed.phase == .live else { return }
    if feed.policy == .conflate {
      conflating.removeAll { $0 == feed.number }
    } else if feed.selection.isEverything {
      whole.removeAll { $0 == feed.number }
    } else {
      leaveGroup(feed)
    }
    feed.phase = .behind
    patienceNanos = leastPatience
  }

  var leastPatience: Int64 {
    feeds.reduce(.max) { least, feed in
      guard let feed, feed.phase == .live else { return least }
      return min(least, patience(of: feed))
    }
  }

  private func patience(of feed: Feed) -> Int64 { max(feed.patienceNanos, settings.flushNanos) }

  /// Whether somebody should be sent what is new by now.
  package func isDue(_ now: Int64) -> Bool {
    guard patienceNanos > 0 else { return true }
    guard patienceNanos < .max else { return false }
    nextRoundNanos = min(nextRoundNanos, openedNanos + patienceNanos)
    return now >= nextRoundNanos
  }

  /// Has the feed looked at in the next turns.
  package func activate(_ feed: Feed) {
    guard !feed.isActive, feed.phase != .ended else { return }
    feed.isActive = true
    active.append(feed.number)
    wantsTurn = true
  }

  // MARK: What is new

  /// Encodes events and notes who wants which.
  package func receive(_ batch: Span<Event>) {
    router.nanos = nanos
    if !hasUnflushed { openedNanos = router.nanos }
    var index = 0
    while index < batch.count {
      let offset = log.openBytes
      let record = log.openSegment?.recordCount ?? 0
      let end = log.append(batch, from: index)
      if end > index, needsRouting { route(batch, index, end, offset, record) }
      index = end
      if index < batch.count { seal() }
    }
  }

  /// Whether anybody wants a part of what comes.
  private var needsRouting: Bool {
    !router.routes.isEmpty || !conflating.isEmpty || unknownNames > 0
  }

  /// Splits what was encoded at `offset` of the open segment, from its `record`th record on, into
  /// runs of one kind.
  private func route(
    _ batch: Span<Event>, _ start: Int, _ end: Int, _ offset: Int, _ record: Int
  ) {
    guard let segment = log.openSegment else { return }
    let isEven = format.hasEvenRecords
    var offset = offset
    var index = start
    while index < end {
      let kind = batch[index].kindCode
      let flags = batch[index].flags
      let bytes = format.byteCount(
        of: batch[index], record + index - start, at: offset, in: segment)
      guard kind == 1 || kind == 2 || kind == 5 else {
        routeOther(batch[index], offset, offset + bytes)
        offset += bytes
        index += 1
        continue
      }
      var last = index + 1
      if isEven {
        while last < end, batch[last].kindCode == kind, batch[last].flags == flags { last += 1 }
      }
      router.route(batch, index, last, kind: Int(kind), offset: offset, bytes: bytes)
      offset += (last - index) * bytes
      index = last
    }
    for number in conflating { conflate(batch, start, end, feed: number) }
  }

  /// Kinds for which each feed is asked. Definitions and the frontend's own gaps are for all.
  private func routeOther(_ event: Event, _ start: Int, _ end: Int) {
    let isOwnGap = event.kind == .gap && event.sequence == 0
    if isOwnGap || (event.kind == .definition && format.needsDefinitions) {
      for group in groups {
        guard let group else { continue }
        router.note(
          group.number, start, end, sequence: isOwnGap ? event.gap.first : event.sequence)
      }
      if event.kind == .definition { refreshSelections() }
      return
    }
    if event.kind == .definition { refreshSelections() }
    let candidates =
      event.kind == .bar
      ? router.routes.barFeeds(instrument: Int(event.instrument.raw))
      : router.routes.candidates(kind: Int(event.kindCode))
    for number in candidates {
      guard let group = groups[number] else { continue }
      let isMeant =
        event.kind == .bar && !group.selection.checksSpecs
        || group.selection.filter.matches(event)
      if isMeant { router.note(number, start, end, sequence: event.sequence) }
    }
  }

  /// New names may be what some feed has been waiting for.
  func refreshSelections() {
    for feed in feeds {
      guard let feed, feed.selection.hasUnknownNames else { continue }
      let group = feed.group
      if let group { router.routes.remove(group.number, feed.selection.filter) }
      _ = feed.selection.refresh(catalog: catalog)
      if !feed.selection.hasUnknownNames { unknownNames -= 1 }
      if let group { router.routes.add(group.number, feed.selection.filter) }
    }
  }

  func conflate(_ batch: Span<Event>, _ start: Int, _ end: Int, feed number: Int) {
    guard let feed = feeds[number] else { return }
    for index in start..<end {
      let event = batch[index]
      guard
        (event.kind == .definition && format.needsDefinitions) || feed.selection.isEverything
          || feed.selection.filter.matches(event)
      else { continue }
      feed.conflator?.merge(event)
    }
  }
}
