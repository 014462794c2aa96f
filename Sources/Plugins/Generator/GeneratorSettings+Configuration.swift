public import EngineCore

extension GeneratorSettings {
  public static var keys: [ConfigurationKey] { instrumentKeys + modelKeys + paceKeys }

  private static let instrumentKeys: [ConfigurationKey] = [
    .key(
      "instruments",
      .oneOf([
        .integer(1...100_000),
        .list(.oneOf([.text(.notEmpty), .record(InstrumentSettings.self)]), count: 1...100_000),
      ]), default: 10,
      "How many (ITEM_00, ITEM_01, …), or a list of symbols or of objects with their own values."),
    .key("price_precision", .integer(0...9), default: 2, "Decimals of prices; the last is a step."),
    .key("size_precision", .integer(0...9), default: 0, "Decimals of sizes."),
    .key(
      "emit", .choice(of: Emission.self), default: "trades",
      "What a tick makes; with both, the trade is at the bid or ask of the quote before it."),
    .optional("spread", .decimal, "Ask minus bid; without it two price steps."),
    .key("sizes", .boolean, default: true, "Whether events carry sizes."),
    .key("median_size", .decimal, default: 100, "Half of the sizes are below it."),
    .key(
      "size_deviation", .number(0...5), default: 1,
      "Deviation of the logarithm of sizes; 0 makes all sizes the median."),
    .key(
      "volume_profile", .choice(of: SizeModel.Profile.self), default: "flat",
      "u-shaped: twice the size at open and close, half in the middle."),
    .key(
      "session_open", .duration(from: "0s", to: "1d"), default: "0s",
      "For the volume profile, after midnight UTC."),
    .key(
      "session_close", .duration(from: "0s", to: "1d"), default: "1d",
      "For the volume profile, after midnight UTC."),
  ]

  private static let modelKeys: [ConfigurationKey] = [
    .key("model", .choice(of: ModelKind.self), default: "random-walk", "How prices move."),
    .key(
      "initial_min", .decimal, default: 50,
      "First prices are drawn between this and initial_max, unless an instrument gives its own."),
    .key("initial_max", .decimal, default: 200, "See initial_min."),
    .key("change_range", .decimal, default: 1, "random-walk: a step is at most this, up or down."),
    .key(
      "drift", .number(-10...10), default: 0,
      "gbm: expected growth a year (365 days), as a logarithm, jumps counted in."),
    .key(
      "volatility", .number(0...10), default: 0.2,
      "gbm, mean-reverting: deviation of the logarithm over a year."),
    .key(
      "jumps",
      .object([
        .key("intensity", .number(0...1e9), default: 0, "Expected number a year."),
        .key("mean", .number(-2...2), default: 0, "Mean of a jump's logarithm."),
        .key("deviation", .number(0...2), default: 0, "Deviation of a jump's logarithm."),
      ]), default: [:], "gbm: sudden moves."),
    .optional("mean", .decimal, "mean-reverting: the centre; without it the first price."),
    .key(
      "speed", .number(0...1e9), default: 6000,
      "mean-reverting: the pull, a year; half of a move is gone after 0.69 / speed years."),
  ]

  private static let paceKeys: [ConfigurationKey] = [
    .key(
      "interval", .oneOf([.choice(["max"]), .duration(from: "1us", to: "1d")]), default: "1s",
      "Between two ticks of one instrument, or \"max\": as fast as the bus takes them."),
    .optional("rate", .decimal, "Instead of an interval: events a second of all together."),
    .optional(
      "step", .duration(from: "1ns", to: "1d"),
      "Model and simulated time of a tick; without it the interval, or 1s with \"max\"."),
    .key(
      "time", .choice(of: Time.self), default: "live",
      "Stamps from the clock, or from start on in exact steps: the same stream at every run."),
    .key("start", .time, default: "2024-01-01T00:00:00Z", "Where simulated time begins."),
    .optional("seed", .integer(atLeast: 0), "Without it, one made of the engine's and the name."),
    .optional("limit", .integer(atLeast: 1), "Stop after so many events."),
    .key(
      "catch_up", .duration(from: "0s", to: "1h"), default: "1s",
      "After a stall, older ticks than this are missed instead of sent in a burst."),
  ]

  public init(from object: inout ConfigurationObject) {
    self.init()
    readInstruments(&object)
    readModel(&object)
    readPace(&object)
  }

  private mutating func readInstruments(_ object: inout ConfigurationObject) {
    if let count = object.optionalInteger("instruments") {
      instruments = InstrumentSettings.numbered(Int(count))
    } else {
      instruments = []
      for value in object.list("instruments") {
        if let symbol = value.string {
          instruments.append(InstrumentSettings(symbol: symbol))
        } else if var nested = value.object {
          instruments.append(InstrumentSettings(from: &nested))
          object.absorb(nested)
        }
      }
      var seen: Set<String> = []
      for (index, item) in instruments.enumerated() where !seen.insert(item.key).inserted {
        object.fault(
          at: "instruments[\(index)]", expected: "an instrument that is not in the list already",
          found: "\"\(item.key)\" again")
      }
    }
    pricePrecision = Int(object.integer("price_precision"))
    sizePrecision = Int(object.integer("size_precision"))
    emission = object.choice("emit", as: Emission.self)
    spread = object.fixedPoint("spread", atLeast: 0)
    sizes.isOn = object.boolean("sizes")
    medianSize = object.fixedPoint("median_size", atLeast: 1) ?? medianSize
    sizes.deviation = object.number("size_deviation")
    sizes.profile = object.choice("volume_profile", as: SizeModel.Profile.self)
    sizes.openNanos = object.durationNanos("session_open")
    sizes.closeNanos = object.durationNanos("session_close")
    if sizes.closeNanos <= sizes.openNanos {
      object.fault(at: "session_close", expected: "a time after session_open")
    }
  }

  private mutating func readModel(_ object: inout ConfigurationObject) {
    model = object.choice("model", as: ModelKind.self)
    initialMin = object.fixedPoint("initial_min", atLeast: 1) ?? initialMin
    initialMax = object.fixedPoint("initial_max", atLeast: 1) ?? initialMax
    if initialMax < initialMin {
      object.fault(at: "initial_max", expected: "at least initial_min")
    }
    changeRange = object.fixedPoint("change_range", atLeast: 0) ?? changeRange
    brownian.drift = object.number("drift")
    brownian.volatility = object.number("volatility")
    object.object("jumps") { jumps in
      brownian.jumpIntensity = jumps.number("intensity")
      brownian.jumpMean = jumps.number("mean")
      brownian.jumpDeviation = jumps.number("deviation")
    }
    mean = object.fixedPoint("mean", atLeast: 1)
    reversionSpeed = object.number("speed")
  }

  private mutating func readPace(_ object: inout ConfigurationObject) {
    if let interval = object.optionalDurationNanos("interval") {
      pace = .interval(interval)
    } else {
      pace = .max
    }
    if object.contains("rate") {
      if object.isGiven("interval") {
        object.fault(at: "rate", expected: "either an interval or a rate", found: "both")
      }
      if let raw = object.fixedPoint("rate", atLeast: 1) {
        if raw > Self.rateMax * FixedPoint.scale {
          object.fault(at: "rate", expected: "at most \(Self.rateMax) events a second")
        } else {
          pace = .rate(raw: raw)
        }
      }
    }
    step = object.optionalDurationNanos("step")
    time = object.choice("time", as: Time.self)
    start = object.timeNanos("start")
    seed = object.optionalInteger("seed").map { UInt64(bitPattern: $0) }
    limit = object.optionalInteger("limit").map { UInt64(bitPattern: $0) }
    catchUpNanos = object.durationNanos("catch_up")
  }
}

extension InstrumentSettings {
  /// `SYMBOL` or `SYMBOL@VENUE`.
  var key: String { venue.map { "\(symbol)@\($0)" } ?? symbol }
}
