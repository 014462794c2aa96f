/// Which recorded instants are due, by a monotonic clock and a speed.
///
/// An anchor ties one recorded instant to one on the clock. It is set by the first row, and again
/// after everything that breaks the run: a seek, a pause, another speed, another pass.
struct Playback {
  private(set) var speed: ReplaySpeed
  private var anchor: (recorded: Int64, nanos: Int64)?
  /// By how much the schedule was moved because the bus did not keep up.
  private(set) var slippedNanos: Int64 = 0

  /// How late rows may be before the schedule moves: a stall is not followed by a longer burst.
  static let latestNanos: Int64 = 1_000_000_000

  init(speed: ReplaySpeed) { self.speed = speed }

  /// Sets the speed, from the next row on.
  mutating func setSpeed(_ speed: ReplaySpeed) {
    self.speed = speed
    anchor = nil
  }

  /// Begins anew with the next row.
  mutating func release() { anchor = nil }

  /// Whether the next row begins a run.
  var isReleased: Bool { anchor == nil }

  /// The last recorded instant that is due.
  ///
  /// - Parameter next: the time of the next row.
  mutating func horizon(next: Int64, now: Int64) -> Int64 {
    guard case .ratio(let raw) = speed else {
      if anchor == nil { anchor = (next, now) }
      return .max
    }
    guard var anchor else {
      self.anchor = (next, now)
      return next
    }
    let late = Int128(now) - due(next, anchor, raw)
    if late > Int128(Self.latestNanos) {
      let slip = Int64(clamping: late - Int128(Self.latestNanos))
      // A row that steps far back in time is no reason to wait: it is due anyway.
      if next >= anchor.recorded {
        anchor.nanos += slip
        slippedNanos += slip
        self.anchor = anchor
      }
    }
    let elapsed = Int128(now) - Int128(anchor.nanos)
    return Int64(clamping: Int128(anchor.recorded) + elapsed * Int128(raw) / 1_000_000_000)
  }

  /// Nanoseconds until a row of that time is due.
  func wait(for time: Int64, now: Int64) -> Int64 {
    guard case .ratio(let raw) = speed, let anchor else { return 0 }
    return max(Int64(clamping: due(time, anchor, raw) - Int128(now)), 1)
  }

  private func due(
    _ time: Int64, _ anchor: (recorded: Int64, nanos: Int64), _ raw: Int64
  ) -> Int128 {
    let distance = Int128(time) - Int128(anchor.recorded)
    // Rounded up, so that the row is due when the wait is over.
    let scaled = distance * 1_000_000_000
    let quotient = scaled / Int128(raw)
    return Int128(anchor.nanos) + quotient + (scaled > quotient * Int128(raw) ? 1 : 0)
  }
}
