/// How fast requests may come: a burst, then a rate. Pure: time is a parameter, in nanoseconds.
package struct RequestPace: Equatable, Sendable {
  private let intervalNanos: Int64
  private let burstNanos: Int64
  /// When all that has come would be due at the rate.
  private var due = Int64.min

  package init(perSecond: Int, burst: Int) {
    intervalNanos = 1_000_000_000 / Int64(max(perSecond, 1))
    burstNanos = intervalNanos * Int64(max(burst, 1))
  }

  /// Whether one more may come now.
  package mutating func take(now: Int64) -> Bool {
    let from = max(due, now)
    guard from - now <= burstNanos - intervalNanos else { return false }
    due = from + intervalNanos
    return true
  }

  /// Whether all that has come is due at the rate: as if nothing had ever come.
  package func isRested(now: Int64) -> Bool { due <= now }
}
