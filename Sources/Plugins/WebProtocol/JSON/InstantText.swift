internal import EngineCore

/// Instants as ISO 8601, with the last second's text remembered.
struct InstantText: Sendable {
  private var second = Int64.min
  private var day = (number: Int64.min, ofMonth: UInt64(0))
  /// `YYYY-MM-`, `DDTHH:MM` and `:SS`, the first byte in the lowest place.
  private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

  /// Writes the instant in quotes.
  @inline(__always)
  mutating func write(_ instant: Timestamp, to cursor: inout JSONCursor) {
    cursor.byte(UInt8(ascii: "\""))
    writeBare(instant, to: &cursor)
    cursor.byte(UInt8(ascii: "\""))
  }

  /// Writes the instant as it is.
  @inline(__always)
  mutating func writeBare(_ instant: Timestamp, to cursor: inout JSONCursor) {
    var second = instant.nanoseconds / 1_000_000_000
    var nanos = instant.nanoseconds &- second &* 1_000_000_000
    if nanos < 0 {
      nanos &+= 1_000_000_000
      second &-= 1
    }
    if second != self.second { remember(second) }
    cursor.word(words.0)
    cursor.word(words.1)
    cursor.byte(UInt8(truncatingIfNeeded: words.2))
    cursor.byte(UInt8(truncatingIfNeeded: words.2 >> 8))
    cursor.byte(UInt8(truncatingIfNeeded: words.2 >> 16))
    cursor.subseconds(UInt64(nanos))
    cursor.byte(UInt8(ascii: "Z"))
  }

  private mutating func remember(_ second: Int64) {
    self.second = second
    let (day, rest) = Self.floor(second, 86_400)
    let digits: UInt64 = 0x3030_3030_3030_3030
    // Places that hold no digit are left 0 in the number, and made what they are by a difference.
    let dash = UInt64(UInt8(ascii: "0") ^ UInt8(ascii: "-"))
    let colon = UInt64(UInt8(ascii: "0") ^ UInt8(ascii: ":"))
    let letter = UInt64(UInt8(ascii: "0") ^ UInt8(ascii: "T"))
    if day != self.day.number {
      let date = CivilDate(daysSinceEpoch: Int(day))
      let yearMonth = JSONCursor.digits(UInt64(date.year) * 10_000 + UInt64(date.month) * 10)
      words.0 = (yearMonth | digits) ^ (dash << 32 | dash << 56)
      self.day = (day, UInt64(date.day))
    }
    let hour = UInt64(rest / 3600)
    let minute = UInt64(rest / 60 % 60)
    let dayTime = JSONCursor.digits(self.day.ofMonth * 1_000_000 + hour * 1_000 + minute)
    words.1 = (dayTime | digits) ^ (letter << 16 | colon << 40)
    let seconds = UInt64(rest % 60)
    words.2 =
      UInt64(UInt8(ascii: ":")) | (0x30 + seconds / 10) << 8 | (0x30 + seconds % 10) << 16
  }

  private static func floor(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
    let quotient = value / divisor
    let rest = value - quotient * divisor
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }
}
