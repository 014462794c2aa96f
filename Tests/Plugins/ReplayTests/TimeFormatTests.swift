import EngineCore
import Testing
import TickFiles

@Suite("Time formats")
struct TimeFormatTests {
  private func parse(_ format: String, _ text: String, offset: Int64 = 0) throws -> Int64? {
    try #require(TimeFormat(format)).parse(Array(text.utf8).span, offsetNanos: offset)
  }

  @Test(
    "a time is read to the nanosecond",
    arguments: [
      ("ns", "1398920401787000000", 1_398_920_401_787_000_000),
      ("ns", "-1", -1),
      ("us", "1398920401787000", 1_398_920_401_787_000_000),
      ("us", "1.5", 1_500),
      ("ms", "1398920401787.25", 1_398_920_401_787_250_000),
      ("s", "1398920401", 1_398_920_401_000_000_000),
      ("s", "-0.000000001", -1),
      ("s", "1.1234567890", 1_123_456_789),
      ("iso", "2014-05-01T05:00:01.787Z", 1_398_920_401_787_000_000),
      ("iso", "2014-05-01 05:00:01.787000+00:00", 1_398_920_401_787_000_000),
      ("iso", "2014-05-01T10:30:01+05:30", 1_398_920_401_000_000_000),
      ("iso", "2014-05-01T05:00", 1_398_920_400_000_000_000),
      ("iso", "2014-05-01", 1_398_902_400_000_000_000),
      ("yyyyMMdd HH:mm:ss.SSS", "20140501 05:00:01.787", 1_398_920_401_787_000_000),
      ("dd/MM/yyyy HH:mm:ss", "01/05/2014 05:00:01", 1_398_920_401_000_000_000),
      ("yy-MM-dd'T'HHmmZ", "14-05-01T0700+0200", 1_398_920_400_000_000_000),
    ])
  func good(format: String, text: String, nanos: Int64) throws {
    #expect(try parse(format, text) == nanos)
  }

  @Test(
    "what is no such time is refused",
    arguments: [
      ("ns", ""), ("ns", "12a"), ("ns", "-"), ("ns", "1.5"), ("ns", "9223372036854775808"),
      ("us", "9223372036854776"), ("s", "1."), ("s", "1.12345678901"),
      ("iso", "2014-02-30"), ("iso", "2014-05-01T25:00"), ("iso", "2014-05-01T05:00:01x"),
      ("iso", "3014-05-01"), ("iso", "2014-05-01T05:00+5"), ("iso", "2014-05-01T05:00:00."),
      ("yyyyMMdd", "2014050"), ("yyyyMMdd", "201405011"), ("yyyyMMdd HH", "20140501T05"),
    ])
  func bad(format: String, text: String) throws {
    #expect(try parse(format, text) == nil)
  }

  @Test("a local time is moved by its offset, one that names its own is not")
  func offsets() throws {
    let offset = try #require(RowFormat.offsetNanos("+05:30"))
    let utc = try parse("iso", "2014-05-01T05:00:00Z")
    #expect(try parse("iso", "2014-05-01T10:30:00", offset: offset) == utc)
    #expect(try parse("iso", "2014-05-01T05:00:00Z", offset: offset) == utc)
    #expect(RowFormat.offsetNanos("-00:30") == -1_800_000_000_000)
    for text in ["", "5:30", "+5:30", "+24:00", "+05:60", "Europe/Berlin"] {
      #expect(RowFormat.offsetNanos(text) == nil)
    }
  }

  @Test(
    "a pattern needs a full date and known letters",
    arguments: ["", "HH:mm", "yyyyMM", "yyyyMMddd", "yyyyMMdd hh", "yyyyMMddyy", "yyyyMMdd'T"])
  func badPatterns(text: String) {
    #expect(TimeFormat(text) == nil)
  }

  @Test("ISO times agree with the engine's own parser", arguments: 0..<200 as Range<UInt64>)
  func oracle(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let nanos = Int64(truncatingIfNeeded: random.next()) / 2
    let text = Timestamp(nanoseconds: nanos).description
    #expect(try parse("iso", text) == nanos, "\(text)")
  }
}
