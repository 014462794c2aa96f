/// What a setting may hold. One table of keys with these types gives validation, defaults, JSON
/// Schema and docs.
public indirect enum ConfigurationType: Sendable {
  /// `true` or `false`.
  case boolean
  /// An integer within a range.
  case integer(ClosedRange<Int64>)
  /// A finite number within a range; never for prices, see `decimal`.
  case number(ClosedRange<Double>)
  /// An exact decimal, a JSON number or a string that holds one; kept as text.
  case decimal
  /// Any string.
  case string
  /// A string that follows a rule.
  case text(TextRule)
  /// One of a few words.
  case choice([String])
  /// A `DurationText`; the range is in nanoseconds.
  case duration(ClosedRange<Int64>)
  /// A `SizeText`; the range is in bytes.
  case size(ClosedRange<Int64>)
  /// `"host:port"` or a list of 1 to 16 of them.
  case listen
  /// A file or directory.
  case path
  /// A subject such as `trade.EURUSD` or `bar.>`.
  case subject
  /// ISO 8601 text (`TimeText`) or integer nanoseconds since 1970.
  case time
  /// A list of elements of one type.
  case list(ConfigurationType, count: ClosedRange<Int>)
  /// An object with known keys.
  case object([ConfigurationKey])
  /// An object with any names and values of one type.
  case map(ConfigurationType)
  /// The first of several types that fits.
  case oneOf([ConfigurationType])
  /// Any JSON, kept as it is; references in it are not replaced.
  case json

  /// An integer of at least `minimum`, by default any.
  public static func integer(atLeast minimum: Int64 = .min) -> ConfigurationType {
    .integer(minimum...Int64.max)
  }

  /// A number of at least `minimum`, by default any finite one.
  public static func number(
    atLeast minimum: Double = -.greatestFiniteMagnitude
  ) -> ConfigurationType {
    .number(minimum...Double.greatestFiniteMagnitude)
  }

  /// One of the cases of an enumeration, by raw value.
  public static func choice<Choice>(of type: Choice.Type) -> ConfigurationType
  where Choice: RawRepresentable<String> & CaseIterable {
    .choice(type.allCases.map(\.rawValue))
  }

  /// A duration between two texts such as `"1ms"` and `"1h"`. Texts that are no durations are a
  /// mistake of the program.
  public static func duration(from low: String, to high: String) -> ConfigurationType {
    guard let low = try? DurationText.parse(low), let high = try? DurationText.parse(high),
      low <= high
    else { preconditionFailure("\(low)…\(high) is no range of durations") }
    return .duration(low...high)
  }

  /// A size between two texts such as `"1KiB"` and `"1GiB"`. Texts that are no sizes are a mistake
  /// of the program.
  public static func size(from low: String, to high: String) -> ConfigurationType {
    guard let low = try? SizeText.parse(low), let high = try? SizeText.parse(high), low <= high
    else { preconditionFailure("\(low)…\(high) is no range of sizes") }
    return .size(low...high)
  }

  /// A list of any length up to `most`.
  public static func list(of type: ConfigurationType, atMost most: Int = 65_536)
    -> ConfigurationType
  {
    .list(type, count: 0...most)
  }

  /// An object with the keys of a record.
  public static func record<Record: ConfigurationRecord>(_ type: Record.Type)
    -> ConfigurationType
  {
    .object(type.keys)
  }
}
