/// Why a decimal text is not a fixed-point number.
public enum FixedPointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No digit at all.
  case empty
  /// A byte that has no place in a decimal number, at this offset in the text.
  case unexpectedByte(UInt8, offset: Int)
  /// Non-zero digits beyond the ninth decimal: rounding would change the value.
  case tooPrecise
  /// Outside ±9,223,372,036.854775807.
  case overflow

  public var description: String {
    switch self {
    case .empty: "expected a decimal number, found nothing"
    case .unexpectedByte(let byte, let offset):
      "expected a decimal number, found \(FixedPoint.quoted(byte)) at offset \(offset)"
    case .tooPrecise: "expected at most 9 decimals, found more"
    case .overflow: "expected a number between -9223372036.854775807 and 9223372036.854775807"
    }
  }
}

/// Exact conversion between decimal text and 64-bit integers scaled by 10⁻⁹.
public enum FixedPoint {
  /// How many units make 1.
  @inlinable public static var scale: Int64 { 1_000_000_000 }

  /// Parses `[+-]digits[.digits][(e|E)[+-]digits]` exactly.
  ///
  /// - Throws: `FixedPointError` when the text is no number, needs more than nine decimals, or
  ///   does not fit.
  public static func parse(_ text: Span<UInt8>) throws(FixedPointError) -> Int64 {
    let count = text.count
    var index = 0
    var isNegative = false
    if count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
      isNegative = text[0] == UInt8(ascii: "-")
      index = 1
    }
    // The common case, at most 18 digits and no exponent, needs no overflow checks.
    var mantissa: UInt64 = 0
    var digits = 0
    var decimals = -1
    while index < count {
      let byte = text[index]
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        digits &+= 1
        if decimals >= 0 { decimals &+= 1 }
      } else if byte == UInt8(ascii: "."), decimals < 0 {
        decimals = 0
      } else {
        return try parseSlowly(text, isNegative: isNegative)
      }
      index &+= 1
    }
    let fraction = max(decimals, 0)
    if digits == 0 || digits > 18 || fraction > 9 {
      return try parseSlowly(text, isNegative: isNegative)
    }
    let (value, overflow) = mantissa.multipliedReportingOverflow(by: power(9 &- fraction))
    if overflow || value > UInt64(Int64.max) { throw .overflow }
    return isNegative ? 0 &- Int64(value) : Int64(value)
  }

  /// Prints the shortest exact decimal, with at least `minimumDecimals` (0…9) decimals.
  public static func text(_ raw: Int64, minimumDecimals: Int = 0) -> String {
    var bytes: [UInt8] = []
    append(raw, minimumDecimals: minimumDecimals, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the shortest exact decimal, with at least `minimumDecimals` (0…9) decimals.
  public static func append(_ raw: Int64, minimumDecimals: Int = 0, to bytes: inout [UInt8]) {
    if raw < 0 { bytes.append(UInt8(ascii: "-")) }
    appendMagnitude(
      whole: UInt128(raw.magnitude / 1_000_000_000), fraction: raw.magnitude % 1_000_000_000,
      minimumDecimals: minimumDecimals, to: &bytes)
  }

  static func appendMagnitude(
    whole: UInt128, fraction: UInt64, minimumDecimals: Int, to bytes: inout [UInt8]
  ) {
    bytes.append(contentsOf: String(whole).utf8)
    var decimals = 9
    var rest = fraction
    while decimals > minimumDecimals, rest % 10 == 0 {
      rest /= 10
      decimals -= 1
    }
    guard decimals > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var divisor = power(decimals - 1)
    for _ in 0..<decimals {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor % 10))
      divisor = max(divisor / 10, 1)
    }
  }

  static func quoted(_ byte: UInt8) -> String {
    byte >= 0x20 && byte < 0x7F
      ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
  }

  @inlinable static func power(_ exponent: Int) -> UInt64 {
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1_000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    default: 1_000_000_000
    }
  }

  /// Long mantissas, trailing zeros beyond the ninth decimal, and exponents.
  private static func parseSlowly(
    _ text: Span<UInt8>, isNegative: Bool
  ) throws(FixedPointError) -> Int64 {
    var index = 0
    if text.count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") { index = 1 }
    var digits: [UInt8] = []
    var seenDigit = false
    var decimals = 0
    var seenPoint = false
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else if byte &- UInt8(ascii: "0") <= 9 {
        seenDigit = true
        if !(digits.isEmpty && byte == UInt8(ascii: "0")) {
          digits.append(byte - UInt8(ascii: "0"))
        }
        if seenPoint { decimals += 1 }
      } else {
        break
      }
      index += 1
    }
    guard seenDigit else {
      if index < text.count { throw .unexpectedByte(text[index], offset: index) }
      throw .empty
    }
    let exponent = try parseExponent(text, from: index)
    return try assemble(digits, shift: exponent - decimals + 9, isNegative: isNegative)
  }

  private static func parseExponent(
    _ text: Span<UInt8>, from start: Int
  ) throws(FixedPointError) -> Int {
    guard start < text.count else { return 0 }
    var index = start
    guard text[index] | 0x20 == UInt8(ascii: "e") else {
      throw .unexpectedByte(text[index], offset: index)
    }
    index += 1
    var isNegative = false
    if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      isNegative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    guard index < text.count else { throw .empty }
    var exponent = 0
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { throw .unexpectedByte(text[index], offset: index) }
      // Past this, every mantissa is either zero or out of range.
      exponent = min(exponent * 10 + Int(digit), 100_000)
      index += 1
    }
    return isNegative ? -exponent : exponent
  }

  /// The digits times 10^shift, as an integer.
  private static func assemble(
    _ digits: [UInt8], shift: Int, isNegative: Bool
  ) throws(FixedPointError) -> Int64 {
    var digits = digits
    var shift = shift
    while shift < 0, let last = digits.last {
      if last != 0 { throw .tooPrecise }
      digits.removeLast()
      shift += 1
    }
    if digits.isEmpty { return 0 }
    if digits.count + shift > 19 { throw .overflow }
    var value: UInt64 = 0
    for digit in digits + Array(repeating: 0, count: shift) {
      let (scaled, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = scaled.addingReportingOverflow(UInt64(digit))
      if first || second { throw .overflow }
      value = sum
    }
    if value > UInt64(Int64.max) { throw .overflow }
    return isNegative ? -Int64(value) : Int64(value)
  }
}
