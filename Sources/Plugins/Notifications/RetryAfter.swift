package import EngineCore

/// Reads how long a receiver asks to be left alone: seconds, or a date of HTTP.
package enum RetryAfter {
  /// Nanoseconds from now; nil for a text that says nothing of the kind. A time that is over is 0.
  package static func nanos(_ text: String, now: Timestamp) -> Int64? {
    let digits = text.filter { $0 != " " }
    if !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) {
      guard let seconds = Int64(digits) else { return .max }
      let (nanos, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
      return overflow ? .max : nanos
    }
    guard let time = date(text) else { return nil }
    return max(time.nanos(since: now), 0)
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  private static func date(_ text: String) -> Timestamp? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = Int(words[1]),
      let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]),
      (1970...2260).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
      (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second)
    else { return nil }
    let date = CivilDate(year: year, month: month + 1, day: day)
    guard date.isValid else { return nil }
    let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second
    return Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000)
  }
}
