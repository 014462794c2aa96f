/// Says how many events are due: one after the other in equal steps, or all that can be sent.
struct Pacer: Equatable, Sendable {
  /// Nothing is looked at more often: a timer costs more than a small frame.
  static let stepNanos: Int64 = 50_000

  /// What was due at the end may go out so much later; the rest is left.
  static let graceNanos: Int64 = 100_000_000

  /// Events a second; nil: without limit.
  let rate: UInt64?
  let beginNanos: Int64
  let endNanos: Int64

  /// Events that are due at a time, of all.
  func due(at now: Int64) -> UInt64 {
    guard now >= beginNanos, now <= endNanos + Self.graceNanos else { return 0 }
    guard let rate else { return now < endNanos ? .max : 0 }
    let elapsed = UInt64(max(0, min(now, endNanos) - beginNanos))
    let product = elapsed.multipliedFullWidth(by: rate)
    // The first event is due at the beginning.
    return min(total, UInt64(1_000_000_000).dividingFullWidth(product).quotient + 1)
  }

  /// Events of the whole run; as many as there can be without a rate.
  var total: UInt64 {
    guard let rate else { return .max }
    let product = UInt64(max(0, endNanos - beginNanos)).multipliedFullWidth(by: rate)
    return UInt64(1_000_000_000).dividingFullWidth(product).quotient
  }

  /// When an event, counted from 0, should be sent: what its latency is measured from, so that time
  /// in which a busy server holds it back counts too.
  func time(of event: UInt64, now: Int64) -> Int64 {
    guard let rate, rate > 0 else { return now }
    let product = event.multipliedFullWidth(by: 1_000_000_000)
    return beginNanos + Int64(clamping: rate.dividingFullWidth(product).quotient)
  }

  /// When to look again after so many events were sent; nil: when the run is over.
  func next(after sent: UInt64, now: Int64) -> Int64? {
    guard sent < total, now < endNanos else { return nil }
    guard let rate, rate > 0 else { return rate == nil ? max(now, beginNanos) : nil }
    return max(time(of: sent, now: now), now + Self.stepNanos)
  }
}
