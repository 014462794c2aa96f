/// Reads ISO 8601 dates and times from bytes, without allocation.
struct TimestampParser: ~Escapable {
  private let text: Span<UInt8>
  private var index = 0

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) { self.text = text }

  /// An instant of the years 0 to 9999: seconds since 1970 and the nanoseconds behind them.
  struct Instant {
    let seconds: Int64
    let nanos: Int64

    /// Nanoseconds since 1970; nil when they are out of range.
    var nanoseconds: Int64? {
      let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
      let (sum, second) = scaled.addingReportingOverflow(nanos)
      return overflow || second ? nil : sum
    }
  }

  mutating func parse() -> Instant? {
    guard let year = digits(4), skip("-"), let month = digits(2), (1...12).contains(month),
      skip("-"), let day = digits(2)
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard date.isValid else { return nil }
    var seconds = date.daysSinceEpoch * 86_400
    var nanos = 0
    if index < text.count {
      guard skip("T") || skip(" "), let hour = digits(2), hour <= 24, skip(":"),
        let minute = digits(2), minute < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60
      if skip(":") {
        guard let second = digits(2), second < 60, let fraction = fraction() else { return nil }
        seconds += second
        nanos = fraction
      }
      guard let offset = offset() else { return nil }
      seconds -= offset
    }
    guard index == text.count else { return nil }
    return Instant(seconds: Int64(seconds), nanos: Int64(nanos))
  }

  private mutating func digits(_ count: Int) -> Int? {
    guard index + count <= text.count else { return nil }
    var value = 0
    for position in index..<index + count {
      let digit = text[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value * 10 + Int(digit)
    }
    index += count
    return value
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < text.count, text[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Nanoseconds of an optional fraction of one to nine digits.
  private mutating func fraction() -> Int? {
    guard skip(".") else { return 0 }
    var value = 0
    var count = 0
    while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 {
      guard count < 9 else { return nil }
      value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
      count += 1
      index += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<9 { value *= 10 }
    return value
  }

  /// Seconds east of UTC: nothing or `Z` is 0.
  private mutating func offset() -> Int? {
    if index == text.count || skip("Z") { return 0 }
    let sign: Int
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
    guard let hours = digits(2), hours <= 23 else { return nil }
    _ = skip(":")
    guard index < text.count else { return sign * hours * 3600 }
    guard let minutes = digits(2), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
