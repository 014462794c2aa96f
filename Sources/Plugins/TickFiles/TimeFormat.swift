internal import EngineCore

/// How a column writes instants.
package enum TimeFormat: Equatable, Sendable {
  /// A number of units since 1970-01-01T00:00:00Z, possibly with decimals.
  case epoch(unitNanos: Int64)
  /// ISO 8601: `2024-03-10T02:30:00.5Z`, a blank for the T, an offset, or none.
  case iso
  /// Fields at fixed places, such as `yyyyMMdd HH:mm:ss.SSS`.
  case pattern(TimePattern)

  /// `ns`, `us`, `ms`, `s`, `iso`, or a pattern; nil when it is none of these.
  package init?(_ text: String) {
    switch text {
    case "ns": self = .epoch(unitNanos: 1)
    case "us": self = .epoch(unitNanos: 1_000)
    case "ms": self = .epoch(unitNanos: 1_000_000)
    case "s": self = .epoch(unitNanos: 1_000_000_000)
    case "iso": self = .iso
    default:
      guard let pattern = TimePattern(text) else { return nil }
      self = .pattern(pattern)
    }
  }

  /// What a time in this format is, for messages.
  package var expectation: String {
    switch self {
    case .epoch(1): "a time in nanoseconds since 1970"
    case .epoch(1_000): "a time in microseconds since 1970"
    case .epoch(1_000_000): "a time in milliseconds since 1970"
    case .epoch: "a time in seconds since 1970"
    case .iso: "an ISO 8601 time such as 2024-03-10T02:30:00.5Z"
    case .pattern(let pattern): "a time as \(pattern.text)"
    }
  }

  /// Nanoseconds since 1970 of the whole text; nil when it is no such time or does not fit.
  ///
  /// - Parameter offsetNanos: what local time is ahead of UTC, where the text does not say.
  package func parse(_ text: Span<UInt8>, offsetNanos: Int64) -> Int64? {
    switch self {
    case .epoch(let unit): return Self.epoch(text, unit: unit)
    case .iso:
      var reader = TimeFields(text)
      guard reader.iso() else { return nil }
      return reader.instant(offsetNanos: offsetNanos)
    case .pattern(let pattern):
      var reader = TimeFields(text)
      guard pattern.read(&reader) else { return nil }
      return reader.instant(offsetNanos: offsetNanos)
    }
  }

  /// `[-]digits[.digits]` in units, exact; digits below a nanosecond must be zeros.
  private static func epoch(_ text: Span<UInt8>, unit: Int64) -> Int64? {
    var index = 0
    let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    var value: Int64 = 0
    var digits = 0
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      let (scaled, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = scaled.addingReportingOverflow(Int64(digit))
      if first || second { return nil }
      value = sum
      digits += 1
      index += 1
    }
    guard digits > 0 else { return nil }
    let (whole, overflow) = value.multipliedReportingOverflow(by: unit)
    if overflow { return nil }
    var nanos = whole
    if index < text.count {
      guard text[index] == UInt8(ascii: "."), index + 1 < text.count else { return nil }
      var weight = unit
      for position in index + 1..<text.count {
        let digit = text[position] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        weight /= 10
        guard weight > 0 || digit == 0 else { return nil }
        let (sum, overflow) = nanos.addingReportingOverflow(Int64(digit) * weight)
        if overflow { return nil }
        nanos = sum
      }
    }
    return isNegative ? -nanos : nanos
  }
}
