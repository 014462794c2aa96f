internal import EngineCore

/// How far one time spec has come, and which instruments have bars that are not closed.
struct TimeNode: Sendable {
  /// An interval in which some instruments have a bar that is not closed.
  struct Pending: Sendable {
    var start: Int64
    var end: Int64
    var members = InstrumentSet()
  }

  var grid: BarGrid
  /// In order of time.
  var pending: [Pending] = []
  /// Sets of members that were used and are empty again.
  private var spare: [InstrumentSet] = []
  /// Every interval that ends here or before is complete; `max` before the first watermark.
  var frontier = Int64.max
  /// The end of the interval that begins at the frontier.
  var nextEnd = Int64.max

  init(grid: BarGrid) { self.grid = grid }

  /// The interval of a time, if a bar of it can simply be begun: it is the newest of its series,
  /// and its interval is not complete.
  @inline(__always)
  mutating func interval(at time: Int64, after newestStart: Int64) -> BarInterval? {
    guard frontier != .max, let interval = grid.interval(at: Timestamp(nanoseconds: time)),
      interval.start.nanoseconds > newestStart, interval.end.nanoseconds > frontier
    else { return nil }
    return interval
  }

  /// Remembers that an instrument has a bar in an interval.
  mutating func register(_ instrument: InstrumentID, _ interval: BarInterval) {
    let (start, end) = (interval.start.nanoseconds, interval.end.nanoseconds)
    var index = pending.count
    while index > 0, pending[index - 1].start > start { index -= 1 }
    if index > 0, pending[index - 1].start == start {
      pending[index - 1].members.insert(instrument)
      return
    }
    pending.insert(
      Pending(start: start, end: end, members: spare.popLast() ?? InstrumentSet()), at: index)
    pending[index].members.insert(instrument)
  }

  /// Takes the first pending interval off.
  mutating func takePending() -> Pending { pending.removeFirst() }

  /// Gives the memory of a pending interval back for the next one.
  mutating func recycle(_ used: consuming Pending) {
    var members = used.members
    members.removeAll()
    if spare.count < 4 { spare.append(members) }
  }

  /// Begins to complete intervals, with the one that holds that time.
  mutating func begin(at time: Int64) {
    let time = Timestamp(nanoseconds: time)
    guard let interval = grid.interval(at: time) ?? grid.next(after: time) else { return }
    frontier = interval.start.nanoseconds
    nextEnd = interval.end.nanoseconds
  }

  /// Goes on after an interval that ends there.
  mutating func advance(to end: Int64) {
    frontier = end
    let time = Timestamp(nanoseconds: end)
    nextEnd = (grid.interval(at: time) ?? grid.next(after: time))?.end.nanoseconds ?? .max
  }
}
