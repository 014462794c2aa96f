/// Numbers as people read them.
enum Figures {
  /// `1,234,567`.
  static func grouped(_ value: some BinaryInteger) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// At most four digits and a unit: `950`, `12.3k`, `1.25M`.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    if value < 0 { return "-" + short(-value) }
    if value < 999.5 {
      return value == value.rounded() ? "\(Int(value))" : significant(value)
    }
    for (scale, unit) in [(1e3, "k"), (1e6, "M"), (1e9, "G")] where value < scale * 999.5 {
      return significant(value / scale) + unit
    }
    return value < 1e15 ? significant(value / 1e12) + "T" : "\(value)"
  }

  /// A rate: `0`, `0.25`, `12.3`, `1,234`.
  static func rate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "-" }
    return value >= 999.5 ? grouped(Int64(value.rounded())) : short(value)
  }

  /// The two largest units: `3d 4h`, `3m 12s`, `12.3s`, `250ms`, `1.2µs`.
  static func duration(_ nanos: Int64) -> String {
    if nanos < 0 { return "-" + duration(nanos == .min ? .max : -nanos) }
    let seconds = nanos / 1_000_000_000
    switch seconds {
    case 86_400...: return "\(seconds / 86_400)d \(seconds / 3600 % 24)h"
    case 3600...: return "\(seconds / 3600)h \(seconds / 60 % 60)m"
    case 60...: return "\(seconds / 60)m \(seconds % 60)s"
    default: return latency(nanos)
    }
  }

  /// How long ago: whole seconds, and never in the future.
  static func age(_ nanos: Int64) -> String {
    if nanos < 60_000_000_000 { return "\(max(0, nanos) / 1_000_000_000)s" }
    return duration(nanos)
  }

  /// A short time in three digits: `850ns`, `1.25µs`, `12.3ms`, `2.5s`.
  static func latency(_ nanos: Int64) -> String {
    if nanos < 1000 { return "\(nanos)ns" }
    for (scale, unit) in [(1e3, "µs"), (1e6, "ms")] where Double(nanos) < scale * 999.5 {
      return significant(Double(nanos) / scale) + unit
    }
    return significant(Double(nanos) / 1e9) + "s"
  }

  /// `512 B`, `24.5 MiB`.
  static func bytes(_ value: Int64) -> String {
    var amount = Double(value)
    for unit in ["B", "KiB", "MiB", "GiB"] {
      if amount < 1023.5 { return "\(significant(amount)) \(unit)" }
      amount /= 1024
    }
    return "\(significant(amount)) TiB"
  }

  /// One decimal and a percent sign.
  static func percent(_ fraction: Double) -> String {
    guard fraction.isFinite, abs(fraction) < 1e6 else { return "-" }
    return decimals(fraction * 100, 1) + "%"
  }

  /// Three digits that count, without trailing zeros after the point.
  private static func significant(_ value: Double) -> String {
    let places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    var text = decimals(value, places)
    if places > 0 {
      while text.last == "0" { text.removeLast() }
      if text.last == "." { text.removeLast() }
    }
    return text
  }

  private static func decimals(_ value: Double, _ places: Int) -> String {
    let scale = places == 2 ? 100 : places == 1 ? 10 : 1
    let scaled = Int64((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + "\(scaled)" }
    let fraction = String(scaled % Int64(scale))
    return sign + "\(scaled / Int64(scale))."
      + String(repeating: "0", count: places - fraction.count) + fraction
  }
}
