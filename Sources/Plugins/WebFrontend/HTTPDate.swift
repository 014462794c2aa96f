internal import EngineCore

/// Times as HTTP writes them: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func text(_ time: Timestamp) -> String {
    // From the ISO form, which has the fields already: 2026-01-31T09:30:00…
    let text = time.description.split { !$0.isNumber }
    guard text.count >= 6, let month = Int(text[1]), (1...12).contains(month) else { return "" }
    let dayNumber = Self.floor(time.nanoseconds, 86_400_000_000_000)
    // The first of January 1970 was a Thursday.
    let day = days[Int(((dayNumber + 4) % 7 + 7) % 7)]
    return "\(day), \(text[2]) \(months[month - 1]) \(text[0]) "
      + "\(text[3]):\(text[4]):\(text[5]) GMT"
  }

  private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
    value >= 0 ? value / unit : (value - unit + 1) / unit
  }
}
