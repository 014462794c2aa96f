import AlertRules
import EngineCore
import Testing

/// Which notifications are given out, and which are held back.
@Suite("Notifications of rules")
struct AlertTellingTests {
  @Test("a silence holds back what matches, and at its end tells what still fires")
  func silence() throws {
    var stage = AlertStage()
    try stage.add("price(*) > 1.1")
    try stage.engine.silence(
      AlertSilence(id: "s", instrument: "EUR*", until: AlertStage.time(50)),
      at: AlertStage.time(0), cause: 1, to: &stage.output)
    stage.trade("1.2", at: 1)
    stage.trade("1.2", "GBPUSD", at: 2)
    #expect(stage.output.transitions.map(\.delivery) == [.silenced, .notified])
    #expect(stage.notified() == ["firing 1+0"])
    stage.pass(to: 60)
    #expect(stage.output.notifications.map(\.time) == [AlertStage.time(50)])
    #expect(stage.notified() == ["unsilenced 1+0"])
  }

  @Test("what was over before its silence ended is not told")
  func silencedAndOver() throws {
    var stage = AlertStage()
    try stage.add("price(*) > 1.1") { $0.notifyResolved = true }
    try stage.engine.silence(
      AlertSilence(id: "s", rule: "r1", until: AlertStage.time(50)), at: AlertStage.time(0),
      cause: 1, to: &stage.output)
    stage.trade("1.2", at: 1)
    stage.trade("1.0", at: 2)
    stage.pass(to: 60)
    #expect(stage.notified() == [])
  }

  @Test("a silence that would match everything, or is over, is refused")
  func wrongSilences() {
    var stage = AlertStage()
    #expect(throws: AlertFault.self) {
      try stage.engine.silence(
        AlertSilence(id: "s", until: AlertStage.time(50)), at: AlertStage.time(0), cause: 1,
        to: &stage.output)
    }
    #expect(throws: AlertFault.self) {
      try stage.engine.silence(
        AlertSilence(id: "s", rule: "a", until: AlertStage.time(50)), at: AlertStage.time(60),
        cause: 1, to: &stage.output)
    }
  }

  @Test("firings within a group's window are one notification")
  func groups() throws {
    var stage = AlertStage()
    try stage.add("price(*) > 1.1") { $0.group = 30_000_000_000 }
    for (second, key) in AlertStage.keys.enumerated() {
      stage.trade("1.2", key, at: Double(second))
    }
    #expect(stage.notified() == [])
    stage.pass(to: 31)
    #expect(stage.output.notifications.first?.time == AlertStage.time(30))
    #expect(stage.notified() == ["firing 5+0"])
  }

  @Test("an owner is told as often as the limit says, and the rest is counted")
  func owners() throws {
    var options = AlertOptions()
    options.ownerNotifications = 3
    options.ownerWindow = 100_000_000_000
    var stage = AlertStage(options: options)
    try stage.add("price(*) > 1.1") { $0.owner = "ann" }
    for (second, key) in AlertStage.keys.enumerated() {
      stage.trade("1.2", key, at: Double(second))
    }
    #expect(stage.notified().count == 3)
    #expect(stage.output.transitions.map(\.delivery).suffix(2) == [.limited, .limited])
    #expect(stage.engine.counters.limited == 2)
    stage.trade("1.0", at: 120)
    stage.trade("1.2", at: 121)
    #expect(stage.notified() == ["firing 1+0"])
  }

  @Test("firings that an owner's limit keeps from a group are limited, and their ends not told")
  func limitedGroup() throws {
    var options = AlertOptions()
    options.ownerNotifications = 1
    options.ownerWindow = 100_000_000_000
    var stage = AlertStage(options: options)
    try stage.add("price(*) > 1.1", number: 1) {
      $0.owner = "ann"
      $0.group = 10_000_000_000
      $0.notifyResolved = true
    }
    try stage.add("price(XAU) > 1.1", number: 2) { $0.owner = "ann" }
    // One notification is all there may be: the group has it, and keeps it to its end.
    stage.trade("1.2", "EURUSD", at: 1)
    stage.trade("1.2", "GBPUSD", at: 2)
    stage.trade("1.2", "XAU", at: 3)
    #expect(
      stage.output.transitions.map(\.delivery) == [.grouped, .grouped, .grouped, .limited])
    stage.pass(to: 12)
    #expect(stage.notified() == ["firing 3+0"])
    stage.output.transitions = []
    // No other group opens in this window.
    stage.trade("1.2", "BTCUSD", at: 20)
    stage.trade("1.2", "AAPL", at: 21)
    stage.trade("1.0", "BTCUSD", at: 22)
    #expect(stage.output.transitions.map(\.delivery) == [.limited, .limited, .none])
    #expect(stage.engine.counters.limited == 3)
    // What was told ends in the next one.
    stage.trade("1.0", "EURUSD", at: 110)
    stage.trade("1.0", "AAPL", at: 111)
    stage.pass(to: 130)
    #expect(stage.notified() == ["resolved 1+0"])
  }

  @Test("limits of rules and states are faults, not growth")
  func limits() throws {
    var options = AlertOptions()
    options.limits.rulesMax = 2
    options.limits.rulesPerOwnerMax = 1
    options.limits.statesMax = 3
    var stage = AlertStage(options: options)
    try stage.add("price(*) > 1.1", number: 1) { $0.owner = "ann" }
    let fault = #expect(throws: AlertFault.self) {
      try stage.add("price(*) > 1.2", number: 2) { $0.owner = "ann" }
    }
    #expect(
      "\(try #require(fault))" == "owner: expected at most 1 rules of one owner, found one more")
    try stage.add("price(*) > 1.2", number: 2)
    #expect(throws: AlertFault.self) { try stage.add("price(*) > 1.3", number: 3) }
    for key in AlertStage.keys { stage.trade("1", key, at: 1) }
    #expect(stage.engine.stateCount == 3 && stage.engine.counters.refusedStates == 7)
  }

  @Test("the key of a firing is never used twice, not after a rule was removed and came again")
  func keys() throws {
    var stage = AlertStage()
    var keys: [AlertKey] = []
    for round in 0..<4 {
      let start = Double(round * 10)
      try stage.add("price(EURUSD) > 1.1", at: start)
      stage.trade("1.2", at: start + 1)
      stage.trade("1.0", at: start + 2)
      stage.trade("1.2", at: start + 3)
      stage.engine.remove(
        RuleID(1), at: AlertStage.time(start + 4), cause: 0, to: &stage.output)
      stage.trade("1.0", at: start + 5)
    }
    keys = stage.output.transitions.filter { $0.to == .firing }.map(\.key)
    #expect(keys.map(\.generation) == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test("a rule whose settings change keeps its states, one whose condition changes does not")
  func changes() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1")
    stage.trade("1.2", at: 1)
    try stage.add("price(EURUSD) > 1.1", at: 2) { $0.severity = .critical }
    #expect(stage.told() == ["firing met 1"])
    try stage.add("price(EURUSD) > 1.05", at: 3)
    #expect(stage.told() == ["resolved replaced 3", "firing met 3"])
  }

  @Test("a rule that is disabled ends what fires, and looks anew when it is enabled")
  func disabling() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1")
    stage.trade("1.2", at: 1)
    stage.engine.setEnabled(
      false, RuleID(1), at: AlertStage.time(2), cause: 0, to: &stage.output)
    stage.trade("1.0", at: 3)
    stage.trade("1.2", at: 4)
    stage.engine.setEnabled(true, RuleID(1), at: AlertStage.time(5), cause: 0, to: &stage.output)
    #expect(stage.told() == ["firing met 1", "resolved disabled 2", "firing met 5"])
  }

  @Test("a message has what was seen in its places")
  func messages() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) crosses above 1.0950") {
      $0.message = "{symbol} broke {threshold}: {value} at {time} ({severity}) {{x}}"
    }
    stage.trade("1.09", at: 1)
    stage.trade("1.0960", at: 2)
    let transition = try #require(stage.output.transitions.first)
    #expect(
      stage.engine.message(for: transition)
        == "EURUSD broke 1.0950: 1.0960 at 1970-01-01T00:00:02Z (warning) {x}")
    #expect(transition.cause == 3 && transition.since == AlertStage.time(2))
  }

  @Test("an explanation says what was seen and why nothing fires")
  func explanations() throws {
    var stage = AlertStage()
    try stage.add("price(EURUSD) > 1.1 and change(EURUSD, 5m) > 2%") { $0.hold = 5_000_000_000 }
    stage.quote("1.0", "1.2", at: 1)
    var why = try #require(stage.engine.explain(RuleID(1), AlertStage.id("EURUSD")))
    #expect(
      why.reasons.first?.hasPrefix(
        "price(EURUSD) is not known: no trade has been seen; there are quotes") == true)
    stage.trade("1.0", at: 1)
    stage.trade("1.2", at: 400)
    why = try #require(stage.engine.explain(RuleID(1), AlertStage.id("EURUSD")))
    #expect(why.lines.map(\.part).prefix(2) == ["price(EURUSD) > 1.1", "price(EURUSD)"])
    #expect(why.lines.map(\.values).prefix(3) == [["1.2", "1.1"], ["1.2"], ["20%", "2%"]])
    #expect(why.lines.first?.truth == .yes)
    #expect(
      why.reasons == ["true since 1970-01-01T00:06:40Z; it fires in 5s if it stays so"])
    why = try #require(stage.engine.explain(RuleID(1), AlertStage.id("GBPUSD")))
    #expect(why.reasons == ["the rule watches EURUSD, not GBPUSD"])
  }
}
