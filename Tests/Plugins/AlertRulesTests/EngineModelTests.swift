import AlertRules
import EngineCore
import Testing

/// Random rules, ticks, bars, times and commands, through engines that must agree.
@Suite("Engines of rules that must agree")
struct EngineModelTests {
  /// A run: what is done to an engine, one thing after the other.
  enum Deed {
    case event(Event)
    case add(AlertRule, RuleID, Timestamp)
    case remove(RuleID, Timestamp)
    case enable(Bool, RuleID, Timestamp)
    case acknowledge(RuleID, Timestamp)
    case silence(AlertSilence, Timestamp)
  }

  static func run(_ deed: Deed, _ sequence: UInt64, _ stage: inout AlertStage) {
    switch deed {
    case .event(let event):
      var event = event
      event.sequence = sequence
      let batch = [event]
      stage.engine.receive(batch.span, to: &stage.output)
    case .add(let rule, let id, let time):
      guard let compiled = try? CompiledAlertRule(rule) else { return }
      try? stage.engine.add(compiled, id: id, at: time, cause: sequence, to: &stage.output)
    case .remove(let id, let time):
      stage.engine.remove(id, at: time, cause: sequence, to: &stage.output)
    case .enable(let isOn, let id, let time):
      stage.engine.setEnabled(isOn, id, at: time, cause: sequence, to: &stage.output)
    case .acknowledge(let id, let time):
      stage.engine.acknowledge(id, at: time, cause: sequence, to: &stage.output)
    case .silence(let silence, let time):
      try? stage.engine.silence(silence, at: time, cause: sequence, to: &stage.output)
    }
  }

  /// What one has and the other has not, in short.
  private static func difference(_ left: AlertCollector, _ right: AlertCollector) -> String {
    func texts(_ output: AlertCollector) -> [String] {
      output.transitions.map { transition in
        var text = "r\(transition.rule.raw) i\(transition.instrument.raw) \(transition.from)"
        text += "-\(transition.to) \(transition.reason) \(transition.delivery)"
        text += " #\(transition.generation) -\(transition.suppressed) \(transition.value)"
        return text + "/\(transition.threshold) \(transition.time) \(transition.since)"
      } + output.notifications.map { "\($0.kind) \($0.name) \($0.members.count)+\($0.more)" }
    }
    let (first, second) = (texts(left), texts(right))
    return
      "\(first.filter { !second.contains($0) }) against \(second.filter { !first.contains($0) })"
  }

  /// The parts in which two checkpoints differ.
  private static func difference(_ left: AlertCheckpoint, _ right: AlertCheckpoint) -> [String] {
    var parts: [String] = left == right ? [] : ["something"]
    if left.states != right.states { parts.append("states") }
    if left.instruments != right.instruments { parts.append("instruments") }
    if left.terms != right.terms { parts.append("terms") }
    if left.retired != right.retired { parts.append("retired") }
    if left.owners != right.owners { parts.append("owners") }
    if left.groups != right.groups { parts.append("groups") }
    if left.silences != right.silences { parts.append("silences") }
    return parts
  }

  @Test("thresholds in order of price give what looking at every rule gives", arguments: 0..<60)
  func ordered(seed: UInt64) {
    var maker = RandomDeeds(seed: seed, isSimple: seed % 3 != 0)
    let deeds = maker.deeds(600)
    var options = maker.options
    var ordered = AlertStage(options: options)
    options.ordersThresholds = false
    var plain = AlertStage(options: options)
    for (index, deed) in deeds.enumerated() {
      Self.run(deed, UInt64(index + 1), &ordered)
      Self.run(deed, UInt64(index + 1), &plain)
      let isSame =
        ordered.output.transitions == plain.output.transitions
        && ordered.output.notifications == plain.output.notifications
      #expect(isSame, "deed \(index): \(Self.difference(ordered.output, plain.output))")
      if !isSame { return }
      ordered.output = AlertCollector()
      plain.output = AlertCollector()
    }
    // Those in order have a state more often than they look at it.
    #expect(ordered.engine.counters.evaluations <= plain.engine.counters.evaluations)
  }

  @Test("an engine that was stopped and restored goes on as one that was not", arguments: 0..<60)
  func restored(seed: UInt64) throws {
    var maker = RandomDeeds(seed: 1000 + seed, isSimple: seed % 3 == 0)
    let deeds = maker.deeds(600)
    var whole = AlertStage(options: maker.options)
    var cut = AlertStage(options: maker.options)
    for (index, deed) in deeds.enumerated() {
      if maker.chance(2) {
        let kept = cut.engine.checkpoint()
        let compiled = try cut.engine.ruleIDs.map { id in
          (try CompiledAlertRule(try #require(cut.engine.rule(id))), id)
        }
        cut.engine = try AlertEngine(
          restoring: kept, rules: compiled, options: maker.options,
          surroundings: AlertStage.surroundings())
        let changed = Self.difference(cut.engine.checkpoint(), kept)
        #expect(changed == [], "deed \(index): a checkpoint changes by being restored")
      }
      Self.run(deed, UInt64(index + 1), &whole)
      Self.run(deed, UInt64(index + 1), &cut)
      let isSame =
        whole.output.transitions == cut.output.transitions
        && whole.output.notifications == cut.output.notifications
      #expect(isSame, "deed \(index): \(Self.difference(whole.output, cut.output))")
      if !isSame { return }
      whole.output = AlertCollector()
      cut.output = AlertCollector()
    }
    #expect(Self.difference(whole.engine.checkpoint(), cut.engine.checkpoint()) == [])
  }

  @Test("a run in batches of any size is the same run", arguments: 0..<20)
  func batches(seed: UInt64) {
    var maker = RandomDeeds(seed: 2000 + seed, isSimple: false)
    let deeds = maker.deeds(400)
    var single = AlertStage(options: maker.options)
    var batched = AlertStage(options: maker.options)
    var batch: [Event] = []
    for (index, deed) in deeds.enumerated() {
      Self.run(deed, UInt64(index + 1), &single)
      if case .event(var event) = deed {
        event.sequence = UInt64(index + 1)
        batch.append(event)
        if maker.chance(80) { continue }
      }
      batched.engine.receive(batch.span, to: &batched.output)
      batch = []
      if case .event = deed { continue }
      Self.run(deed, UInt64(index + 1), &batched)
    }
    batched.engine.receive(batch.span, to: &batched.output)
    let isSame =
      single.output.transitions == batched.output.transitions
      && single.output.notifications == batched.output.notifications
    #expect(isSame && !single.output.transitions.isEmpty)
  }
}
