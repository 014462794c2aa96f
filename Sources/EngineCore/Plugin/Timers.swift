/// A plugin's timers. Only its lane uses them.
///
/// Of a plugin that reads the bus, a timer fires when a `time` event that is due passes its cursor,
/// so that a recorded run repeats; of the others, as soon as the clock says so. A wall clock that
/// jumps delays no timer: the waiting is done on the monotonic clock.
public final class Timers {
  private struct Due {
    var time: Timestamp
    var monotonicNanos: Int64
  }

  private var due: [TimerID: Due] = [:]
  private let clock: any EngineClock
  /// When the earliest timer is due, on the monotonic clock.
  private(set) var nextNanos = Int64.max

  init(clock: any EngineClock) { self.clock = clock }

  /// Sets or moves a timer.
  ///
  /// - Parameter now: the newest time in the log, of whoever goes by that: where a wall clock that
  ///   was set back is behind it, the wait is counted from there.
  public func schedule(
    _ timer: TimerID, at time: Timestamp, after now: Timestamp = .distantPast
  ) {
    let wait = max(time.nanos(since: max(clock.now(), now)), 0)
    let (nanos, overflow) = clock.monotonicNanos().addingReportingOverflow(wait)
    due[timer] = Due(time: time, monotonicNanos: overflow ? .max : nanos)
    refresh()
  }

  public func cancel(_ timer: TimerID) {
    due[timer] = nil
    refresh()
  }

  var isEmpty: Bool { due.isEmpty }

  /// The time that has to be reached for everything that is due now.
  func timeReached(at nanos: Int64) -> Timestamp? {
    due.values.filter { $0.monotonicNanos <= nanos }.map(\.time).max()
  }

  /// Takes one timer that is due by then, the earliest first, then by number.
  func take(until time: Timestamp) -> TimerID? {
    let first = due.min { ($0.value.time, $0.key.raw) < ($1.value.time, $1.key.raw) }
    guard let first, first.value.time <= time else { return nil }
    due[first.key] = nil
    refresh()
    return first.key
  }

  private func refresh() {
    nextNanos = due.values.reduce(.max) { min($0, $1.monotonicNanos) }
  }
}
