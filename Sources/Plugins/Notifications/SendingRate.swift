package import EngineCore

/// A token bucket in whole nanoseconds: so many messages in a period, all of them at once when none
/// were sent for so long.
package struct SendingRate: Sendable, Equatable {
  package let count: Int64
  package let periodNanos: Int64
  /// When the bucket will be full again.
  private var fullAt = Timestamp.distantPast

  package init(count: Int64, periodNanos: Int64) {
    self.count = max(count, 1)
    self.periodNanos = max(periodNanos, self.count)
  }

  /// Reads `30 per 1m`.
  package init?(parsing text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[1] == "per", let count = Int64(words[0]),
      (1...1_000_000).contains(count), let period = try? DurationText.parse(String(words[2])),
      period >= count, period <= 31 * 86_400_000_000_000
    else { return nil }
    self.init(count: count, periodNanos: period)
  }

  private var perMessage: Int64 { periodNanos / count }

  /// When the next message may go: now, or later.
  package func next(at now: Timestamp) -> Timestamp {
    let earliest = fullAt == .distantPast ? now : fullAt.advanced(byNanos: perMessage - periodNanos)
    return max(now, earliest)
  }

  /// One message goes.
  package mutating func take(at now: Timestamp) {
    fullAt = max(fullAt, now).advanced(byNanos: perMessage)
  }

  /// The clock was set back.
  package mutating func shift(byNanos nanos: Int64) {
    if fullAt != .distantPast { fullAt = fullAt.advanced(byNanos: nanos) }
  }
}
