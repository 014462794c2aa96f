/// Durations as people write them: `250ms`, `1.5s`, `1h30m`.
///
/// Units are `d`, `h`, `m`, `s`, `ms`, `us` (or `µs`) and `ns`, the larger first, each at most
/// once. A unit is always needed, even for zero (`0s`), and there is no sign and no blank. Values
/// are exact nanoseconds: what is not a whole number of them is an error.
public enum DurationText {
  private static let units = UnitText(units: [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ns", 1),
  ])

  /// The duration in nanoseconds.
  /// - Throws: `UnitTextError`, also when the value is beyond `Int64` (292 years).
  public static func parse(_ text: String) throws(UnitTextError) -> Int64 {
    try units.parse(text)
  }

  /// The shortest usual text; `parse` reads it back to the same value. Negative values, which no
  /// setting has, are written with a minus.
  public static func format(_ nanos: Int64) -> String {
    if nanos == Int64.min { return "-" + format(Int64.max) }
    if nanos < 0 { return "-" + format(-nanos) }
    if nanos == 0 { return "0s" }
    if nanos < 1000 { return "\(nanos)ns" }
    if nanos < 1_000_000 { return UnitText.decimal(nanos, in: 1000) + "us" }
    if nanos < 1_000_000_000 { return UnitText.decimal(nanos, in: 1_000_000) + "ms" }
    var rest = nanos
    var text = ""
    for (name, factor) in units.units.prefix(3) where rest >= factor {
      text += "\(rest / factor)\(name)"
      rest %= factor
    }
    if rest > 0 { text += UnitText.decimal(rest, in: 1_000_000_000) + "s" }
    return text
  }
}
