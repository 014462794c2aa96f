/// A JSON number, kept as its exact source text.
///
/// Prices and sizes are read from `text`; a `Double` never stands between input and output.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
  /// The number as it was written, in JSON grammar.
  public let text: String

  /// Takes text that the reader has found to follow the JSON grammar.
  init(validated text: String) {
    self.text = text
  }

  /// Makes an exact decimal.
  public init(_ decimal: DecimalText) {
    text = decimal.text
  }

  /// Makes an integer.
  public init(_ value: Int64) {
    text = String(value)
  }

  /// Makes a number from a finite double, in the shortest text that reads back the same.
  /// Returns nil for infinities and not-a-number, which JSON cannot write.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = value.description
  }

  /// The number as written.
  public var description: String { text }

  /// The value, when it is an integer in the range of `Int64`, however it is written
  /// (`1000`, `1e3` and `1000.0` are the same integer); otherwise nil.
  public var int64: Int64? {
    if let plain = Int64(text) { return plain }
    guard let decimal = DecimalText(text), decimal.isInteger else { return nil }
    return Int64(decimal.text)
  }

  /// The nearest double, or nil when the number is beyond the range of doubles.
  public var double: Double? {
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }
}
