/// Evenly spaced instants at an exact rational step: `nanos` for every `ticks` of them.
///
/// Each instant is the exact one rounded down, so that no drift builds up however long it runs.
struct Cadence: Equatable {
  /// The time of the next tick.
  private(set) var next: Int64
  /// The part of a nanosecond by which the exact time is later, in 1/ticks.
  private var carry: Int64 = 0
  private let ticks: Int64
  private let wholeStep: Int64
  private let restStep: Int64

  /// - Parameter ticks: how many ticks come in `nanos`; at least 1, and `nanos` at least 0.
  init(start: Int64, nanos: Int64, ticks: Int64) {
    next = start
    self.ticks = max(ticks, 1)
    (wholeStep, restStep) = max(nanos, 0).quotientAndRemainder(dividingBy: self.ticks)
  }

  /// The distance of two ticks, rounded down.
  var stepNanos: Int64 { wholeStep }

  /// Goes on to the next tick; held at the end of the range.
  @inline(__always)
  mutating func advance() {
    var step = wholeStep
    // carry and restStep are below ticks: their sum is taken apart before it can overflow.
    if restStep > 0 {
      if carry >= ticks &- restStep {
        carry = carry &- (ticks &- restStep)
        step = step &+ 1
      } else {
        carry = carry &+ restStep
      }
    }
    let (sum, overflow) = next.addingReportingOverflow(step)
    next = overflow ? .max : sum
  }

  /// Goes on by `count` ticks at once.
  mutating func advance(by count: Int64) {
    let rest = Int128(carry) + Int128(restStep) * Int128(count)
    let (extra, left) = rest.quotientAndRemainder(dividingBy: Int128(ticks))
    carry = Int64(left)
    next = Int64(clamping: Int128(next) + Int128(wholeStep) * Int128(count) + extra)
  }

  /// How many ticks from the next one on are at or before `time`.
  func count(through time: Int64) -> Int64 {
    guard time >= next else { return 0 }
    // The k-th tick is next + floor((carry + k × step) / ticks); it is due while that is ≤ time.
    let step = Int128(wholeStep) * Int128(ticks) + Int128(restStep)
    guard step > 0 else { return .max }
    let span = (Int128(time) - Int128(next) + 1) * Int128(ticks) - Int128(carry) - 1
    return Int64(clamping: span / step + 1)
  }

  /// The same step from another instant on.
  mutating func restart(at time: Int64) {
    next = time
    carry = 0
  }
}
