import EngineCore
import Testing

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "text and nanoseconds agree",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2024-03-10T07:00:00Z", 1_710_054_000_000_000_000),
      ("1969-12-31T23:59:59.999999999Z", -1), ("2000-02-29T12:30:45.250Z", 951_827_445_250_000_000),
      ("2262-04-11T23:47:16.854775807Z", Int64.max),
    ] as [(String, Int64)])
  func known(text: String, nanos: Int64) {
    #expect(Timestamp(text)?.nanoseconds == nanos)
    #expect(Timestamp(nanoseconds: nanos).description == text)
  }

  @Test("zones, blanks, dates and integers are read")
  func forms() {
    #expect(Timestamp("2024-01-01T01:00:00+01:00") == Timestamp("2024-01-01T00:00:00Z"))
    #expect(Timestamp("2024-01-01 00:00:00-0530") == Timestamp("2024-01-01T05:30:00Z"))
    #expect(Timestamp("2024-01-01") == Timestamp("2024-01-01T00:00Z"))
    #expect(Timestamp("1704067200000000000") == Timestamp("2024-01-01"))
    #expect(Timestamp("2013-01-01 22:00:00.295000+00:00") == Timestamp("2013-01-01T22:00:00.295Z"))
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "x", "2024-13-01", "2024-02-30", "2024-1-1", "2024-01-01T25:00:00Z",
      "2024-01-01T00:60:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.0000000001Z",
      "2024-01-01T00:00:00Zjunk", "9999-01-01", "99999999999999999999",
    ])
  func refused(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test("every printed time reads back", arguments: 0..<100 as Range<UInt64>)
  func roundTrip(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<100 {
      let time = Timestamp(nanoseconds: Int64(bitPattern: random.next()))
      #expect(Timestamp(time.description) == time, "\(time)")
    }
  }

  @Test("an instant out of range is its nearer end, where that is asked for")
  func clamped() {
    let ends: [(String, Timestamp)] = [
      ("0000-01-01", .distantPast), ("1677-01-01T00:00:00Z", .distantPast),
      ("9999-12-31T23:59:59-23:59", .distantFuture), ("2262-05-01", .distantFuture),
      ("-18896028066485432320", .distantPast), ("99999999999999999999999", .distantFuture),
    ]
    for (text, end) in ends {
      #expect(Timestamp(text) == nil && Timestamp(clamping: text) == end, "\(text)")
    }
    #expect(Timestamp(clamping: "1970-01-01T00:00:01Z") == Timestamp(nanoseconds: 1_000_000_000))
    #expect(Timestamp(clamping: "-7") == Timestamp(nanoseconds: -7))
    for text in ["", "x", "-", "2024-13-01", "9x"] {
      #expect(Timestamp(clamping: text) == nil, "\(text)")
    }
  }

  @Test("every date of 400 years follows the one before")
  func dates() {
    var previous = CivilDate(year: 1899, month: 12, day: 31)
    for day in previous.daysSinceEpoch + 1..<previous.daysSinceEpoch + 146_098 {
      let date = CivilDate(daysSinceEpoch: day)
      let isNextDay = date.day == previous.day + 1 && date.month == previous.month
      let isNextMonth = date.day == 1 && date.month == previous.month % 12 + 1
      #expect(isNextDay || isNextMonth)
      #expect(date.daysSinceEpoch == day)
      previous = date
    }
  }
}
