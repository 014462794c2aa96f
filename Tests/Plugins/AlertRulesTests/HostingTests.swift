import AlertRules
import EngineCore
import Testing

/// What a host needs beside running rules: checkpoints in parts, names that come later, rules as
/// text.
@Suite("Hosting rules")
struct HostingTests {
  @Test("a checkpoint in parts has what was asked for, and together they are the whole")
  func parts() throws {
    var options = AlertOptions()
    options.keepsChanges = true
    var stage = AlertStage(options: options)
    try stage.add("high(EURUSD, 1m)", number: 1)
    try stage.add("price(*) > 2", number: 2) { $0.group = 5_000_000_000 }
    for second in 1...100 {
      stage.trade("\(second % 4)", at: Double(second))
      stage.trade("\(second % 3)", "GBPUSD", at: Double(second))
    }
    let whole = stage.engine.checkpoint()
    var small = stage.engine.checkpoint([])
    #expect(small.states.isEmpty && small.rules.isEmpty && small.instruments.isEmpty)
    #expect(small.terms.isEmpty && small.groups == whole.groups)
    let instruments = stage.engine.checkpoint([.instruments])
    #expect(instruments.states.isEmpty && instruments.instruments == whole.instruments)
    #expect(!instruments.terms.isEmpty)
    small.instruments = instruments.instruments
    small.terms = instruments.terms
    // Every state has changed since the beginning.
    small.states = stage.engine.takeChanges()
    small.rules = stage.engine.ruleIDs.compactMap { id in
      stage.engine.rule(id).map { AlertCheckpoint.Rule(id: id, rule: $0) }
    }
    #expect(small == whole)
  }

  @Test("a rule that waits for an instrument begins when that is defined, also if it never speaks")
  func define() throws {
    let known = KnownKeys()
    var engine = AlertEngine(
      surroundings: AlertSurroundings(
        describe: { AlertInstrument(key: "I\($0.raw)") },
        find: { key in known.has(key) ? InstrumentID(7) : nil }, specID: { _ in nil }))
    var output = AlertCollector()
    let rule = try CompiledAlertRule(AlertRule(id: "r", when: "stale(I7) for 10s"))
    try engine.add(rule, id: RuleID(1), at: Timestamp(nanoseconds: 1), cause: 1, to: &output)
    #expect(engine.stateCount == 0)
    engine.define(InstrumentID(6), cause: 2, to: &output)
    #expect(engine.stateCount == 0)
    engine.define(InstrumentID(7), cause: 2, to: &output)
    #expect(engine.stateCount == 1)
    engine.advance(to: Timestamp(nanoseconds: 11_000_000_000), cause: 3, to: &output)
    #expect(output.transitions.map(\.to) == [.firing])
  }

  private final class KnownKeys: Sendable {
    func has(_ key: String) -> Bool { false }
  }

  @Test("a rule that is written as JSON is the same rule when it is read")
  func json() throws {
    let rules = [
      AlertRule(id: "a", when: "price(A) > 1"),
      AlertRule(
        id: "b.c-d_e", when: "high(*, 1h)", clear: "low(*, 1h)", cooldown: 90_000_000_000,
        once: true, repeatEvery: 1_500_000_000,
        expires: Timestamp(nanoseconds: 1_800_000_000_123_456_789), severity: .critical,
        message: "{symbol} \"x\"", notify: ["mail", "log"], notifyResolved: true,
        group: 1_000_000, owner: "ann", enabled: false),
      AlertRule(id: "c", when: "price(A) > 1", hold: 5),
    ]
    for rule in rules {
      let text = rule.json.text()
      let read = try RecordFile().read(
        try JSONReader().read(text), name: "rule", as: AlertRule.self)
      #expect(read == rule, "\(text)")
    }
  }
}
