internal import BarAggregation
public import EngineCore

/// Which bars to make, and how.
public struct BarsSettings: PluginSettings {
  /// When open bars are published.
  enum Partial: Equatable, Sendable {
    case off
    case everyTick
    /// At most so often, an instrument and spec.
    case every(Int64)
  }

  var specs: [SpecSettings]
  var calendars: [CalendarSettings]
  /// Keys of the instruments that bars are made of; nil: all.
  var instruments: [String]?
  /// Names of the sources that are read; nil: all.
  var sources: [String]?
  var partial: Partial
  /// Events of a kept log that are read at a start.
  var recover: Int
  var options: BarOptions

  public static let keys: [ConfigurationKey] = [
    .key(
      "specs", .list(.oneOf([.text(.barSpec), .record(SpecSettings.self)]), count: 1...64),
      default: ["1s", "1m", "1h", "1d"],
      "Bar specs such as 1m, 1d~fx17, 4h~XNYS, 1m@mid, 100t, 5000v, 1e6n, 10r, or objects that name the instruments too."
    ),
    .key(
      "calendars", .list(of: .record(CalendarSettings.self), atMost: 256), default: [],
      "Calendars of one's own, beside utc, uniform, fx17, XNYS, XNAS and time zones."),
    .optional(
      "instruments", .list(.text(.notEmpty), count: 1...100_000),
      "Makes bars of these alone, SYMBOL or SYMBOL@VENUE; without it of all."),
    .optional(
      "sources", .list(.text(.notEmpty), count: 1...1000),
      "Reads the ticks of these sources alone; without it of all."),
    .key(
      "partial",
      .oneOf([.choice(["every tick", "off"]), .duration(from: "1ms", to: "1h")]),
      default: "250ms", "How often an open bar is published: a duration, \"every tick\" or \"off\"."
    ),
    .key(
      "disorder", .duration(from: "0s", to: "1h"), default: "0s",
      "How far out of order the ticks of a source may come."),
    .key(
      "lateness", .duration(from: "0s", to: "1h"), default: "0s",
      "How long after its end a bar waits for late ticks before it closes; 10s suits US equities."),
    .key(
      "early_close", .boolean, default: false,
      "Closes at the end, whatever lateness says; late ticks amend."),
    .key(
      "amend_window", .duration(from: "0s", to: "31d"), default: "1d",
      "Later ticks than this change no closed bar; they are counted and listed."),
    .key(
      "idle", .duration(from: "1ms", to: "1h"), default: "1s",
      "A source that was silent for so long holds nobody up any more."),
    .key(
      "max_delay", .duration(from: "0s", to: "1h"), default: "1s",
      "While a live source is silent, bars close so long after their end by the clock."),
    .key(
      "history", .integer(8...1_000_000), default: 256,
      "Closed bars kept in memory for each instrument and spec; late ticks can amend these."),
    .key(
      "recover", .integer(1024...1_000_000_000), default: 1_048_576,
      "Events of a journal that are read at a start; open bars are told anew twice in so many."),
    .key(
      "split_trades", .boolean, default: true,
      "Splits a trade between volume and notional bars at the exact threshold."),
  ]

  public init(from object: inout ConfigurationObject) {
    var specs: [SpecSettings] = []
    for value in object.list("specs") {
      if let text = value.string {
        specs.append(SpecSettings(text: text))
      } else if var nested = value.object {
        specs.append(SpecSettings(from: &nested))
        object.absorb(nested)
      }
    }
    self.specs = specs
    calendars = object.records("calendars", as: CalendarSettings.self)
    instruments = object.contains("instruments") ? object.strings("instruments") : nil
    sources = object.contains("sources") ? object.strings("sources") : nil
    switch (object["partial"]?.durationNanos, object.optionalString("partial")) {
    case (let nanos?, _): partial = .every(nanos)
    case (_, "every tick"): partial = .everyTick
    default: partial = .off
    }
    recover = Int(object.integer("recover"))
    var options = BarOptions()
    options.disorderNanos = object.durationNanos("disorder")
    options.latenessNanos =
      object.boolean("early_close") ? 0 : object.durationNanos("lateness")
    options.amendNanos = object.durationNanos("amend_window")
    options.idleNanos = object.durationNanos("idle")
    options.delayMaxNanos = object.durationNanos("max_delay")
    options.history = Int(object.integer("history"))
    options.splitsTrades = object.boolean("split_trades")
    self.options = options
    check(&object)
  }

  /// What no single key can say.
  private func check(_ object: inout ConfigurationObject) {
    var seen: Set<String> = []
    for (index, spec) in specs.enumerated() {
      guard let parsed = spec.parsed else { continue }
      if !seen.insert(parsed.description).inserted {
        object.fault(at: "specs[\(index)]", expected: "each spec once")
      }
      guard let name = parsed.calendar else { continue }
      let isOwn = calendars.contains { $0.name == name }
      if !isOwn, !CalendarBook.mayBeCalendar(name) {
        let known = CalendarBook.builtIn + calendars.map(\.name)
        object.fault(
          at: "specs[\(index)]",
          expected: "a calendar after \"~\": \(known.joined(separator: ", ")), a time zone, "
            + "or one with +HH:MM",
          found: "\"\(name)\"",
          suggestion: Spelling.nearest(to: name, in: known).map { "\"\($0)\"" })
      }
    }
    var names: Set<String> = []
    for (index, calendar) in calendars.enumerated() {
      if !names.insert(calendar.name).inserted {
        object.fault(
          at: "calendars[\(index)]", expected: "each name once", found: "\"\(calendar.name)\" again"
        )
      }
    }
  }
}

extension TextRule {
  static let barSpec = TextRule(
    "a bar spec such as \"1m\", \"1d~fx17\", \"100t\" or \"1e6n\""
  ) { (try? BarSpec(parsing: $0)) != nil }
}
