import EngineCore
import Testing

@testable import AlertRules

/// Whatever numbers come in: what does not fit is not known, and nothing stops.
@Suite("Rules and extreme ticks", .timeLimit(.minutes(2)))
struct ExtremeTicksTests {
  private static let conditions = [
    "change(*, 1s) > 1%", "high(*, 1s)", "low(*, 5s, spread)", "lowest(*, 1s, mid) < 3",
    "spread(*) > 1", "mid(*) crosses 0", "bid(*) * 9000000000 > 1", "bid(*) / ask(*) > 1",
    "distance(bid(*), ask(*)) > 1%", "abs(price(*)) > 1", "-price(*) < 1", "price(*) > 1",
    "stale(*) for 5s", "sma(*, 1m, 2) > 1", "ema(*, 1m, 2) > 1", "rsi(*, 1m, 2) > 50",
    "vwap(*, 1m) > 1", "vwap(*, 1m, 2) > 1", "bar(*, 1m).vwap > 1", "bar(*, 1m).change > 1%",
    "bar(*, 1m).gap > 1", "bar(*, 1m).range > 1", "mean(bar(*, 1m).gap, 2) > 1",
    "zscore(volume(*, 1m), 2) > 1", "zscore(bar(*, 1m).range, 3) > 1",
    "zscore(bar(*, 1m).gap, 2) > 1", "mean(volume(*, 1m), 3) > 1", "zscore(bar(*, 1m).vwap, 2) > 1",
  ]

  private static func calendar() throws -> TradingCalendar {
    try CalendarBook().calendar(named: "fx17")
  }

  @Test(
    "no tick and no bar stops rules", arguments: 0..<60 as Range<UInt64>)
  func any(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    func pick<Element>(_ elements: [Element]) -> Element {
      elements[Int(random.next() % UInt64(elements.count))]
    }
    var options = AlertOptions()
    options.clock = seed % 2 == 0 ? .engine : .event
    options.flapFirings = 0
    var stage = AlertStage(options: options, calendar: seed % 3 == 0 ? try Self.calendar() : nil)
    for (index, when) in Self.conditions.enumerated() {
      try stage.add(when, number: UInt32(index + 1)) {
        $0.message = "{value} {threshold} {time}"
        $0.cooldown = index % 2 == 0 ? 0 : 5_000_000_000
      }
    }
    let raws: [Int64] = [.min, .min + 1, -1, 0, 1, 1_000_000_000, .max - 1, .max]
    let sums: [Int128] = [.min, .min + 1, -1, 0, 1, 1 << 90, .max - 1, .max]
    for step in 0..<300 {
      // Times go to the ends only late, as they do not come back from there; and not past all the
      // sessions of a calendar.
      let near = Timestamp(nanoseconds: Int64(step) * 1_000_000_000)
      func time() -> Timestamp {
        step < 200 || seed % 3 == 0 || random.next() % 4 > 0
          ? near : Timestamp(nanoseconds: pick(raws))
      }
      func price() -> Price { Price(raw: pick(raws)) }
      let instrument = InstrumentID(UInt32(1 + random.next() % 3))
      switch random.next() % 3 {
      case 0:
        stage.receive(
          Event(
            Trade(
              instrument: instrument, price: price(), size: Quantity(raw: pick(raws)),
              eventTime: time(), receiveTime: time())))
      case 1:
        stage.receive(
          Event(
            Quote(
              instrument: instrument, bid: price(), ask: price(), eventTime: time(),
              receiveTime: time())))
      default:
        stage.receive(
          Event(
            Bar(
              instrument: instrument, spec: SpecID(1), state: .closed, count: .max,
              start: step < 250 ? near : time(), end: time(), open: price(), high: price(),
              low: price(), close: price(), volume: pick(sums), notional: pick(sums))))
      }
      _ = stage.output.transitions.map { stage.engine.message(for: $0) }
      stage.output.transitions = []
    }
    for number in Self.conditions.indices {
      #expect(stage.engine.explain(RuleID(UInt32(number + 1)), InstrumentID(1)) != nil)
    }
    let kept = stage.engine.checkpoint()
    let again = try AlertEngine(
      restoring: kept, rules: [], options: options, surroundings: AlertStage.surroundings())
    #expect(again.now == stage.engine.now)
  }

  @Test("a market is open or closed at any time", arguments: [Int64.min, .min + 1, .max - 1, .max])
  func hours(time: Int64) throws {
    var hours = MarketHours(try Self.calendar())
    let stretch = hours.stretch(at: time)
    #expect(stretch.range.lowerBound <= time && time <= stretch.range.upperBound)
  }

  @Test("the last instant of time is passed, and what is never due does not hold it up")
  func endOfTime() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1")
    stage.receive(Event(EngineTime(Timestamp(nanoseconds: .max))))
    #expect(stage.engine.now == Timestamp(nanoseconds: .max))
    stage.trade("1.2", at: 1)
    #expect(stage.output.transitions.map(\.to) == [.firing])
  }

  @Test("a day's weighted price is not known after too much, through a restart, until the next day")
  func dailyPrice() throws {
    var stage = AlertStage()
    try stage.add("vwap(EURUSD, 1m) > 1")
    func bar(_ start: Int64, _ notional: Int128) -> Event {
      Event(
        Bar(
          instrument: InstrumentID(1), spec: SpecID(1), state: .closed, count: 1,
          start: Timestamp(nanoseconds: start * 1_000_000_000),
          end: Timestamp(nanoseconds: (start + 60) * 1_000_000_000), open: Price(raw: 1),
          high: Price(raw: 1), low: Price(raw: 1), close: Price(raw: 1), volume: 1_000_000_000,
          notional: notional))
    }
    func value(_ engine: AlertEngine) throws -> String? {
      let why = try #require(engine.explain(RuleID(1), InstrumentID(1)))
      return why.lines.last?.values.first
    }
    stage.receive(bar(0, 2_000_000_000_000_000_000))
    #expect(try value(stage.engine) == "2")
    stage.receive(bar(60, .max))
    stage.receive(bar(120, 2_000_000_000_000_000_000))
    #expect(try value(stage.engine) == "-")
    let rule = try CompiledAlertRule(
      AlertRule(id: "r1", when: "vwap(EURUSD, 1m) > 1", notify: ["ops"]))
    stage.engine = try AlertEngine(
      restoring: stage.engine.checkpoint(), rules: [(rule, RuleID(1))],
      surroundings: AlertStage.surroundings())
    stage.receive(bar(180, 2_000_000_000_000_000_000))
    #expect(try value(stage.engine) == "-")
    stage.receive(bar(86_400, 3_000_000_000_000_000_000))
    #expect(try value(stage.engine) == "3")
  }
}
