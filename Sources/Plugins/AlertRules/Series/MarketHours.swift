internal import EngineCore

/// Whether a market is open, and since when. Remembers where it was, as time goes forward.
struct MarketHours: Sendable {
  /// A session, or the time between two.
  struct Stretch: Sendable, Equatable {
    var isOpen: Bool
    var range: Range<Int64>
  }

  /// How many days it looks ahead for the next session; beyond that it looks again later.
  private static let reach = 20
  private static let dayNanos: Int64 = 86_400_000_000_000

  private let calendar: TradingCalendar?
  private var current: Stretch

  /// Nil: always open.
  init(_ calendar: TradingCalendar?) {
    self.calendar = calendar
    current = Stretch(isOpen: true, range: calendar == nil ? .min..<Int64.max : 0..<0)
  }

  mutating func stretch(at time: Int64) -> Stretch {
    if current.range.contains(time) { return current }
    guard let calendar else { return current }
    let day = Int(time / Self.dayNanos)
    var closedSince = time
    let horizon = Timestamp(nanoseconds: time)
      .advanced(byNanos: Int64(Self.reach) * Self.dayNanos).nanoseconds
    var opens = horizon
    for date in (day - 8)...(day + Self.reach) {
      for session in calendar.sessions(on: date) {
        if session.contains(time) {
          current = Stretch(isOpen: true, range: session)
          return current
        }
        if session.upperBound <= time {
          closedSince = session.upperBound
        } else {
          opens = min(opens, session.lowerBound)
        }
      }
      if opens < horizon { break }
    }
    let later = Timestamp(nanoseconds: time).advanced(byNanos: 1).nanoseconds
    current = Stretch(isOpen: false, range: min(closedSince, time)..<max(opens, later))
    return current
  }
}
