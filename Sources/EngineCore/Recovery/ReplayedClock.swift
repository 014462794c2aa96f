internal import Synchronization

/// A clock that stands where the log says.
final class ReplayedClock: EngineClock {
  private let time = Mutex(Timestamp.zero)

  func now() -> Timestamp { time.withLock { $0 } }
  func monotonicNanos() -> Int64 { now().nanoseconds }

  func advance(to now: Timestamp) { time.withLock { $0 = max($0, now) } }
}
