/// Decides when to ping and when to give up. Pure: time is a parameter, in nanoseconds.
struct KeepAlive: Sendable {
  enum Outcome: Equatable {
    case nothing
    case ping(UInt64)
    case dead
  }

  private let intervalNanos: Int64
  private let timeoutNanos: Int64
  private var lastHeard: Int64
  private var pingSent: Int64?
  private var pings: UInt64 = 0

  init(intervalNanos: Int64, timeoutNanos: Int64, now: Int64) {
    self.intervalNanos = intervalNanos
    self.timeoutNanos = timeoutNanos
    lastHeard = now
  }

  /// When `timePassed` has something to do; nil when keep-alive is off.
  var nextDeadline: Int64? {
    guard intervalNanos > 0 else { return nil }
    if let pingSent { return pingSent.addingSaturated(timeoutNanos) }
    return lastHeard.addingSaturated(intervalNanos)
  }

  /// Any byte from the other side is a sign of life.
  mutating func heard(now: Int64) {
    lastHeard = now
    pingSent = nil
  }

  mutating func timePassed(now: Int64) -> Outcome {
    guard let nextDeadline, now >= nextDeadline else { return .nothing }
    if pingSent != nil { return .dead }
    pingSent = now
    pings += 1
    return .ping(pings)
  }
}

extension Int64 {
  /// The sum, or the end of the range instead of an overflow.
  func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    guard overflow else { return sum }
    return other > 0 ? .max : .min
  }

  /// A point in time a relative wait from here; zero is no limit.
  func deadline(after nanos: UInt64) -> Int64? {
    nanos == 0 ? nil : addingSaturated(Int64(clamping: nanos))
  }
}
