import AlertRules
import EngineCore
import Testing

/// The life of a state, one setting at a time.
@Suite("States of rules")
struct AlertStateTests {
  @Test("a level fires when it is passed and is over when it no longer holds")
  func level() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1")
    stage.trade("1.1", at: 1)
    stage.trade("1.1001", at: 2)
    stage.trade("1.2", at: 3)
    stage.trade("1.1", at: 4)
    #expect(stage.told() == ["firing met 2", "resolved cleared 4"])
    #expect(stage.notified() == ["firing 1+0"])
  }

  @Test("a level that already holds fires at the first price, a crossing only after it has crossed")
  func crossing() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1", number: 1)
    try stage.add("price(EURUSD) crosses above 1.1", number: 2)
    stage.trade("1.2", at: 1)
    #expect(stage.output.transitions.map(\.rule) == [RuleID(1)])
    stage.trade("1.1", at: 2)
    stage.output.transitions = []
    stage.trade("1.15", at: 3)
    #expect(stage.output.transitions.map(\.rule) == [RuleID(1), RuleID(2)])
  }

  @Test("`crosses` fires for one event in either direction")
  func either() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) crosses 1.1")
    for (second, price) in ["1.2", "1.0", "1.0", "1.1", "1.2", "1.3"].enumerated() {
      stage.trade(price, at: Double(second))
    }
    #expect(
      stage.told() == [
        "firing met 1", "resolved cleared 2", "firing met 4", "resolved cleared 5",
      ])
  }

  @Test("`for` waits, and the wait begins anew when the condition breaks")
  func hold() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1") { $0.hold = 5_000_000_000 }
    stage.trade("1.2", at: 1)
    stage.trade("1.0", at: 3)
    stage.trade("1.2", at: 4)
    stage.trade("1.2", at: 8.5)
    stage.pass(to: 20)
    #expect(
      stage.told() == ["pending met 1", "inactive ended 3", "pending met 4", "firing held 9"])
    #expect(stage.engine.nextTimer == nil)
  }

  @Test("a tick after the wait fires first, at the time that was due")
  func tickAfterHold() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1") { $0.hold = 5_000_000_000 }
    stage.trade("1.2", at: 1)
    #expect(stage.engine.nextTimer == AlertStage.time(6))
    stage.trade("1.0", at: 7)
    #expect(stage.told() == ["pending met 1", "firing held 6", "resolved cleared 7"])
  }

  @Test("`clear` keeps it firing until its own condition is true")
  func hysteresis() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) crosses above 1.0950") { $0.clear = "price(EURUSD) < 1.0945" }
    for (second, price) in ["1.09", "1.096", "1.0949", "1.096", "1.0946", "1.0944", "1.096"]
      .enumerated()
    {
      stage.trade(price, at: Double(second))
    }
    #expect(stage.told() == ["firing met 1", "resolved cleared 5", "firing met 6"])
  }

  @Test("a cooldown holds firings back and counts them, and fires at its end if it still holds")
  func cooldown() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1") { $0.cooldown = 60_000_000_000 }
    for second in 0..<20 { stage.trade(second % 2 == 0 ? "1.2" : "1.0", at: Double(second)) }
    #expect(stage.told() == ["firing met 0", "resolved cleared 1"])
    stage.trade("1.2", at: 50)
    stage.pass(to: 70)
    #expect(stage.output.transitions.map(\.suppressed) == [9])
    #expect(stage.told() == ["firing cooldownOver 60"])
  }

  @Test("`once` fires one time for each instrument")
  func once() throws {
    var stage = AlertStage()
    try stage.add("price(*) > 1.1") { $0.once = true }
    for second in 0..<6 { stage.trade(second % 2 == 0 ? "1.2" : "1.0", at: Double(second)) }
    stage.trade("3", "GBPUSD", at: 9)
    #expect(stage.told() == ["firing met 0", "resolved cleared 1", "firing met 9"])
  }

  @Test("while it fires it notifies again, until somebody acknowledges it")
  func repeating() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1") { $0.repeatEvery = 10_000_000_000 }
    stage.trade("1.2", at: 0)
    stage.pass(to: 25)
    #expect(stage.notified() == ["firing 1+0", "repeated 1+0", "repeated 1+0"])
    let count = stage.engine.acknowledge(
      RuleID(1), at: AlertStage.time(26), cause: 99, to: &stage.output)
    #expect(count == 1)
    stage.pass(to: 100)
    stage.trade("1.0", at: 101)
    #expect(stage.notified() == [])
    #expect(
      stage.told() == ["firing met 0", "acknowledged acknowledged 26", "resolved cleared 101"])
  }

  @Test("a rule ends at its time, and what it was doing ends with it")
  func expiry() throws {
    var stage = AlertStage()
    try stage.add("price(*) > 1.1") { $0.expires = AlertStage.time(10) }
    stage.trade("1.2", at: 1)
    stage.trade("1.2", "GBPUSD", at: 2)
    stage.trade("1.3", at: 11)
    stage.trade("1.3", "XAU", at: 12)
    #expect(
      stage.told() == [
        "firing met 1", "firing met 2", "resolved expired 10", "resolved expired 10",
      ])
    #expect(stage.engine.hasExpired(RuleID(1)))
  }

  @Test("a price that swings 10,000 times around a threshold is told five times, and then once")
  func flapping() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1") { $0.notifyResolved = true }
    for swing in 0..<10_000 {
      stage.trade("1.2", at: Double(swing) * 0.02)
      stage.trade("1.0", at: Double(swing) * 0.02 + 0.01)
    }
    #expect(stage.output.transitions.count == 9)
    #expect(stage.output.notifications.map(\.kind).last == .flapping)
    stage.pass(to: 2000)
    #expect(stage.output.transitions.count == 10)
    let end = try #require(stage.output.transitions.last)
    #expect(end.reason == .calm && end.suppressed == 9995 && end.isFlapping)
    #expect(stage.output.notifications.count == 10)
  }

  @Test("with hysteresis the same swings are one firing")
  func swingsWithHysteresis() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1") { $0.clear = "price(EURUSD) < 1.05" }
    for swing in 0..<10_000 {
      stage.trade("1.2", at: Double(swing) * 0.02)
      stage.trade("1.06", at: Double(swing) * 0.02 + 0.01)
    }
    #expect(stage.told() == ["firing met 0"])
  }

  @Test("a feed is stale after its time, speaks again, and is not stale while its market is closed")
  func stale() throws {
    let hours = try WeeklyHours(parsing: "0930-1600:23456")
    let calendar = TradingCalendar(name: "day", zone: .utc, week: .hours(hours))
    var stage = AlertStage(calendar: calendar)
    let monday = 4.0 * 86_400
    try stage.add("stale(EURUSD) for 30s", at: monday)
    let open = monday + 9.5 * 3600
    stage.pass(to: open - 1)
    #expect(stage.told() == [])
    stage.trade("1", at: open + 10)
    stage.pass(to: open + 100)
    #expect(stage.told() == ["firing met \(Int(open) + 40)"])
    stage.trade("1", at: open + 101)
    #expect(stage.told() == ["resolved cleared \(Int(open) + 101)"])
    stage.pass(to: monday + 16 * 3600 - 1)
    stage.pass(to: monday + 20 * 3600)
    stage.pass(to: monday + 33.5 * 3600 + 29)
    #expect(
      stage.told() == [
        "firing met \(Int(open) + 131)", "resolved cleared \(Int(monday) + 16 * 3600)",
      ])
    stage.pass(to: monday + 33.5 * 3600 + 30)
    #expect(stage.told() == ["firing met \(Int(monday + 33.5 * 3600) + 30)"])
  }
}
