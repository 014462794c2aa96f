/// An instant: nanoseconds since 1970-01-01T00:00:00Z, from the year 1678 to 2262.
@frozen
public struct Timestamp: BitwiseCopyable, Hashable, Sendable, Comparable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable public static var zero: Timestamp { Timestamp(nanoseconds: 0) }
  @inlinable public static var distantFuture: Timestamp { Timestamp(nanoseconds: .max) }
  @inlinable public static var distantPast: Timestamp { Timestamp(nanoseconds: .min) }

  @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The instant `nanos` later, held at the ends of the range.
  @inlinable public func advanced(byNanos nanos: Int64) -> Timestamp {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(nanos)
    return Timestamp(nanoseconds: overflow ? (nanos > 0 ? .max : .min) : sum)
  }

  /// Nanoseconds from `other` to this instant, held at the ends of the range.
  @inlinable public func nanos(since other: Timestamp) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
    return overflow ? (nanoseconds > other.nanoseconds ? .max : .min) : difference
  }
}

extension Timestamp: CustomStringConvertible {
  /// ISO 8601 in UTC with as many decimals (0, 3, 6 or 9) as are needed.
  public var description: String {
    let seconds = nanoseconds.dividedFloor(by: 1_000_000_000)
    // The first second of the range begins before it: both wrap, and the difference is right.
    let fraction = nanoseconds &- seconds &* 1_000_000_000
    let days = seconds.dividedFloor(by: 86_400)
    let second = seconds - days * 86_400
    let date = CivilDate(daysSinceEpoch: Int(days))
    let time =
      "\(twoDigits(second / 3600)):\(twoDigits(second / 60 % 60)):\(twoDigits(second % 60))"
    return "\(date)T\(time)\(fractionText(fraction))Z"
  }

  private func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

  private func fractionText(_ nanos: Int64) -> String {
    guard nanos != 0 else { return "" }
    let (value, width) =
      nanos % 1_000_000 == 0
      ? (nanos / 1_000_000, 3) : nanos % 1_000 == 0 ? (nanos / 1_000, 6) : (nanos, 9)
    let digits = String(value)
    return "." + String(repeating: "0", count: width - digits.count) + digits
  }
}

extension Timestamp {
  /// Parses ISO 8601 (`2024-03-10T02:30:00.5Z`, `+01:00`, a blank for the T, no zone means UTC),
  /// a date alone, or an integer of nanoseconds since 1970. Nil when it is none of these or is out
  /// of range.
  public init?(_ text: some StringProtocol) {
    self.init(parsing: Array(text.utf8).span)
  }

  /// See `init(_:)`.
  public init?(parsing text: Span<UInt8>) {
    if let raw = Self.integer(text) {
      self.init(nanoseconds: raw)
      return
    }
    var parser = TimestampParser(text)
    guard let value = parser.parse()?.nanoseconds else { return nil }
    self.init(nanoseconds: value)
  }

  /// As `init(_:)`, but an instant out of range is the end of the range that is nearest to it:
  /// right for bounds of a question, and wrong for the time of an event.
  public init?(clamping text: some StringProtocol) {
    if let time = Timestamp(text) {
      self = time
      return
    }
    let bytes = Array(text.utf8)
    let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
    if !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) {
      self = digits.count < bytes.count ? .distantPast : .distantFuture
      return
    }
    var parser = TimestampParser(bytes.span)
    guard let instant = parser.parse() else { return nil }
    self = instant.seconds < 0 ? .distantPast : .distantFuture
  }

  private static func integer(_ text: Span<UInt8>) -> Int64? {
    guard text.count > 0, text.count <= 20 else { return nil }
    let isNegative = text[0] == UInt8(ascii: "-")
    var value: Int64 = 0
    var index = isNegative ? 1 : 0
    guard index < text.count else { return nil }
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      let (scaled, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = scaled.subtractingReportingOverflow(Int64(digit))
      if first || second { return nil }
      value = sum
      index += 1
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }
}

extension Int64 {
  /// Division that rounds toward negative infinity.
  func dividedFloor(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
