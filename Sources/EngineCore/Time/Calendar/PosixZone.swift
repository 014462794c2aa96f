/// A rule such as `EST5EDT,M3.2.0,M11.1.0`: how a zone goes on after its last listed change.
struct PosixZone: Equatable {
  /// When in a year daylight saving begins or ends.
  struct Day: Equatable {
    enum Rule: Equatable {
      /// Day 1…365 without 29 February.
      case julian(Int)
      /// Day 0…365 with 29 February.
      case ordinal(Int)
      /// Weekday (0 = Sunday) of week 1…5 (5 = the last) of a month.
      case weekday(month: Int, week: Int, day: Int)
    }

    var rule: Rule
    /// Seconds of local time; may lie outside of the day.
    var seconds: Int

    /// Local seconds since 1970, as if it were UTC.
    func local(in year: Int) -> Int64 {
      let days: Int
      switch rule {
      case .julian(let day):
        let first = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
        let isLeap = CivilDate(year: year, month: 2, day: 29).isValid
        days = first + day - 1 + (isLeap && day >= 60 ? 1 : 0)
      case .ordinal(let day):
        days = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + day
      case .weekday(let month, let week, let weekday):
        days = Self.day(weekday, week: week, month: month, year: year)
      }
      return Int64(days) * 86_400 + Int64(seconds)
    }

    private static func day(_ weekday: Int, week: Int, month: Int, year: Int) -> Int {
      let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
      let next =
        month == 12
        ? CivilDate(year: year + 1, month: 1, day: 1)
        : CivilDate(year: year, month: month + 1, day: 1)
      // 1970-01-01 was a Thursday, day 4 from Sunday.
      let firstWeekday = (((first + 4) % 7) + 7) % 7
      var day = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
      while day >= next.daysSinceEpoch { day -= 7 }
      return day
    }
  }

  /// Seconds east of UTC.
  var standardOffset: Int
  var daylightOffset: Int?
  var start: Day?
  var end: Day?

  init(parsing text: [UInt8]) throws(ZoneError) {
    var parser = PosixZoneParser(text)
    try parser.name()
    standardOffset = -(try parser.time(hoursMax: 24))
    guard !parser.isAtEnd else { return }
    try parser.name()
    daylightOffset =
      parser.isAtTime ? -(try parser.time(hoursMax: 24)) : standardOffset + 3600
    try parser.expect(",")
    start = try parser.day()
    try parser.expect(",")
    end = try parser.day()
    guard parser.isAtEnd else { throw parser.fault }
  }

  /// The changes in these years, in order.
  func transitions(years: ClosedRange<Int>) -> [ZoneRules.Transition] {
    guard let daylightOffset, let start, let end else {
      // Nothing changes any more; the first day makes sure that the standard offset is in force.
      return []
    }
    var transitions: [ZoneRules.Transition] = []
    for year in years {
      let begin = ZoneRules.Transition(
        time: start.local(in: year) - Int64(standardOffset), offset: daylightOffset)
      let finish = ZoneRules.Transition(
        time: end.local(in: year) - Int64(daylightOffset), offset: standardOffset)
      transitions += begin.time <= finish.time ? [begin, finish] : [finish, begin]
    }
    // A year's last change may come after the next one's first: the order in time counts, and of
    // two at one instant the later year's.
    return transitions.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
  }
}

/// Reads the parts of a POSIX rule.
private struct PosixZoneParser {
  private let text: [UInt8]
  private var index = 0

  init(_ text: [UInt8]) { self.text = text }

  var isAtEnd: Bool { index == text.count }

  /// Whether a time, and no comma, comes next.
  var isAtTime: Bool { index < text.count && text[index] != UInt8(ascii: ",") }

  var fault: ZoneError {
    let shown = String(decoding: text.prefix(64), as: UTF8.self)
    return ZoneError("its rule \"\(shown)\" is not understood at character \(index + 1)")
  }

  mutating func expect(_ character: Unicode.Scalar) throws(ZoneError) {
    guard skip(character) else { throw fault }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Letters, or anything between `<` and `>`.
  mutating func name() throws(ZoneError) {
    let start = index
    if skip("<") {
      while index < text.count, text[index] != UInt8(ascii: ">") { index += 1 }
      try expect(">")
      return
    }
    while index < text.count, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[index] | 0x20) {
      index += 1
    }
    guard index - start >= 3 else { throw fault }
  }

  private mutating func number(max: Int) throws(ZoneError) -> Int {
    let start = index
    var value = 0
    while index < text.count, text[index] &- UInt8(ascii: "0") <= 9, index - start < 4 {
      value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
      index += 1
    }
    guard index > start, value <= max else { throw fault }
    return value
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  mutating func time(hoursMax: Int) throws(ZoneError) -> Int {
    let sign = skip("-") ? -1 : 1
    if sign == 1 { _ = skip("+") }
    var seconds = try number(max: hoursMax) * 3600
    if skip(":") {
      seconds += try number(max: 59) * 60
      if skip(":") { seconds += try number(max: 59) }
    }
    return sign * seconds
  }

  mutating func day() throws(ZoneError) -> PosixZone.Day {
    let rule: PosixZone.Day.Rule
    if skip("J") {
      rule = .julian(try number(max: 365))
    } else if skip("M") {
      let month = try number(max: 12)
      try expect(".")
      let week = try number(max: 5)
      try expect(".")
      let weekday = try number(max: 6)
      guard month > 0, week > 0 else { throw fault }
      rule = .weekday(month: month, week: week, day: weekday)
    } else {
      rule = .ordinal(try number(max: 365))
    }
    let seconds = skip("/") ? try time(hoursMax: 167) : 7200
    return PosixZone.Day(rule: rule, seconds: seconds)
  }
}
