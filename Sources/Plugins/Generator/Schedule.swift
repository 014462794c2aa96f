/// When ticks are due on a monotonic clock, and what happens when they could not go out.
///
/// After a pause or a stall it catches up by at most `catchUpNanos` worth of ticks; the older ones
/// are missed, which is counted. Missing a tick drops an instant, never a value of the stream.
struct Schedule {
  private var cadence: Cadence
  private let catchUpNanos: Int64
  /// Instants that passed without a tick.
  private(set) var missed: UInt64 = 0

  /// Ticks closer than this are asked for in groups: waking up for each would cost more than it.
  static let shortestWaitNanos: Int64 = 50_000

  init(cadence: Cadence, catchUpNanos: Int64) {
    self.cadence = cadence
    self.catchUpNanos = catchUpNanos
  }

  /// How many ticks are due, after giving up those that are too old.
  mutating func due(at now: Int64) -> Int64 {
    let (oldest, overflow) = now.subtractingReportingOverflow(catchUpNanos)
    if !overflow, cadence.next < oldest { skip(cadence.count(through: oldest - 1)) }
    return cadence.count(through: now)
  }

  /// Takes note that so many ticks went out.
  mutating func emitted(_ count: Int64) { cadence.advance(by: count) }

  /// Gives up everything that became due before `now`.
  mutating func resume(at now: Int64) { skip(cadence.count(through: now - 1)) }

  /// Nanoseconds from `now` until it is worth asking again.
  func wait(from now: Int64) -> Int64 {
    let shortest = min(Self.shortestWaitNanos, max(cadence.stepNanos, 1))
    let (wait, overflow) = cadence.next.subtractingReportingOverflow(now)
    if overflow { return cadence.next > now ? .max : shortest }
    return cadence.stepNanos >= Self.shortestWaitNanos
      ? max(wait, 0) : max(wait, Self.shortestWaitNanos)
  }

  private mutating func skip(_ count: Int64) {
    guard count > 0 else { return }
    cadence.advance(by: count)
    missed += UInt64(count)
  }
}
