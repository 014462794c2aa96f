internal import EngineCore

/// Notes for each feed which parts of the open segment are for it.
///
/// A value that is passed a run of events at a time, so that what it holds is accessed once a run
/// and not once an event.
struct Router {
  var routes = Routes()
  /// Per feed: runs of bytes of the open segment, each `start << 32 | end`.
  private(set) var runs: [[UInt64]] = []
  /// Per feed: the sequence of the first event that was noted since it was sent something.
  private(set) var firsts: [UInt64] = []
  /// Bytes noted and not taken yet, over all feeds.
  private(set) var bytes = 0
  /// Feeds with runs in the open segment.
  private var noted: [Int] = []
  /// Feeds with something to be sent: who has waited longest is the first.
  private var waiting = WaitingFeeds()
  /// When what is noted came.
  var nanos: Int64 = 0
  private var isTouched: [Bool] = []

  mutating func makeRoom(for feed: Int) {
    guard feed >= runs.count else { return }
    runs.append([])
    firsts.append(0)
    isTouched.append(false)
  }

  /// Forgets everything noted for a feed.
  mutating func clear(_ feed: Int) {
    for run in runs[feed] { bytes -= Int(run & 0xFFFF_FFFF) - Int(run >> 32) }
    runs[feed] = []
    noted.removeAll { $0 == feed }
    waiting.remove(feed)
    isTouched[feed] = false
  }

  /// Takes the list of feeds with runs in the open segment, which is being sealed.
  mutating func takeNoted() -> [Int] {
    defer { noted.removeAll(keepingCapacity: true) }
    return noted
  }

  /// Takes what was noted for a feed in the open segment.
  mutating func takeRuns(of feed: Int) -> [UInt64] {
    var taken: [UInt64] = []
    swap(&taken, &runs[feed])
    return taken
  }

  /// Gives an array back whose memory can be used again.
  mutating func recycle(_ array: [UInt64], of feed: Int) {
    var array = array
    array.removeAll(keepingCapacity: true)
    if runs[feed].isEmpty { runs[feed] = array }
  }

  // MARK: Who is next

  /// How many feeds have something to be sent.
  var waitingCount: Int { waiting.count }

  /// Whether feeds that may be sent something have not been.
  var hasReleased: Bool { waiting.hasReleased }

  /// Since when the first of the others waits.
  var nextSinceNanos: Int64? { waiting.nextSinceNanos }

  /// Has those taken, one after the other, that have waited since `nanos` or longer.
  mutating func release(through nanos: Int64) { waiting.release(through: nanos) }

  /// Takes the feed that has waited longest of those that may be sent something.
  mutating func takeReleased() -> Int? {
    guard let feed = waiting.takeReleased() else { return nil }
    isTouched[feed] = false
    return feed
  }

  /// Bytes of a feed were taken.
  mutating func taken(_ bytes: Int) { self.bytes = waiting.count > 0 ? self.bytes - bytes : 0 }

  /// Lets a feed wait again.
  mutating func touchAgain(_ feed: Int) {
    guard !isTouched[feed] else { return }
    isTouched[feed] = true
    waiting.append(feed, since: nanos)
  }

  /// Notes bytes for a feed; `sequence` is that of the event that begins there.
  @inline(__always)
  mutating func note(_ feed: Int, _ start: Int, _ end: Int, sequence: UInt64) {
    if !isTouched[feed] {
      isTouched[feed] = true
      waiting.append(feed, since: nanos)
      firsts[feed] = sequence
    }
    bytes += end - start
    if let last = runs[feed].last, last & 0xFFFF_FFFF == UInt64(start) {
      runs[feed][runs[feed].count - 1] = last & ~0xFFFF_FFFF | UInt64(end)
    } else {
      if runs[feed].isEmpty { noted.append(feed) }
      runs[feed].append(UInt64(start) << 32 | UInt64(end))
    }
  }

  /// Routes a run of trades, quotes or corrections of one kind, each of `bytes` bytes.
  mutating func route(
    _ events: Span<Event>, _ start: Int, _ end: Int, kind: Int, offset: Int, bytes: Int
  ) {
    for feed in routes.everywhere[kind] {
      note(feed, offset, offset + (end - start) * bytes, sequence: events[start].sequence)
    }
    guard !routes.byInstrument.isEmpty else { return }
    var place = offset
    let limit = routes.byInstrument.count
    for index in start..<end {
      let instrument = Int(events[index].instrument.raw)
      if instrument < limit {
        for at in routes.byInstrument[instrument].indices {
          let route = routes.byInstrument[instrument][at]
          if route.kinds >> UInt32(kind) & 1 != 0 {
            note(route.feed, place, place + bytes, sequence: events[index].sequence)
          }
        }
      }
      place += bytes
    }
  }
}
