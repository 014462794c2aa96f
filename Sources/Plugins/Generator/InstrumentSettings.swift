internal import EngineCore

/// One instrument of the generator; what it leaves out is as for all.
struct InstrumentSettings: Equatable, Sendable {
  var symbol: String
  var venue: String?
  var name: String?
  var currency: String?
  var calendar: String?
  var pricePrecision: Int?
  var sizePrecision: Int?
  /// Prices and sizes in 10⁻⁹.
  var initial: Int64?
  var spread: Int64?
  var changeRange: Int64?
  var mean: Int64?
  var medianSize: Int64?
  var drift: Double?
  var volatility: Double?
  var speed: Double?

  init(symbol: String) { self.symbol = symbol }

  /// `ITEM_00`, `ITEM_01`, … with names for people.
  static func numbered(_ count: Int) -> [InstrumentSettings] {
    (0..<count).map { number in
      let digits = number < 10 ? "0\(number)" : "\(number)"
      var item = InstrumentSettings(symbol: "ITEM_\(digits)")
      item.name = "Item \(digits)"
      return item
    }
  }
}

extension InstrumentSettings: ConfigurationRecord {
  static let keys: [ConfigurationKey] = [
    .required("symbol", .text(.notEmpty), "The symbol."),
    .optional("venue", .text(.notEmpty), "Makes the key SYMBOL@VENUE."),
    .optional("name", .string, "A name for people."),
    .optional("currency", .text(.notEmpty), "What prices are in."),
    .optional("calendar", .text(.notEmpty), "The trading calendar."),
    .optional("price_precision", .integer(0...9), "Decimals of prices; the last is the step."),
    .optional("size_precision", .integer(0...9), "Decimals of sizes."),
    .optional("initial", .decimal, "The first price."),
    .optional("spread", .decimal, "Ask minus bid."),
    .optional("change_range", .decimal, "Largest step of a random walk."),
    .optional("mean", .decimal, "Where a mean-reverting price is drawn to."),
    .optional("median_size", .decimal, "The median size."),
    .optional("drift", .number(-10...10), "Expected growth a year."),
    .optional("volatility", .number(0...10), "Deviation of the logarithm over a year."),
    .optional("speed", .number(0...1e9), "Pull to the mean, a year."),
  ]

  init(from object: inout ConfigurationObject) {
    self.init(symbol: object.string("symbol"))
    venue = object.optionalString("venue")
    name = object.optionalString("name")
    currency = object.optionalString("currency")
    calendar = object.optionalString("calendar")
    pricePrecision = object.optionalInteger("price_precision").map { Int($0) }
    sizePrecision = object.optionalInteger("size_precision").map { Int($0) }
    initial = object.fixedPoint("initial", atLeast: 1)
    spread = object.fixedPoint("spread", atLeast: 0)
    changeRange = object.fixedPoint("change_range", atLeast: 0)
    mean = object.fixedPoint("mean", atLeast: 1)
    medianSize = object.fixedPoint("median_size", atLeast: 1)
    drift = object.optionalNumber("drift")
    volatility = object.optionalNumber("volatility")
    speed = object.optionalNumber("speed")
  }
}

extension ConfigurationObject {
  /// The value of a decimal key in 10⁻⁹; nil without one, and after a fault when it does not fit.
  mutating func fixedPoint(_ name: String, atLeast minimum: Int64) -> Int64? {
    guard let text = optionalDecimalText(name) else { return nil }
    do throws(FixedPointError) {
      let raw = try FixedPoint.parse(Array(text.utf8).span)
      if raw >= minimum { return raw }
      fault(
        at: name, expected: minimum == 0 ? "a number of at least 0" : "a number above 0",
        found: text)
    } catch {
      fault(at: name, expected: "a number below 9223372036 with at most 9 decimals", found: text)
    }
    return nil
  }
}
