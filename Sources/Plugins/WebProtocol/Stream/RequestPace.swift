/// How fast requests may come: a burst, then a rate. Pure: time is a parameter, in nanoseconds.
struct RequestPace: Equatable, Sendable {
  private let intervalNanos: Int64
  private let burstNanos: Int64
  /// When all that has come would be due at the rate.
  private var due = Int64.min

  init(perSecond: Int, burst: Int) {
    intervalNanos = 1_000_000_000 / Int64(max(perSecond, 1))
    burstNanos = intervalNanos * Int64(max(burst, 1))
  }

  /// Whether one more may come now.
  mutating func take(now: Int64) -> Bool {
    let from = max(due, now)
    guard from - now <= burstNanos - intervalNanos else { return false }
    due = from + intervalNanos
    return true
  }
}
