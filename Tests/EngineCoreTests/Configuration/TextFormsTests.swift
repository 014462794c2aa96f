import Support
import Testing

@testable import EngineCore

@Suite struct TextFormsTests {
  @Test(
    "durations are exact nanoseconds",
    arguments: [
      ("250ms", 250_000_000), ("1.5s", 1_500_000_000), ("1h30m", 5_400_000_000_000),
      ("0s", 0), ("1d", 86_400_000_000_000), ("20us", 20_000), ("20µs", 20_000), ("7ns", 7),
      ("0.000000001s", 1), ("1d1h1m1s1ms1us1ns", 90_061_001_001_001),
    ] as [(String, Int64)])
  func durations(text: String, nanos: Int64) throws {
    #expect(try DurationText.parse(text) == nanos)
    #expect(try DurationText.parse(DurationText.format(nanos)) == nanos)
  }

  @Test(
    "text that is no duration is refused with its reason",
    arguments: [
      ("", .malformed), ("5", .malformed), ("ms", .malformed), ("5 ms", .malformed),
      ("-5ms", .malformed), ("1s1m", .malformed), ("1s1s", .malformed), ("1.s", .malformed),
      (".5s", .malformed), ("5S", .malformed), ("1m5", .malformed), ("0.5ns", .inexact),
      ("0.0000000001s", .inexact), ("106752d", .overflow), ("99999999999999999999ns", .overflow),
      ("106751d24h", .overflow), ("9223372036854775807.9us", .overflow),
    ] as [(String, UnitTextError)])
  func noDurations(text: String, reason: UnitTextError) {
    #expect(throws: reason) { try DurationText.parse(text) }
  }

  @Test(
    "durations are printed as people write them",
    arguments: [
      (0, "0s"), (999, "999ns"), (1500, "1.5us"), (1_500_000, "1.5ms"), (60_000_000_000, "1m"),
      (3_723_500_000_000, "1h2m3.5s"), (90_000_000_001, "1m30.000000001s"), (-1_000_000, "-1ms"),
    ] as [(Int64, String)])
  func formats(nanos: Int64, text: String) {
    #expect(DurationText.format(nanos) == text)
  }

  @Test("every duration and size reads back", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var draws = Draws(state: seed)
    let value = Int64(draws.next() >> UInt64.random(in: 1...63, using: &draws))
    #expect(try DurationText.parse(DurationText.format(value)) == value)
    #expect(try SizeText.parse(SizeText.format(value)) == value)
    let time = Int64(bitPattern: draws.next())
    #expect(TimeText.parse(TimeText.format(time)) == time, "\(TimeText.format(time))")
  }

  @Test(
    "sizes are exact bytes",
    arguments: [
      ("64KiB", 65_536), ("4MB", 4_000_000), ("1.5KiB", 1536), ("512B", 512), ("1GiB", 1 << 30),
      ("3kB", 3000), ("8191.9990234375PiB", nil), ("1", nil), ("1K", nil), ("0.1B", nil),
      ("9000000TB", 9_000_000_000_000_000_000), ("10000000TB", nil),
    ] as [(String, Int64?)])
  func sizes(text: String, bytes: Int64?) {
    #expect((try? SizeText.parse(text)) == bytes)
  }

  @Test(
    "times are exact nanoseconds in UTC",
    arguments: [
      ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999999999Z", -1),
      ("2026-01-31T09:30Z", 1_769_851_800_000_000_000),
      ("2026-01-31T10:30:00.5+01:00", 1_769_851_800_500_000_000),
      ("2024-02-29", 1_709_164_800_000_000_000), ("2023-02-29", nil), ("2026-13-01", nil),
      ("2026-01-31T09:30", nil), ("2026-01-31T24:00Z", nil), ("2026-01-31 09:30Z", nil),
      ("1600-01-01", nil), ("9999-01-01", nil), ("2026-01-31T09:30:60Z", nil), ("", nil),
    ] as [(String, Int64?)])
  func times(text: String, nanos: Int64?) {
    #expect(TimeText.parse(text) == nanos)
  }

  @Test(
    "decimals keep their digits",
    arguments: [
      ("1.2300", "1.23"), ("-0.00", "0"), ("1e3", "1000"), ("1.25e-3", "0.00125"), ("12e1", "120"),
      ("0e99999999999", "0"), ("1e200", nil), ("1e-200", nil), ("", nil), (".5", nil), ("1.", nil),
      ("01", nil), ("1,5", nil), ("+1", nil), ("1e", nil), (" 1", nil),
      ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
    ] as [(String, String?)])
  func decimals(text: String, expected: String?) {
    #expect(DecimalText(text)?.text == expected)
  }

  @Test(
    "addresses are a host and a port",
    arguments: [
      ("127.0.0.1:8000", "127.0.0.1:8000"), ("[::1]:80", "[::1]:80"), ("*:0", "*:0"),
      ("a-b.c:65535", "a-b.c:65535"), ("a:65536", nil), ("a", nil), (":80", nil), ("a:", nil),
      ("::1:80", nil), ("[a]:80", nil), ("a b:80", nil), ("a:-1", nil), ("a:000080", nil),
    ] as [(String, String?)])
  func addresses(text: String, expected: String?) {
    #expect(ListenAddress(text)?.description == expected)
  }

  @Test("addresses conflict when one port can't be taken twice") func conflicts() throws {
    func conflict(_ left: String, _ right: String) throws -> Bool {
      try #require(ListenAddress(left)).conflicts(with: #require(ListenAddress(right)))
    }
    #expect(try conflict("*:80", "127.0.0.1:80"))
    #expect(try conflict("localhost:80", "127.0.0.1:80"))
    #expect(try conflict("[::1]:80", "localhost:80"))
    #expect(try conflict("[::]:80", "0.0.0.0:80"))
    #expect(try !conflict("[::1]:80", "127.0.0.1:80"))
    #expect(try !conflict("0.0.0.0:80", "[::1]:80"))
    #expect(try !conflict("10.0.0.1:80", "127.0.0.1:80"))
    #expect(try !conflict("*:0", "*:0"))
    #expect(try !conflict("*:80", "*:81"))
  }

  @Test(
    "the nearest word is found and far ones are not",
    arguments: [
      ("lisen", "listen"), ("LISTEN", "listen"), ("callLimit", "call_limit"), ("lsiten", "listen"),
      ("port", nil), ("x", nil), ("", nil),
    ] as [(String, String?)])
  func spelling(word: String, expected: String?) {
    #expect(Spelling.nearest(to: word, in: ["listen", "call_limit", "buffer"]) == expected)
  }

  @Test(
    "a word is found again for as many slips as are forgiven", arguments: 0..<8 as Range<UInt64>)
  func slips(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let letters = Array("abcdefgXYZ0189_-.")
    func draw(_ below: Int) -> Int { Int(random.next() % UInt64(below)) }
    for _ in 0..<500 {
      let word = (0..<draw(24) + 6).map { _ in letters[draw(letters.count)] }
      var slipped = word
      // A swap may count twice when its letters are moved again.
      for _ in 0..<max(1, slipped.filter { $0 != "_" && $0 != "-" }.count / 6) {
        let place = draw(slipped.count - 1)
        switch draw(4) {
        case 0: slipped.remove(at: place)
        case 1: slipped.insert(letters[draw(letters.count)], at: place)
        case 2: slipped[place] = letters[draw(letters.count)]
        default: slipped.swapAt(place, place + 1)
        }
      }
      let (told, wanted) = (String(slipped), String(word))
      let found = told == wanted ? wanted : Spelling.nearest(to: told, in: ["#", wanted])
      let folded = wanted.filter { $0 != "_" && $0 != "-" }
      if folded.count > 6 { #expect(found == wanted, "seed \(seed): \(told)") }
    }
  }
}
