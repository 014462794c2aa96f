import EngineCore
import Testing

@Suite("Fixed-point numbers")
struct FixedPointTests {
  static func parse(_ text: String) throws(FixedPointError) -> Int64 {
    try FixedPoint.parse(Array(text.utf8).span)
  }

  @Test(
    "decimal text is parsed exactly",
    arguments: [
      ("0", 0), ("1", 1_000_000_000), ("-1", -1_000_000_000), ("+2.5", 2_500_000_000),
      ("1.23450", 1_234_500_000), ("0.000000001", 1), ("-0.000000001", -1), (".5", 500_000_000),
      ("5.", 5_000_000_000), ("1e3", 1_000_000_000_000), ("1.5E-3", 1_500_000),
      ("9223372036.854775807", Int64.max), ("-9223372036.854775807", -Int64.max),
      ("0.0000000010000", 1), ("00012.30", 12_300_000_000), ("1000000000e-9", 1_000_000_000),
      ("0e99999", 0), ("123456789012345678901234567890e-25", 12_345_678_901_234),
    ] as [(String, Int64)])
  func exact(text: String, raw: Int64) throws {
    if text.hasPrefix("1234567890123") {
      #expect(throws: FixedPointError.tooPrecise) { try Self.parse(text) }
    } else {
      #expect(try Self.parse(text) == raw)
    }
  }

  @Test(
    "what is no number, too precise or too large is refused by name",
    arguments: [
      ("", .empty), ("-", .empty), (".", .empty), ("1.2.3", .unexpectedByte(46, offset: 3)),
      ("abc", .unexpectedByte(97, offset: 0)), ("1 ", .unexpectedByte(32, offset: 1)),
      ("1e", .empty), ("1e+", .empty), ("1ex", .unexpectedByte(120, offset: 2)),
      ("0.0000000001", .tooPrecise), ("9223372036.854775808", .overflow),
      ("10000000000", .overflow), ("1e30", .overflow), ("99999999999999999999", .overflow),
      ("1e-10", .tooPrecise),
    ] as [(String, FixedPointError)])
  func refused(text: String, error: FixedPointError) {
    #expect(throws: error) { try Self.parse(text) }
  }

  @Test("printing and parsing give the same number", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let raw = Int64(bitPattern: random.next()) >> Int64(random.next() % 63)
      guard raw != .min else { continue }
      let precision = Int(random.next() % 10)
      let text = FixedPoint.text(raw, minimumDecimals: precision)
      #expect(try Self.parse(text) == raw, "\(text)")
      let decimals = text.split(separator: ".").dropFirst().first?.count ?? 0
      #expect(decimals >= precision && decimals <= 9)
      #expect(precision > 0 || !(text.contains(".") && text.hasSuffix("0")))
    }
  }

  @Test("a number agrees with arithmetic on 128 bits", arguments: 0..<100 as Range<UInt64>)
  func againstWideArithmetic(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let digits = (0..<Int(random.next() % 22)).map { _ in random.next() % 10 }
      let point = digits.isEmpty ? 0 : Int(random.next() % UInt64(digits.count + 1))
      var text = digits[..<point].map(String.init).joined()
      if point < digits.count { text += "." + digits[point...].map(String.init).joined() }
      var wide = digits.reduce(Int128(0)) { $0 * 10 + Int128($1) }
      let decimals = digits.count - point
      var isExact = true
      for _ in min(decimals, 9)..<9 { wide *= 10 }
      for _ in 9..<max(decimals, 9) {
        if wide % 10 != 0 { isExact = false }
        wide /= 10
      }
      let expected = digits.isEmpty || !isExact ? nil : Int64(exactly: wide)
      #expect((try? Self.parse(text)) == expected, "\(text)")
    }
  }

  @Test("sums of 128 bits print exactly")
  func wideSums() {
    #expect(FixedPoint.text(wide: 0, decimals: 18) == "0")
    #expect(FixedPoint.text(wide: -1, decimals: 18) == "-0.000000000000000001")
    #expect(FixedPoint.text(wide: Int128(12_500_000_000) * 1_000_000_000, decimals: 18) == "12.5")
    #expect(
      FixedPoint.text(wide: .max, decimals: 9) == "170141183460469231731687303715.884105727")
  }
}
