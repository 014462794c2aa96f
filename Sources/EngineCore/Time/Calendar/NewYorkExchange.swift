/// The New York Stock Exchange: 09:30 to 16:00, its holidays and early closes by their rules. Exact
/// from 2000 on; before that the rules of today are applied.
enum NewYorkExchange {
  static func calendar(name: String, zone: ZoneRules) -> TradingCalendar {
    var holidays = extraHolidays
    var closes: [CivilDate: Int] = [CivilDate(year: 2003, month: 12, day: 26): earlyClose]
    for year in 1970...2262 {
      holidays += self.holidays(of: year)
      for date in earlyCloses(of: year) { closes[date] = earlyClose }
    }
    let session = WeeklyHours.Session(start: 9 * 3600 + 1800, end: 16 * 3600)
    return TradingCalendar(
      name: name, zone: zone, week: .hours(WeeklyHours(workdays: [session])), holidays: holidays,
      earlyCloses: closes)
  }

  private static let earlyClose = 13 * 3600

  /// Days of mourning, attacks and storms.
  private static let extraHolidays: [CivilDate] = [
    (2001, 9, 11), (2001, 9, 12), (2001, 9, 13), (2001, 9, 14), (2004, 6, 11), (2007, 1, 2),
    (2012, 10, 29), (2012, 10, 30), (2018, 12, 5), (2025, 1, 9),
  ].map { CivilDate(year: $0.0, month: $0.1, day: $0.2) }

  private static func holidays(of year: Int) -> [CivilDate] {
    var holidays = [
      nth(3, .monday, 1, year), nth(3, .monday, 2, year), goodFriday(year),
      nth(5, .monday, 5, year), observed(7, 4, year), nth(1, .monday, 9, year),
      nth(4, .thursday, 11, year), observed(12, 25, year),
    ]
    let newYear = CivilDate(year: year, month: 1, day: 1)
    // A New Year's Day on a Saturday is not made up for in the old year.
    if weekday(newYear) != .saturday { holidays.append(observed(1, 1, year)) }
    if year >= 2022 { holidays.append(observed(6, 19, year)) }
    return holidays
  }

  private static func earlyCloses(of year: Int) -> [CivilDate] {
    var dates = [CivilDate(daysSinceEpoch: nth(4, .thursday, 11, year).daysSinceEpoch + 1)]
    let eve = CivilDate(year: year, month: 12, day: 24)
    if [.monday, .tuesday, .wednesday, .thursday].contains(weekday(eve)) { dates.append(eve) }
    let third = CivilDate(year: year, month: 7, day: 3)
    switch weekday(third) {
    case .monday, .tuesday, .thursday: dates.append(third)
    // Until 2012 it was the Friday after a holiday on a Thursday.
    case .wednesday:
      dates.append(year >= 2013 ? third : CivilDate(year: year, month: 7, day: 5))
    default: break
    }
    return dates
  }

  private enum Day: Int {
    case sunday
    case monday
    case tuesday
    case wednesday
    case thursday
    case friday
    case saturday
  }

  private static func weekday(_ date: CivilDate) -> Day? {
    Day(rawValue: Weekday.of(day: date.daysSinceEpoch))
  }

  /// The nth such weekday of a month; the 5th is the last.
  private static func nth(_ n: Int, _ day: Day, _ month: Int, _ year: Int) -> CivilDate {
    let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
    var days = first + (day.rawValue - Weekday.of(day: first) + 7) % 7 + (n - 1) * 7
    while CivilDate(daysSinceEpoch: days).month != month { days -= 7 }
    return CivilDate(daysSinceEpoch: days)
  }

  /// A Saturday's holiday is the Friday before, a Sunday's the Monday after.
  private static func observed(_ month: Int, _ day: Int, _ year: Int) -> CivilDate {
    let date = CivilDate(year: year, month: month, day: day)
    switch weekday(date) {
    case .saturday: return CivilDate(daysSinceEpoch: date.daysSinceEpoch - 1)
    case .sunday: return CivilDate(daysSinceEpoch: date.daysSinceEpoch + 1)
    default: return date
    }
  }

  /// Two days before Easter, by the Gregorian computus of Meeus.
  private static func goodFriday(_ year: Int) -> CivilDate {
    let a = year % 19
    let (b, c) = (year / 100, year % 100)
    let (d, e) = (b / 4, b % 4)
    let g = (8 * b + 13) / 25
    let h = (19 * a + b - d - g + 15) % 30
    let (i, k) = (c / 4, c % 4)
    let l = (32 + 2 * e + 2 * i - h - k) % 7
    let m = (a + 11 * h + 19 * l) / 433
    let month = (h + l - 7 * m + 90) / 25
    let day = (h + l - 7 * m + 33 * month + 19) % 32
    let easter = CivilDate(year: year, month: month, day: day)
    return CivilDate(daysSinceEpoch: easter.daysSinceEpoch - 2)
  }
}

extension WeeklyHours {
  /// The same sessions from Monday to Friday.
  init(workdays sessions: [Session]) {
    let days = (0..<7).map { (1...5).contains($0) ? sessions : [] }
    versions = [Version(until: nil, days: days)]
    weekStart = nil
  }
}
