/// How bars are cut and of which price they are: `1m`, `4h~XNYS`, `100t@bid`, `1e6n`. The grammar
/// is in docs/subjects.md; one grammar serves configuration, subjects and tools.
public struct BarSpec: Sendable, Hashable, CustomStringConvertible {
  /// What a time step is counted in.
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    case milliseconds = "ms"
    case seconds = "s"
    case minutes = "m"
    case hours = "h"
    case days = "d"
    case weeks = "w"
    case months = "M"

    /// Nanoseconds of units of a fixed length; nil for days and longer, which calendars decide.
    public var nanos: Int64? {
      switch self {
      case .milliseconds: 1_000_000
      case .seconds: 1_000_000_000
      case .minutes: 60_000_000_000
      case .hours: 3_600_000_000_000
      case .days, .weeks, .months: nil
      }
    }

    /// The largest number in one step: about a year of the units of a fixed length, and of the
    /// others about 27 years.
    var countMax: Int64 {
      switch self {
      case .milliseconds: 31_622_400_000
      case .seconds: 31_622_400
      case .minutes: 527_040
      case .hours: 8_784
      case .days: 10_000
      case .weeks: 1_400
      case .months: 324
      }
    }
  }

  /// What completes a bar.
  public enum Measure: Sendable, Hashable {
    case time(Int64, Unit)
    /// A number of trades or quotes.
    case ticks(Int64)
    /// A sum of sizes, in 10⁻⁹.
    case volume(Int128)
    /// A sum of price × size, in 10⁻¹⁸.
    case notional(Int128)
    /// A distance between high and low, in price increments.
    case range(Int64)
  }

  /// The price that bars are made of.
  @frozen
  public enum PriceKind: String, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// Of trades.
    case last
    /// Of quotes.
    case bid
    case ask
    /// Halfway between bid and ask; half of 10⁻⁹ is rounded down.
    case mid
  }

  public var measure: Measure
  public var price: PriceKind
  /// The name of a calendar; nil: days in UTC.
  public var calendar: String?

  public init(_ measure: Measure, price: PriceKind = .last, calendar: String? = nil) {
    self.measure = measure
    self.price = price
    self.calendar = calendar == "utc" ? nil : calendar
  }

  /// Whether bars are cut by time.
  public var isTime: Bool {
    if case .time = measure { true } else { false }
  }

  /// The shortest text of the spec: what its name in subjects is.
  public var description: String {
    var text: String
    switch measure {
    case .time(let count, let unit): text = "\(count)\(unit.rawValue)"
    case .ticks(let count): text = "\(count)t"
    case .volume(let amount): text = Self.text(amount, decimals: 9) + "v"
    case .notional(let amount): text = Self.text(amount, decimals: 18) + "n"
    case .range(let count): text = "\(count)r"
    }
    if price != .last { text += "@\(price.rawValue)" }
    if let calendar { text += "~\(calendar)" }
    return text
  }

  /// A decimal; whole millions with an exponent.
  private static func text(_ amount: Int128, decimals: Int) -> String {
    let text = FixedPoint.text(wide: amount, decimals: decimals)
    guard !text.contains(".") else { return text }
    let zeros = text.reversed().prefix { $0 == "0" }.count
    return zeros >= 6 ? "\(text.dropLast(zeros))e\(zeros)" : text
  }
}

extension BarSpec {
  /// The largest number of trades or price steps.
  static let countMax: Int64 = 1_000_000_000

  /// Parses `AMOUNT UNIT [@PRICE] [~CALENDAR]` without blanks.
  public init(parsing text: String) throws(BarSpecError) {
    func fault(_ expected: String) -> BarSpecError {
      BarSpecError(text: text, expected: expected)
    }
    var rest = text[...]
    var calendar: String?
    if let tilde = rest.firstIndex(of: "~") {
      let name = String(rest[rest.index(after: tilde)...])
      guard !name.isEmpty, name.utf8.count <= 64,
        name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F && $0 != "~" })
      else { throw fault("a calendar after \"~\", such as 1d~fx17") }
      calendar = name
      rest = rest[..<tilde]
    }
    var price = PriceKind.last
    if let at = rest.firstIndex(of: "@") {
      let name = String(rest[rest.index(after: at)...])
      guard let kind = PriceKind(rawValue: name) else {
        throw fault("one of last, bid, ask, mid after \"@\", found \"\(name)\"")
      }
      price = kind
      rest = rest[..<at]
    }
    let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "e") }
    let unit = String(rest[digits.endIndex...])
    let amount = String(digits)
    guard !amount.isEmpty else { throw fault("a number first, as in 1m, 100t or 1e6n") }
    let measure: Measure
    switch unit {
    case "t": measure = .ticks(try Self.count(amount, fault))
    case "r": measure = .range(try Self.count(amount, fault))
    case "v": measure = .volume(try Self.amount(amount, decimals: 9, fault))
    case "n": measure = .notional(try Self.amount(amount, decimals: 18, fault))
    default:
      guard let unit = Unit(rawValue: unit) else {
        throw fault("a unit of ms, s, m, h, d, w, M, t, v, n or r, found \"\(unit)\"")
      }
      measure = .time(try Self.count(amount, most: unit.countMax, fault), unit)
    }
    self.init(measure, price: price, calendar: calendar)
  }

  private static func count(
    _ text: String, most: Int64 = countMax, _ fault: (String) -> BarSpecError
  ) throws(BarSpecError) -> Int64 {
    guard let value = Int64(text), (1...most).contains(value) else {
      throw fault("a whole number from 1 to \(most), found \"\(text)\"")
    }
    return value
  }

  private static func amount(
    _ text: String, decimals: Int, _ fault: (String) -> BarSpecError
  ) throws(BarSpecError) -> Int128 {
    guard let decimal = DecimalText(text) else {
      throw fault("a decimal number, found \"\(text)\"")
    }
    let parts = decimal.text.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    guard fraction.count <= decimals,
      let value = Int128(
        String(parts[0]) + fraction + String(repeating: "0", count: decimals - fraction.count)),
      value > 0, value <= Int128.max / 4
    else {
      throw fault("an amount above 0 with at most \(decimals) decimals, found \"\(text)\"")
    }
    return value
  }
}
