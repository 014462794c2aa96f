import EngineCore
import Testing

@testable import AlertRules

/// What an engine of rules always keeps has bounds, however long it runs.
@Suite("Bounds of what is always kept")
struct BoundedDeskTests {
  @Test("of rules that are gone few are remembered, and no firing has the key of another")
  func retired() throws {
    var options = AlertOptions()
    options.limits.retiredMax = 8
    var stage = AlertStage(options: options)
    var second = 0.0
    var keys: [AlertKey] = []
    for round in 0..<3 {
      for number in 1...40 as ClosedRange<UInt32> {
        try stage.add("price(EURUSD) > 1.1", number: number, at: second)
        for _ in 0..<(1 + Int(number) % 5) {
          stage.trade("1.2", at: second + 1)
          stage.trade("1.0", at: second + 2)
          second += 3
        }
        stage.engine.remove(
          RuleID(number), at: AlertStage.time(second), cause: 0, to: &stage.output)
        #expect(stage.engine.checkpoint().retired.count <= 8)
        // Now and then it is stopped and restored.
        guard (Int(number) + round) % 7 == 0 else { continue }
        stage.engine = try AlertEngine(
          restoring: stage.engine.checkpoint(), rules: [], options: options,
          surroundings: AlertStage.surroundings())
      }
    }
    keys = stage.output.transitions.filter { $0.to == .firing }.map(\.key)
    #expect(keys.count == 3 * 8 * (1 + 2 + 3 + 4 + 5))
    #expect(Set(keys).count == keys.count)
  }

  @Test("a rule that never fired leaves nothing behind")
  func quiet() throws {
    var stage = AlertStage()
    for number in 1...100 as ClosedRange<UInt32> {
      try stage.add("price(EURUSD) > 1.1", number: number)
      stage.trade("1.0", at: 1)
      stage.engine.remove(RuleID(number), at: AlertStage.time(1), cause: 0, to: &stage.output)
    }
    #expect(stage.engine.checkpoint().retired.isEmpty)
  }

  @Test("owners without rules are dropped, and none gets rid of its limit by removing rules")
  func owners() throws {
    var options = AlertOptions()
    options.ownerNotifications = 1
    options.ownerWindow = 10_000_000_000
    var stage = AlertStage(options: options)
    func fire(_ owner: String, at second: Double, _ stage: inout AlertStage) throws {
      try stage.add("price(EURUSD) > 1.1", at: second) { $0.owner = owner }
      stage.trade("1.2", at: second)
      stage.trade("1.0", at: second)
      stage.engine.remove(RuleID(1), at: AlertStage.time(second), cause: 0, to: &stage.output)
    }
    try fire("ann", at: 1, &stage)
    try fire("ann", at: 2, &stage)
    #expect(stage.notified().count == 1)
    #expect(stage.engine.counters.limited == 1)
    #expect(stage.engine.checkpoint().owners.map(\.name) == ["ann"])
    for number in 0..<5000 { try fire("o\(number)", at: 3 + Double(number), &stage) }
    #expect(stage.notified().count == 5000)
    #expect(stage.engine.owners.count < 2048)
    #expect(stage.engine.checkpoint().owners.count == 10)
    try fire("ann", at: 6000, &stage)
    #expect(stage.notified().count == 1)
  }

  @Test("groups have so many firings in all, the rest is counted")
  func grouped() throws {
    var options = AlertOptions()
    options.limits.groupedMax = 3
    var stage = AlertStage(options: options)
    for number in 1...2 as ClosedRange<UInt32> {
      try stage.add("price(*) > 1.1", number: number) { $0.group = 30_000_000_000 }
    }
    stage.trade("1.2", "EURUSD", at: 1)
    stage.trade("1.2", "GBPUSD", at: 2)
    stage.trade("1.2", "BTCUSD", at: 3)
    stage.engine = try AlertEngine(
      restoring: stage.engine.checkpoint(),
      rules: try (1...2 as ClosedRange<UInt32>).map { number in
        let rule = AlertRule(
          id: "r\(number)", when: "price(*) > 1.1", notify: ["ops"], group: 30_000_000_000)
        return (try CompiledAlertRule(rule), RuleID(number))
      }, options: options, surroundings: AlertStage.surroundings())
    stage.trade("1.2", "XAU", at: 4)
    stage.pass(to: 40)
    #expect(stage.notified() == ["firing 2+2", "firing 1+3"])
    // There is room again.
    stage.trade("1.2", "AAPL", at: 50)
    stage.pass(to: 90)
    #expect(stage.notified() == ["firing 1+0", "firing 1+0"])
  }

  @Test("a message is cut at its limit, and a silence with longer texts is refused")
  func texts() throws {
    var options = AlertOptions()
    options.limits.messageTextMax = 10
    options.limits.silenceTextMax = 10
    var stage = AlertStage(options: options)
    try stage.add("price(EURUSD) > 1.1") { $0.message = "{rule}{condition}" }
    stage.trade("1.2", at: 1)
    let transition = try #require(stage.output.transitions.first)
    #expect(stage.engine.message(for: transition) == "r1price(E…")
    #expect(throws: AlertFault.self) {
      try stage.engine.silence(
        AlertSilence(
          id: "s", rule: "r", until: AlertStage.time(50), comment: "eleven long"),
        at: AlertStage.time(2), cause: 1, to: &stage.output)
    }
  }
}
