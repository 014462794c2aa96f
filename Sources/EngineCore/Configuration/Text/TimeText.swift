/// Points in time as ISO 8601 text, to the nanosecond, in UTC or with an offset.
///
/// `2026-01-31`, `2026-01-31T09:30Z`, `2026-01-31T09:30:00.123456789+01:00`. A time of day needs
/// `Z` or an offset; a date alone is its midnight in UTC. Leap seconds (`:60`) are refused.
public enum TimeText {
  private static let nanosPerSecond: Int128 = 1_000_000_000

  /// Nanoseconds since 1970-01-01T00:00:00Z, or nil when the text is no such time or is beyond
  /// `Int64` (years 1678 to 2261).
  public static func parse(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    guard let year = number(&rest, digits: 4), take(&rest, "-"),
      let month = number(&rest, digits: 2), take(&rest, "-"),
      let day = number(&rest, digits: 2),
      (1...12).contains(month), (1...daysInMonth(year, month)).contains(day)
    else { return nil }
    let days = daysSince1970(year, month, day)
    if rest.isEmpty { return Int64(exactly: Int128(days) * 86_400 * nanosPerSecond) }
    guard take(&rest, "T"), let clock = timeOfDay(&rest), let offset = offset(&rest), rest.isEmpty
    else { return nil }
    let seconds = Int128(days) * 86_400 + Int128(clock.seconds - offset)
    return Int64(exactly: seconds * nanosPerSecond + Int128(clock.nanos))
  }

  /// The time in UTC, with as many decimals of the second as it takes.
  public static func format(_ nanos: Int64) -> String {
    var (seconds, fraction) = nanos.quotientAndRemainder(dividingBy: 1_000_000_000)
    if fraction < 0 {
      fraction += 1_000_000_000
      seconds -= 1
    }
    var (days, clock) = seconds.quotientAndRemainder(dividingBy: 86_400)
    if clock < 0 {
      clock += 86_400
      days -= 1
    }
    let date = civil(Int(days))
    var text = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
    text += "\(padded(Int(clock / 3600), 2)):\(padded(Int(clock / 60 % 60), 2))"
    text += ":" + padded(Int(clock % 60), 2)
    if fraction > 0 {
      var digits = padded(Int(fraction), 9)
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    return text + "Z"
  }

  private static func timeOfDay(_ rest: inout ArraySlice<UInt8>) -> (seconds: Int, nanos: Int)? {
    guard let hour = number(&rest, digits: 2), take(&rest, ":"),
      let minute = number(&rest, digits: 2), hour < 24, minute < 60
    else { return nil }
    guard take(&rest, ":") else { return (hour * 3600 + minute * 60, 0) }
    guard let second = number(&rest, digits: 2), second < 60 else { return nil }
    var nanos = 0
    if take(&rest, ".") {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard (1...9).contains(digits.count) else { return nil }
      for digit in digits { nanos = nanos * 10 + Int(digit - UInt8(ascii: "0")) }
      for _ in digits.count..<9 { nanos *= 10 }
      rest = rest.dropFirst(digits.count)
    }
    return (hour * 3600 + minute * 60 + second, nanos)
  }

  /// Seconds east of UTC.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
    if take(&rest, "Z") { return 0 }
    let isEast = rest.first == UInt8(ascii: "+")
    guard take(&rest, "+") || take(&rest, "-"), let hours = number(&rest, digits: 2),
      take(&rest, ":"), let minutes = number(&rest, digits: 2), hours < 24, minutes < 60
    else { return nil }
    return (hours * 3600 + minutes * 60) * (isEast ? 1 : -1)
  }

  private static func take(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int? {
    let text = rest.prefix(digits)
    guard text.count == digits,
      text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    rest = rest.dropFirst(digits)
    return text.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  private static func daysInMonth(_ year: Int, _ month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Days of the proleptic Gregorian calendar, counted in years that begin in March so that the
  /// leap day is the last of its year.
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}
