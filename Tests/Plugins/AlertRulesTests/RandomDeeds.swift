import AlertRules
import EngineCore

/// Random runs: rules and what happens to them, with prices that swing around the thresholds.
struct RandomDeeds {
  private var random: SeededRandom
  private let isSimple: Bool
  private(set) var options = AlertOptions()
  private var now: Int64 = 1_000_000_000_000
  private var starts: [Int64] = [0, 0, 0, 0, 0]

  init(seed: UInt64, isSimple: Bool) {
    random = SeededRandom(seed: seed)
    self.isSimple = isSimple
    options.flapFirings = UInt32(random.next() % 6)
    options.flapWindow = 20_000_000_000
    options.ownerNotifications = UInt32(random.next() % 5) * 3
    options.ownerWindow = 50_000_000_000
  }

  mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int(random.next() % UInt64(elements.count))]
  }

  mutating func deeds(_ count: Int) -> [EngineModelTests.Deed] {
    (0..<count).map { index in index < 8 || chance(4) ? command(isFirst: index < 8) : event() }
  }

  private var time: Timestamp { Timestamp(nanoseconds: now) }

  private mutating func command(isFirst: Bool) -> EngineModelTests.Deed {
    let id = RuleID(UInt32(1 + random.next() % 12))
    switch isFirst ? 0 : random.next() % 7 {
    case 0, 1: return .add(rule(id), id, time)
    case 2: return .remove(id, time)
    case 3, 4: return .enable(chance(60), id, time)
    case 5: return .acknowledge(id, time)
    default:
      return .silence(
        AlertSilence(
          id: pick(["a", "b"]), instrument: pick(["EUR*", "*", "GBPUSD"]),
          until: time.advanced(byNanos: Int64(1 + random.next() % 30) * 1_000_000_000)), time)
    }
  }

  private mutating func price() -> Int64 { 1_000_000_000 + Int64(random.next() % 11) * 1_000_000 }

  private mutating func rule(_ id: RuleID) -> AlertRule {
    func duration(_ values: [Int64]) -> Int64 { pick(values) * 1_000_000_000 }
    let selector = pick(["EURUSD", "*", "[EURUSD, GBPUSD]", "GBPUSD", "*"])
    var rule = AlertRule(id: "r\(id.raw)", when: condition(selector))
    if chance(30) { rule.clear = condition(selector) }
    rule.hold = duration([0, 0, 1, 5])
    rule.cooldown = duration([0, 0, 2, 20])
    rule.once = chance(10)
    rule.repeatEvery = duration([0, 0, 3])
    if chance(15) { rule.expires = time.advanced(byNanos: duration([5, 50, 500])) }
    rule.notify = chance(80) ? ["ops"] : []
    rule.notifyResolved = chance(50)
    rule.group = duration([0, 0, 4])
    rule.owner = pick([nil, "ann", "bob"])
    rule.severity = pick(AlertSeverity.allCases)
    return rule
  }

  private mutating func condition(_ selector: String) -> String {
    let series = pick(["price", "bid", "ask", "mid", "spread"])
    let level = FixedPoint.text(series == "spread" ? Int64(random.next() % 4) * 1_000_000 : price())
    let sign = pick(["<", "<=", ">", ">=", "==", "!=", "crosses above", "crosses below", "crosses"])
    let simple = "\(series)(\(selector)) \(sign) \(level)"
    if isSimple {
      guard chance(30) else { return simple }
      let other = pick(["<", ">", "crosses below"])
      let link = pick(["and", "or", "and not"])
      let level = FixedPoint.text(price())
      return "\(simple) \(link) \(series)(\(selector)) \(other) \(level)"
    }
    switch random.next() % 8 {
    case 0: return "change(\(selector), 10s) > 0.1%"
    case 1: return "\(pick(["high", "low"]))(\(selector), 5s, mid) or \(simple)"
    case 2: return "stale(\(selector)) for \(1 + random.next() % 5)s"
    case 3: return "sma(\(selector), 1m, 3) crosses above ema(\(selector), 1m, 2)"
    case 4: return "rsi(\(selector), 1m, 3) > 60 and price(\(selector)) > vwap(\(selector), 1m)"
    case 5:
      let spike = "volume(\(selector), 1m) > 1.2 * mean(volume(\(selector), 1m), 3)"
      return "\(spike) or zscore(bar(\(selector), 1m).range, 3) > 1"
    case 6: return "not price(\(selector)) < highest(\(selector), 8s) and size(\(selector)) > 2"
    default: return simple
    }
  }

  private mutating func event() -> EngineModelTests.Deed {
    now += Int64(random.next() % 4) * 500_000_000
    let key = Int(random.next() % 3)
    let instrument = InstrumentID(UInt32(key + 1))
    switch random.next() % 10 {
    case 0..<4:
      return .event(
        Event(
          Trade(
            instrument: instrument, price: Price(raw: price()),
            size: Quantity(raw: Int64(random.next() % 5) * 1_000_000_000), eventTime: time,
            receiveTime: time)))
    case 4..<8:
      let bid = price()
      return .event(
        Event(
          Quote(
            instrument: instrument, bid: Price(raw: chance(5) ? .min : bid),
            ask: Price(raw: chance(5) ? .min : bid + Int64(random.next() % 4) * 1_000_000),
            eventTime: time, receiveTime: time)))
    case 8 where !isSimple: return bar(key, instrument)
    default: return .event(Event(EngineTime(time)))
    }
  }

  private mutating func bar(_ key: Int, _ instrument: InstrumentID) -> EngineModelTests.Deed {
    let isAgain = chance(15) && starts[key] > 0
    if !isAgain { starts[key] += 60_000_000_000 }
    let prices = (0..<4).map { _ in price() }
    let volume = Int128(1 + random.next() % 9) * 1_000_000_000
    return .event(
      Event(
        Bar(
          instrument: instrument, spec: SpecID(1), state: isAgain ? .amended : .closed, count: 4,
          start: Timestamp(nanoseconds: starts[key]),
          end: Timestamp(nanoseconds: starts[key] + 60_000_000_000),
          open: Price(raw: prices[0]), high: Price(raw: prices.max() ?? 0),
          low: Price(raw: prices.min() ?? 0), close: Price(raw: prices[3]), volume: volume,
          notional: volume * Int128(prices[1]))))
  }
}
