internal import EngineCore

/// Lognormal sizes, whose median may follow the time of day.
struct SizeModel: Equatable, Sendable {
  /// How the median moves over the session.
  enum Profile: String, CaseIterable, Sendable {
    case flat
    /// 2 at open and close, 0.5 in the middle, 1 on average: 0.5 + 6 (x - ½)².
    case uShaped = "u-shaped"
  }

  /// False: events carry no size.
  var isOn = true
  /// Deviation of the logarithm.
  var deviation = 1.0
  var profile = Profile.flat
  /// The session in nanoseconds of the UTC day; outside it the profile is at its lowest.
  var openNanos: Int64 = 0
  var closeNanos: Int64 = 86_400_000_000_000

  /// What the median is multiplied by at that time.
  @inline(__always)
  func factor(at time: Int64) -> Double {
    guard profile == .uShaped else { return 1 }
    let day: Int64 = 86_400_000_000_000
    let rest = time % day
    let nanos = rest < 0 ? rest + day : rest
    guard nanos >= openNanos, nanos <= closeNanos, closeNanos > openNanos else { return 0.5 }
    let x = Double(nanos - openNanos) / Double(closeNanos - openNanos) - 0.5
    return 0.5 + 6 * x * x
  }

  /// One size in whole units of the instrument's size precision, at least 1; nil beyond 2⁵³.
  @inline(__always)
  func next(
    median: Double, factor: Double, _ random: inout SeededRandom, _ normal: NormalVariates
  ) -> Int64? {
    guard deviation > 0 else { return wholeIncrements(median * factor) }
    return wholeIncrements(
      median * factor * PortableMath.exp(deviation * normal.next(&random)))
  }
}
