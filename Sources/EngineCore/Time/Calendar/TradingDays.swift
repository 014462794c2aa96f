/// Looks up trading days of a calendar by time and by number. Remembers where it was, as times come
/// mostly in order.
struct TradingDays: Sendable {
  /// One trading day: from its first session's start to its last one's end.
  struct Day: Sendable, Equatable {
    /// Days since 1970.
    var date: Int
    var sessions: [Range<Int64>]
    var start: Int64 { sessions.first?.lowerBound ?? 0 }
    var end: Int64 { sessions.last?.upperBound ?? 0 }
  }

  /// 2000-01-03, a Monday: what groups of days are counted from.
  static let epochDay = 10_959
  /// How far it looks for a day with sessions.
  private static let reach = 4000

  let calendar: TradingCalendar
  private var current: Day?
  private var following: Day?
  /// A date at or after the epoch day, and how many trading days lie between them.
  private var countedTo = Self.epochDay
  private var counted = 0

  init(_ calendar: TradingCalendar) { self.calendar = calendar }

  /// The trading day of a date; nil when nothing trades on it.
  func day(_ date: Int) -> Day? {
    let sessions = calendar.sessions(on: date)
    return sessions.isEmpty ? nil : Day(date: date, sessions: sessions)
  }

  func next(after date: Int) -> Day? {
    for distance in 1...Self.reach {
      if let day = day(date + distance) { return day }
    }
    return nil
  }

  func previous(before date: Int) -> Day? {
    for distance in 1...Self.reach {
      if let day = day(date - distance) { return day }
    }
    return nil
  }

  /// The last trading day that begins at or before that time, and the one after it.
  mutating func around(_ nanos: Int64) -> (Day, Day?)? {
    if let current, current.start <= nanos, nanos < following?.start ?? .max {
      return (current, following)
    }
    let local = calendar.localDay(at: nanos)
    // A session begins at most six days before its date.
    guard var found = previous(before: local + 8) else { return nil }
    while found.start > nanos {
      guard let earlier = previous(before: found.date) else { return nil }
      found = earlier
    }
    current = found
    following = next(after: found.date)
    return (found, following)
  }

  /// How many trading days lie between the epoch day and that date, which does not count itself;
  /// negative for dates before it.
  mutating func ordinal(of date: Int) -> Int {
    if case .continuous = calendar.week, calendar.holidays.isEmpty, calendar.zone == .utc {
      return date - Self.epochDay
    }
    if date < Self.epochDay {
      return -(date..<Self.epochDay).count { day($0) != nil }
    }
    if date < countedTo {
      countedTo = Self.epochDay
      counted = 0
    }
    counted += (countedTo..<date).count { day($0) != nil }
    countedTo = date
    return counted
  }
}
