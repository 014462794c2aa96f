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
  /// Bytes noted since they were last written out, over all feeds.
  var bytes = 0
  /// Feeds with runs, or with a frame that is being gathered.
  var touched: [Int] = []
  private var isTouched: [Bool] = []

  mutating func makeRoom(for feed: Int) {
    guard feed >= runs.count else { return }
    runs.append([])
    firsts.append(0)
    isTouched.append(false)
  }

  /// Forgets everything noted for a feed.
  mutating func clear(_ feed: Int) {
    runs[feed] = []
    isTouched[feed] = false
    touched.removeAll { $0 == feed }
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

  /// Takes the list of those who have something.
  mutating func takeTouched() -> [Int] {
    for feed in touched { isTouched[feed] = false }
    bytes = 0
    defer { touched.removeAll(keepingCapacity: true) }
    return touched
  }

  /// Puts a feed on that list again.
  mutating func touchAgain(_ feed: Int) {
    guard !isTouched[feed] else { return }
    isTouched[feed] = true
    touched.append(feed)
  }

  /// Notes bytes for a feed; `sequence` is that of the event that begins there.
  @inline(__always)
  mutating func note(_ feed: Int, _ start: Int, _ end: Int, sequence: UInt64) {
    if !isTouched[feed] {
      isTouched[feed] = true
      touched.append(feed)
      firsts[feed] = sequence
    }
    bytes += end - start
    if let last = runs[feed].last, last & 0xFFFF_FFFF == UInt64(start) {
      runs[feed][runs[feed].count - 1] = last & ~0xFFFF_FFFF | UInt64(end)
    } else {
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
