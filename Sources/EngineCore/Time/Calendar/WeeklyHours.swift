/// Trading hours of a week, as TradingView writes them.
///
/// `0930-1600` (Monday to Friday), `24x7`, `0900-1130,1230-1500`, `0930-1600:23456|1000-1300:7`
/// (1 is Sunday), `1700-1700` (begins the day before, as does any session that does not end after
/// it begins), `1700F-2200` (begins the day before), `1900F3-1900` (three days before), `0900-2530`
/// (ends after midnight), `A#20200101/B` (A before that date, then B), and `;1` at the end for the
/// day that begins a week.
public struct WeeklyHours: Sendable, Equatable {
  /// One session of a trading day, in local time.
  public struct Session: Sendable, Equatable {
    /// Seconds from 00:00 of the trading day; negative when it begins on a day before.
    public var start: Int
    public var end: Int
  }

  struct Version: Equatable, Sendable {
    /// Its last day, exclusive; nil for the version that is in force.
    var until: Int?
    /// From Sunday; each in order of time.
    var days: [[Session]]
  }

  let versions: [Version]
  /// The day that begins a week, 0 = Sunday; nil when the text does not say.
  public let weekStart: Int?

  public init(parsing text: String) throws(CalendarError) {
    var rest = text[...]
    var weekStart: Int?
    if let mark = rest.lastIndex(of: ";") {
      guard let day = Int(rest[rest.index(after: mark)...]), (1...7).contains(day) else {
        throw CalendarError("hours \"\(text)\": expected a day 1 to 7 after \";\"")
      }
      weekStart = day - 1
      rest = rest[..<mark]
    }
    self.weekStart = weekStart
    var versions: [Version] = []
    while let mark = rest.firstIndex(of: "#") {
      let after = rest[rest.index(after: mark)...]
      guard let slash = after.firstIndex(of: "/"), let date = Self.date(after[..<slash]) else {
        throw CalendarError("hours \"\(text)\": expected YYYYMMDD/ after \"#\"")
      }
      if let last = versions.last?.until, last >= date {
        throw CalendarError("hours \"\(text)\": expected later dates after earlier ones")
      }
      versions.append(Version(until: date, days: try Self.week(rest[..<mark], text)))
      rest = after[after.index(after: slash)...]
    }
    versions.append(Version(until: nil, days: try Self.week(rest, text)))
    self.versions = versions
  }

  /// The sessions of a date, holidays left out of account.
  func sessions(on day: Int) -> [Session] {
    let version = versions.first { $0.until.map { day < $0 } ?? true }
    return version?.days[Weekday.of(day: day)] ?? []
  }

  private static func date(_ text: Substring) -> Int? {
    guard text.count == 8, let value = Int(text) else { return nil }
    let date = CivilDate(year: value / 10_000, month: value / 100 % 100, day: value % 100)
    return date.isValid ? date.daysSinceEpoch : nil
  }

  private static func week(_ text: Substring, _ whole: String) throws(CalendarError) -> [[Session]]
  {
    var days: [[Session]?] = Array(repeating: nil, count: 7)
    var others: [Session]?
    for group in text.split(separator: "|", omittingEmptySubsequences: false) {
      let parts = group.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2, let hours = parts.first else {
        throw CalendarError("hours \"\(whole)\": expected sessions, a colon, and days")
      }
      let isAlways = hours == "24x7"
      let sessions = isAlways ? [Session(start: 0, end: 86_400)] : try Self.sessions(hours, whole)
      guard parts.count == 2 else {
        if isAlways { days = days.map { $0 ?? sessions } } else { others = sessions }
        continue
      }
      guard !parts[1].isEmpty else {
        throw CalendarError("hours \"\(whole)\": expected days 1 to 7 after \":\"")
      }
      for character in parts[1] {
        guard let day = character.wholeNumberValue, (1...7).contains(day) else {
          throw CalendarError(
            "hours \"\(whole)\": expected days 1 (Sunday) to 7, found \"\(character)\"")
        }
        days[day - 1] = sessions
      }
    }
    if let others {
      for day in 1...5 where days[day] == nil { days[day] = others }
    }
    let week = days.map { $0 ?? [] }
    try check(week, whole)
    return week
  }

  private static func sessions(
    _ text: Substring, _ whole: String
  ) throws(CalendarError) -> [Session] {
    var sessions: [Session] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count == 2, let end = time(ends[1], most: 48) else {
        throw CalendarError("hours \"\(whole)\": expected HHMM-HHMM, found \"\(part)\"")
      }
      let pieces = ends[0].split(separator: "F", omittingEmptySubsequences: false)
      guard pieces.count <= 2, let start = time(pieces[0], most: 24) else {
        throw CalendarError("hours \"\(whole)\": expected HHMM-HHMM, found \"\(part)\"")
      }
      var daysBefore = start >= end ? 1 : 0
      if pieces.count == 2 {
        guard let count = pieces[1].isEmpty ? 1 : Int(pieces[1]), (1...6).contains(count) else {
          throw CalendarError("hours \"\(whole)\": expected F or F1 to F6, found \"\(part)\"")
        }
        daysBefore = count
      }
      sessions.append(Session(start: start - daysBefore * 86_400, end: end))
    }
    return sessions.sorted { $0.start < $1.start }
  }

  /// `HHMM` or `HH:MM` in seconds.
  private static func time(_ text: Substring, most hours: Int) -> Int? {
    guard text.count == 4, text.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Int(text)
    else { return nil }
    guard value / 100 <= hours, value % 100 < 60 else { return nil }
    return value / 100 * 3600 + value % 100 * 60
  }

  /// No two sessions of a week overlap.
  private static func check(_ week: [[Session]], _ whole: String) throws(CalendarError) {
    var all: [Session] = []
    for day in 0..<14 {
      all += week[day % 7].map {
        Session(start: $0.start + day * 86_400, end: $0.end + day * 86_400)
      }
    }
    for (session, next) in zip(all, all.dropFirst()) where session.end > next.start {
      throw CalendarError("hours \"\(whole)\": expected sessions that do not overlap")
    }
  }

  /// The largest number of seconds that divides every time of day.
  var granularity: Int {
    var divisor: UInt = 86_400
    for session in versions.flatMap(\.days).joined() {
      divisor = greatestCommonDivisor(divisor, session.start.magnitude)
      divisor = greatestCommonDivisor(divisor, session.end.magnitude)
    }
    return Int(divisor)
  }
}

/// Days of the week, 0 = Sunday.
enum Weekday {
  /// Of a day since 1970-01-01, a Thursday.
  static func of(day: Int) -> Int { (((day + 4) % 7) + 7) % 7 }
}
