internal import EngineCore

/// A calendar of the configuration.
struct CalendarSettings: Equatable, Sendable {
  var name: String
  var zone: String
  var hours: String
  var holidays: [CivilDate]
  /// Local seconds of the day.
  var earlyCloses: [CivilDate: Int]
  var outside: TradingCalendar.OutsidePolicy
  var weekStart: WeekDay

  enum WeekDay: String, CaseIterable, Sendable {
    case sunday
    case monday
    case saturday

    var number: Int { self == .sunday ? 0 : self == .monday ? 1 : 6 }
  }

  /// With the rules of its zone.
  func calendar(_ loadZone: CalendarBook.ZoneLoader) throws(CalendarError) -> TradingCalendar {
    let rules: ZoneRules
    do throws(ZoneError) {
      rules = zone == "utc" ? .utc : try loadZone(zone)
    } catch {
      throw CalendarError("calendar \"\(name)\": \(error)")
    }
    return TradingCalendar(
      name: name, zone: rules, week: .hours(try WeeklyHours(parsing: hours)), holidays: holidays,
      earlyCloses: earlyCloses, outside: outside, weekStart: weekStart.number)
  }
}

extension CalendarSettings: ConfigurationRecord {
  private static let date = TextRule(
    "a date such as \"2026-12-25\"", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
  ) { parseDate($0) != nil }
  private static let close = TextRule("a date and a time such as \"2026-12-24 13:00\"") {
    parseClose($0) != nil
  }
  private static let calendarName = TextRule(
    "a name of letters, digits, \"-\" and \"_\"", pattern: "^[A-Za-z0-9_-]{1,32}$"
  ) { text in
    (1...32).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-")
      }
  }
  private static let hoursRule = TextRule("hours such as \"0930-1600\" or \"24x7\"") {
    (try? WeeklyHours(parsing: $0)) != nil
  }

  static let keys: [ConfigurationKey] = [
    .required("name", .text(calendarName), "What specs call it: 1h~NAME."),
    .key("zone", .text(.notEmpty), default: "utc", "The time zone, such as Asia/Tokyo."),
    .required(
      "hours", .text(hoursRule),
      "Sessions as TradingView writes them: 0930-1600, 1700-1700:23456, 0900-1130,1230-1500, 24x7."),
    .key("holidays", .list(of: .text(date)), default: [], "Days without a session."),
    .key(
      "early_closes", .list(of: .text(close)), default: [],
      "Days that end early, with the local time."),
    .key(
      "outside", .choice(of: TradingCalendar.OutsidePolicy.self), default: "own",
      "Ticks outside of sessions: left out, part of the next session's first bar, or bars of their own."
    ),
    .key("week_start", .choice(of: WeekDay.self), default: "monday", "The first day of a week."),
  ]

  init(from object: inout ConfigurationObject) {
    name = object.string("name")
    zone = object.string("zone")
    hours = object.string("hours")
    holidays = object.strings("holidays").compactMap(Self.parseDate)
    let closes = object.strings("early_closes").compactMap(Self.parseClose)
    earlyCloses = Dictionary(closes, uniquingKeysWith: min)
    outside = object.choice("outside", as: TradingCalendar.OutsidePolicy.self)
    weekStart = object.choice("week_start", as: WeekDay.self)
  }

  private static func parseDate(_ text: String) -> CivilDate? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]),
      let day = Int(parts[2])
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    return date.isValid ? date : nil
  }

  private static func parseClose(_ text: String) -> (CivilDate, Int)? {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, let date = parseDate(String(parts[0])) else { return nil }
    let time = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard time.map(\.count) == [2, 2], let hour = Int(time[0]), let minute = Int(time[1]),
      (0...24).contains(hour), (0...59).contains(minute)
    else { return nil }
    return (date, hour * 3600 + minute * 60)
  }
}
