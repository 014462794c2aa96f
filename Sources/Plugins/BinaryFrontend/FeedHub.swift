internal import BinaryProtocol
internal import EngineCore
internal import NIOCore

/// All feeds of a frontend and the log that they read. Lives on the frontend's event loop.
final class FeedHub {
  let catalog: Catalog
  let clock: any EngineClock
  let epoch: UInt64
  let encoder: RecordEncoder
  let compressor: FrameCompressor
  let settings: FeedLimits
  var log: EncodedLog
  var lastValues = LastValues()
  var router = Router()
  var feeds: [Feed?] = []
  var freeNumbers: [Int] = []
  var whole: [Int] = []
  /// Feeds that are live with a selection, together where they get the same.
  var groups: [FeedGroup?] = []
  var groupNumbers: [FeedGroup.Key: Int] = [:]
  var freeGroups: [Int] = []
  /// How long what is new may wait, as those who keep up have it: 0 when one of them wants all at
  /// once, `max` when nobody is there.
  var patienceNanos = Int64.max
  /// The part of the log that was sent last in this flush.
  var lastFrame: (place: FramePlace, frame: WireFrame)?
  var conflating: [Int] = []
  /// Feeds that have something to send besides what is new.
  var active: [Int] = []
  var dirty: [FeedConnection] = []
  /// When the open segment got its first event.
  var openedNanos: Int64 = 0
  /// Sealed bytes that have not been sent to those who keep up.
  var unflushedBytes = 0
  /// Something sealed has not been sent to those who keep up.
  var needsFlush = false
  /// Set by the hub when it wants to be called again soon.
  var wantsTurn = false
  /// What is new has waited where it came from.
  var isRipe = false
  /// The next time at which a feed has something due.
  var nextDueNanos = Int64.max
  /// Feeds with subjects that name nothing known yet.
  private var unknownNames = 0
  let counters = FeedCounters()
  /// The log on disk; nil when nothing keeps it.
  let past: Past?
  /// Feeds for which the kept log is being read, by number of the reading.
  var readers: [UInt64: Feed] = [:]
  var readings: UInt64 = 0
  /// A reading could not be started as too many were under way.
  var waitsForReading = false

  init(
    catalog: Catalog, clock: any EngineClock, epoch: UInt64, next: UInt64, settings: FeedLimits,
    past: Past? = nil
  ) {
    self.catalog = catalog
    self.clock = clock
    self.epoch = epoch
    self.settings = settings
    self.past = past
    encoder = RecordEncoder(catalog: catalog)
    compressor = FrameCompressor(level: settings.compressionLevel)
    log = EncodedLog(next: next, limitBytes: settings.logBytes, encoder: encoder)
  }

  var nanos: Int64 { clock.monotonicNanos() }

  // MARK: Feeds come and go

  /// Makes a feed of a checked request. `start` says where it begins.
  func add(
    _ request: SubscribeRequest, selection: Selection, policy: DeliveryPolicy, isCompressed: Bool,
    next: UInt64, on connection: FeedConnection, stream: UInt32
  ) -> Feed {
    let number = freeNumbers.popLast() ?? feeds.count
    if number == feeds.count { feeds.append(nil) }
    let feed = Feed(
      number: number, stream: stream, connection: connection, selection: selection, policy: policy,
      request: request, limits: settings, isCompressed: isCompressed, next: next,
      segment: log.number(of: next), readsPast: next < log.first, now: nanos)
    feed.preamble = Preamble(
      selection.filter, allInstruments: request.options.contains(.allInstruments),
      catalog: catalog)
    feeds[number] = feed
    if selection.hasUnknownNames { unknownNames += 1 }
    activate(feed)
    return feed
  }

  /// Takes a feed out.
  func remove(_ feed: Feed) {
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
  func isDue(_ now: Int64) -> Bool {
    guard patienceNanos > 0 else { return true }
    guard patienceNanos < .max else { return false }
    nextDueNanos = min(nextDueNanos, openedNanos + patienceNanos)
    return now >= nextDueNanos
  }

  /// Has the feed looked at in the next turns.
  func activate(_ feed: Feed) {
    guard !feed.isActive, feed.phase != .ended else { return }
    feed.isActive = true
    active.append(feed.number)
    wantsTurn = true
  }

  // MARK: What is new

  /// Encodes events and notes who wants which.
  func receive(_ batch: Span<Event>) {
    if !hasUnflushed { openedNanos = nanos }
    var index = 0
    while index < batch.count {
      let offset = log.openBytes
      let end = log.append(batch, from: index)
      if end > index, needsRouting { route(batch, index, end, offset) }
      index = end
      if index < batch.count { seal() }
    }
  }

  /// Whether anybody wants a part of what comes.
  private var needsRouting: Bool {
    !router.routes.isEmpty || !conflating.isEmpty || unknownNames > 0
  }

  /// Splits what was encoded at `offset` of the open segment into runs of one kind.
  private func route(_ batch: Span<Event>, _ start: Int, _ end: Int, _ offset: Int) {
    var offset = offset
    var index = start
    while index < end {
      let kind = batch[index].kindCode
      let flags = batch[index].flags
      let bytes = recordBytes(batch[index], at: offset)
      guard kind == 1 || kind == 2 || kind == 5 else {
        routeOther(batch[index], offset, offset + bytes)
        offset += bytes
        index += 1
        continue
      }
      var last = index + 1
      while last < end, batch[last].kindCode == kind, batch[last].flags == flags { last += 1 }
      router.route(batch, index, last, kind: Int(kind), offset: offset, bytes: bytes)
      offset += (last - index) * bytes
      index = last
    }
    for number in conflating { conflate(batch, start, end, feed: number) }
  }

  func recordBytes(_ event: Event, at offset: Int) -> Int {
    guard event.kindCode == EventKind.definition.rawValue, let segment = log.openSegment else {
      return RecordFormat.bytes(of: event)
    }
    return segment.recordBytes(at: offset)
  }

  /// Kinds for which each feed is asked. Definitions and the frontend's own gaps are for all.
  private func routeOther(_ event: Event, _ start: Int, _ end: Int) {
    if event.kind == .definition || (event.kind == .gap && event.sequence == 0) {
      for group in groups {
        guard let group else { continue }
        router.note(
          group.number, start, end, sequence: event.kind == .gap ? event.gap.first : event.sequence)
      }
      if event.kind == .definition { refreshSelections() }
      return
    }
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
        event.kind == .definition || feed.selection.isEverything
          || feed.selection.filter.matches(event)
      else { continue }
      feed.conflator?.merge(event)
    }
  }
}
