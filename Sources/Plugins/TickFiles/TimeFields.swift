internal import EngineCore

/// The fields of a civil time as they are read from bytes, without allocation.
struct TimeFields: ~Escapable {
  private let text: Span<UInt8>
  private var index = 0
  private var date = CivilDate(year: 1970, month: 1, day: 1)
  private var hour = 0
  private var minute = 0
  private var second = 0
  private var nanos = 0
  /// Seconds east of UTC, when the text says so.
  private var offsetSeconds: Int?

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) { self.text = text }

  var isAtEnd: Bool { index == text.count }

  /// Reads an ISO 8601 date with an optional time of day and offset, to the end of the text.
  mutating func iso() -> Bool {
    guard number(4, into: .year), skip("-"), number(2, into: .month), skip("-"),
      number(2, into: .day)
    else { return false }
    if isAtEnd { return true }
    guard skip("T") || skip(" "), number(2, into: .hour), skip(":"), number(2, into: .minute)
    else { return false }
    if skip(":") {
      guard number(2, into: .second) else { return false }
      if skip(".") || skip(",") { guard fraction(1...9) else { return false } }
    }
    if !isAtEnd { guard zone() else { return false } }
    return isAtEnd
  }

  /// Reads exactly that many digits.
  mutating func number(_ count: Int, into field: TimePattern.Field) -> Bool {
    guard index + count <= text.count else { return false }
    var value = 0
    for position in index..<index + count {
      let digit = text[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { return false }
      value = value &* 10 &+ Int(digit)
    }
    index += count
    switch field {
    case .year: date.year = value
    // Two digits mean 1970 to 2069.
    case .shortYear: date.year = value < 70 ? 2000 + value : 1900 + value
    case .month: date.month = value
    case .day: date.day = value
    case .hour: hour = value
    case .minute: minute = value
    case .second: second = value
    }
    return true
  }

  /// Reads a fraction of a second with as many digits as there are, within the bounds.
  mutating func fraction(_ counts: ClosedRange<Int>) -> Bool {
    var value = 0
    var count = 0
    while index < text.count, count < counts.upperBound {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ Int(digit)
      count += 1
      index += 1
    }
    guard counts.contains(count) else { return false }
    for _ in count..<9 { value = value &* 10 }
    nanos = value
    return true
  }

  /// Reads `Z`, `+hh`, `+hhmm` or `+hh:mm`.
  mutating func zone() -> Bool {
    if skip("Z") {
      offsetSeconds = 0
      return true
    }
    let sign: Int
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return false }
    guard let hours = twoDigits(), hours < 24 else { return false }
    var minutes = 0
    let hasColon = skip(":")
    if let value = twoDigits() { minutes = value } else if hasColon { return false }
    guard minutes < 60 else { return false }
    offsetSeconds = sign * (hours * 3600 + minutes * 60)
    return true
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard index < text.count, text[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool { skip(UInt8(ascii: character)) }

  private mutating func twoDigits() -> Int? {
    guard index + 2 <= text.count else { return nil }
    let tens = text[index] &- UInt8(ascii: "0")
    let ones = text[index + 1] &- UInt8(ascii: "0")
    guard tens <= 9, ones <= 9 else { return nil }
    index += 2
    return Int(tens) * 10 + Int(ones)
  }

  /// The instant, when the fields make one that fits.
  func instant(offsetNanos: Int64) -> Int64? {
    guard date.isValid, hour < 24, minute < 60, second < 60 else { return nil }
    let seconds = Int64(date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second)
    let offset = offsetSeconds.map { Int64($0) * 1_000_000_000 } ?? offsetNanos
    let (scaled, first) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, second) = scaled.addingReportingOverflow(Int64(nanos))
    let (instant, third) = sum.subtractingReportingOverflow(offset)
    return first || second || third ? nil : instant
  }
}
