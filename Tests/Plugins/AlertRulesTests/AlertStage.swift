import AlertRules
import EngineCore

/// An engine of rules with instruments, and short ways to feed it. Instruments have the numbers of
/// their places in `keys`, from 1; times are seconds.
struct AlertStage {
  static let keys = ["EURUSD", "GBPUSD", "BTCUSD", "XAU", "AAPL"]
  static let specs = ["1m", "1h", "5t", "1m@mid"]

  var engine: AlertEngine
  var output = AlertCollector()
  var sequence: UInt64 = 0

  static func surroundings(calendar: TradingCalendar? = nil) -> AlertSurroundings {
    AlertSurroundings(
      describe: { id in
        let index = Int(id.raw) - 1
        let key = index < Self.keys.count ? Self.keys[index] : "I\(id.raw)"
        return AlertInstrument(key: key, calendar: calendar, pricePrecision: 4)
      },
      find: { key in Self.keys.firstIndex(of: key).map { InstrumentID(UInt32($0 + 1)) } },
      specID: { spec in
        Self.specs.firstIndex(of: spec.description).map { SpecID(UInt16($0 + 1)) }
      })
  }

  init(options: AlertOptions = AlertOptions(), calendar: TradingCalendar? = nil) {
    engine = AlertEngine(
      options: options, surroundings: Self.surroundings(calendar: calendar))
  }

  static func id(_ key: String) -> InstrumentID {
    InstrumentID(UInt32((keys.firstIndex(of: key) ?? 0) + 1))
  }

  static func time(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: Int64(seconds * 1e9))
  }

  static func raw(_ text: String) -> Int64 { (try? Price(text).raw) ?? .min }

  mutating func add(_ rule: AlertRule, number: UInt32 = 1, at seconds: Double = 0) throws {
    sequence += 1
    try engine.add(
      try CompiledAlertRule(rule), id: RuleID(number), at: Self.time(seconds), cause: sequence,
      to: &output)
  }

  mutating func add(
    _ when: String, number: UInt32 = 1, at seconds: Double = 0,
    _ change: (inout AlertRule) -> Void = { _ in }
  ) throws {
    var rule = AlertRule(id: "r\(number)", when: when, notify: ["ops"])
    change(&rule)
    try add(rule, number: number, at: seconds)
  }

  mutating func trade(
    _ price: String, size: String = "1", _ key: String = "EURUSD", at seconds: Double
  ) {
    receive(
      Event(
        Trade(
          instrument: Self.id(key), price: Price(raw: Self.raw(price)),
          size: Quantity(raw: Self.raw(size)), eventTime: Self.time(seconds),
          receiveTime: Self.time(seconds))))
  }

  mutating func quote(
    _ bid: String?, _ ask: String?, _ key: String = "EURUSD", at seconds: Double
  ) {
    receive(
      Event(
        Quote(
          instrument: Self.id(key), bid: Price(raw: bid.map(Self.raw) ?? .min),
          ask: Price(raw: ask.map(Self.raw) ?? .min), eventTime: Self.time(seconds),
          receiveTime: Self.time(seconds))))
  }

  /// A bar of a minute that begins at a time.
  mutating func bar(
    open: String, close: String, volume: String = "1", _ key: String = "EURUSD",
    start: Double, state: BarState = .closed
  ) {
    let (first, last) = (Self.raw(open), Self.raw(close))
    receive(
      Event(
        Bar(
          instrument: Self.id(key), spec: SpecID(1), state: state, count: 1,
          start: Self.time(start), end: Self.time(start + 60), open: Price(raw: first),
          high: Price(raw: max(first, last)), low: Price(raw: min(first, last)),
          close: Price(raw: last), volume: Int128(Self.raw(volume)),
          notional: Int128(Self.raw(volume)) * Int128(last))))
  }

  mutating func pass(to seconds: Double) { receive(Event(EngineTime(Self.time(seconds)))) }

  mutating func receive(_ event: Event) {
    sequence += 1
    var event = event
    event.sequence = sequence
    let batch = [event]
    engine.receive(batch.span, to: &output)
  }

  /// States and seconds of the transitions so far, and none afterwards.
  mutating func told() -> [String] {
    let texts = output.transitions.map { transition in
      let seconds = Double(transition.time.nanoseconds) / 1e9
      return "\(transition.to) \(transition.reason) \(Self.short(seconds))"
    }
    output.transitions = []
    return texts
  }

  mutating func notified() -> [String] {
    let texts = output.notifications.map { "\($0.kind) \($0.members.count)+\($0.more)" }
    output.notifications = []
    return texts
  }

  private static func short(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
  }
}
