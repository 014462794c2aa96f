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
  var routes = Routes()
  var feeds: [Feed?] = []
  var freeNumbers: [Int] = []
  /// Per feed: where in the open segment its records are.
  var picks: [[UInt32]] = []
  /// Feeds with picks or with a frame that is being gathered.
  var touched: [Int] = []
  var whole: [Int] = []
  var conflating: [Int] = []
  /// Feeds that have something to send besides what is new.
  var active: [Int] = []
  var dirty: [FeedConnection] = []
  /// When the open segment got its first event.
  var openedNanos: Int64 = 0
  /// Something sealed has not been sent to those who keep up.
  var needsFlush = false
  /// Set by the hub when it wants to be called again soon.
  var wantsTurn = false
  /// The next time at which a feed has something due.
  var nextDueNanos = Int64.max
  let counters = FeedCounters()

  init(
    catalog: Catalog, clock: any EngineClock, epoch: UInt64, next: UInt64, settings: FeedLimits
  ) {
    self.catalog = catalog
    self.clock = clock
    self.epoch = epoch
    self.settings = settings
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
    if number == feeds.count {
      feeds.append(nil)
      picks.append([])
    }
    let feed = Feed(
      number: number, stream: stream, connection: connection, selection: selection, policy: policy,
      request: request, isCompressed: isCompressed, next: next,
      segment: log.number(of: next), now: nanos)
    feed.preamble = Preamble(
      selection.filter, allInstruments: request.options.contains(.allInstruments),
      catalog: catalog)
    feeds[number] = feed
    activate(feed)
    return feed
  }

  /// Takes a feed out.
  func remove(_ feed: Feed) {
    guard feed.phase != .ended else { return }
    leaveLive(feed)
    feed.phase = .ended
    feed.pending = nil
    feed.queue = []
    touched.removeAll { $0 == feed.number }
    active.removeAll { $0 == feed.number }
    picks[feed.number] = []
    feeds[feed.number] = nil
    freeNumbers.append(feed.number)
  }

  /// From now on what is new is routed to the feed.
  func goLive(_ feed: Feed) {
    feed.phase = .live
    if feed.policy == .conflate {
      conflating.append(feed.number)
    } else if feed.selection.isEverything {
      whole.append(feed.number)
    } else {
      routes.add(feed.number, feed.selection.filter)
    }
  }

  func leaveLive(_ feed: Feed) {
    guard feed.phase == .live else { return }
    if feed.policy == .conflate {
      conflating.removeAll { $0 == feed.number }
    } else if feed.selection.isEverything {
      whole.removeAll { $0 == feed.number }
    } else {
      routes.remove(feed.number, feed.selection.filter)
      picks[feed.number].removeAll(keepingCapacity: true)
    }
    feed.phase = .behind
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
    if log.openBytes == 0 { openedNanos = nanos }
    var index = 0
    while index < batch.count {
      let offset = log.openBytes
      let end = log.append(batch, from: index)
      if end > index { route(batch, index, end, offset) }
      index = end
      if index < batch.count { seal() }
    }
  }

  func route(_ batch: Span<Event>, _ start: Int, _ end: Int, _ offset: Int) {
    var offset = offset
    for index in start..<end {
      let kind = Int(batch[index].kindCode)
      let position = UInt32(truncatingIfNeeded: offset)
      switch kind {
      case 1, 2, 5:
        routes.forEach(kind: kind, instrument: Int(batch[index].instrument.raw)) { feed in
          pick(feed, position, batch[index].sequence)
        }
      case 3:
        let event = batch[index]
        routes.forEach(kind: kind, instrument: Int(event.instrument.raw)) { number in
          guard let feed = feeds[number] else { return }
          if !feed.selection.checksSpecs || feed.selection.filter.matches(event) {
            pick(number, position, event.sequence)
          }
        }
      default: routeOther(batch[index], position)
      }
      offset += recordBytes(batch[index], at: offset)
    }
    for number in conflating { conflate(batch, start, end, feed: number) }
  }

  func recordBytes(_ event: Event, at offset: Int) -> Int {
    guard event.kindCode == EventKind.definition.rawValue, let segment = log.openSegment else {
      return RecordFormat.bytes(of: event)
    }
    return segment.recordBytes(at: offset)
  }

  @inline(__always)
  func pick(_ number: Int, _ offset: UInt32, _ sequence: UInt64) {
    if picks[number].isEmpty { touch(number, sequence) }
    picks[number].append(offset)
  }

  func touch(_ number: Int, _ sequence: UInt64) {
    guard let feed = feeds[number] else { return }
    // With a frame under way it is on the list.
    guard feed.pending == nil else { return }
    feed.pendingFirst = sequence
    touched.append(number)
  }

  /// Kinds that are rare: each feed is asked. Definitions and the frontend's own gaps are for all.
  func routeOther(_ event: Event, _ offset: UInt32) {
    let isForAll =
      event.kind == .definition || (event.kind == .gap && event.sequence == 0)
    if isForAll {
      for feed in feeds {
        guard let feed, feed.phase == .live, feed.policy != .conflate,
          !feed.selection.isEverything
        else { continue }
        pick(feed.number, offset, max(event.sequence, log.next))
      }
      if event.kind == .definition { refreshSelections() }
      return
    }
    for number in routes.candidates(kind: Int(event.kindCode)) {
      guard let feed = feeds[number], feed.selection.filter.matches(event) else { continue }
      pick(number, offset, event.sequence)
    }
  }

  /// New names may be what some feed has been waiting for.
  func refreshSelections() {
    for feed in feeds {
      guard let feed, feed.selection.hasUnknownNames else { continue }
      let isRouted =
        feed.phase == .live && feed.policy != .conflate && !feed.selection.isEverything
      if isRouted { routes.remove(feed.number, feed.selection.filter) }
      _ = feed.selection.refresh(catalog: catalog)
      if isRouted { routes.add(feed.number, feed.selection.filter) }
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
