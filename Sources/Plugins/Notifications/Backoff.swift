package import EngineCore

/// How long to wait after a failed attempt: exponential with full jitter, so that many who wait for
/// the same receiver do not come back at once.
package struct Backoff: Sendable, Equatable {
  /// The longest wait after the first failure.
  package var firstNanos: Int64
  /// The longest wait ever.
  package var mostNanos: Int64

  package init(firstNanos: Int64, mostNanos: Int64) {
    self.firstNanos = max(firstNanos, 1)
    self.mostNanos = max(mostNanos, self.firstNanos)
  }

  /// The longest wait after so many failures, 1 for the first.
  package func ceiling(failures: Int) -> Int64 {
    var ceiling = firstNanos
    for _ in 1..<max(min(failures, 63), 1) where ceiling < mostNanos {
      let (doubled, overflow) = ceiling.multipliedReportingOverflow(by: 2)
      ceiling = overflow ? mostNanos : min(doubled, mostNanos)
    }
    return ceiling
  }

  /// Anything from a tenth of the ceiling up to it: never at once.
  package func wait(failures: Int, random: inout SeededRandom) -> Int64 {
    let ceiling = ceiling(failures: failures)
    return Int64.random(in: max(ceiling / 10, 1)...ceiling, using: &random)
  }
}
