public import EngineCore

/// Adding, changing and removing rules while events flow.
extension AlertEngine {
  /// Adds a rule, or changes the one of this id. One whose conditions stay what they were keeps its
  /// states; otherwise the states of the old rule end. Numbers of firings always go on.
  ///
  /// - Parameters:
  ///   - id: the rule's number in the log.
  ///   - time: when, by the log; what is due before happens first.
  ///   - cause: the command's sequence number.
  /// - Throws: a fault when a limit is reached or bars that it needs are not made; then nothing
  ///   has changed.
  public mutating func add<Output: AlertOutput & ~Copyable>(
    _ compiled: CompiledAlertRule, id: RuleID, at time: Timestamp, cause: UInt64,
    to output: inout Output
  ) throws(AlertFault) {
    pass(time.nanoseconds, cause, to: &output)
    defer { refreshDue() }
    let rule = compiled.rule
    let old = slotOf[id].flatMap { rules[$0]?.rule }
    if old == rule { return }
    try check(compiled, replacing: old)
    if let slot = slotOf[id], let old, old.when == rule.when, old.clear == rule.clear {
      change(slot, compiled, cause, to: &output)
      return
    }
    if old != nil { remove(id, .replaced, cause, to: &output) }
    let slot = freeRules.popLast() ?? rules.count
    if slot == rules.count {
      rules.append(nil)
      plans.append(AlertPlan(compiled.program, rule, policy(of: rule)))
      placesInExpiry.append(ThresholdHeap.nowhere)
      placesInGroups.append(ThresholdHeap.nowhere)
    }
    var entry = AlertRuleEntry(
      id: id, rule: rule, template: compiled.template, program: compiled.program,
      policy: policy(of: rule), selector: compiled.selector)
    entry.hasExpired = rule.expires.map { $0.nanoseconds <= clock } ?? false
    entry.isOn = rule.enabled && !entry.hasExpired
    rules[slot] = entry
    plans[slot] = AlertPlan(compiled.program, rule, entry.policy)
    slotOf[id] = slot
    ruleNames[rule.id] = id
    if let owner = rule.owner { own(owner) }
    scheduleExpiry(slot)
    addStates(slot, compiled.selector, cause, to: &output)
  }

  private func check(
    _ compiled: CompiledAlertRule, replacing old: AlertRule?
  ) throws(AlertFault) {
    let limits = options.limits
    func fault(_ key: String, _ expected: String, _ found: String) -> AlertFault {
      AlertFault(key: key, column: 0, expected: expected, found: found)
    }
    for spec in compiled.specs where surroundings.specID(spec) == nil {
      throw fault("when", "bars that are made", "\(spec)")
    }
    guard old == nil else { return }
    if ruleNames[compiled.rule.id] != nil {
      throw fault("id", "an id that no other rule has", "\"\(compiled.rule.id)\"")
    }
    if ruleCount >= limits.rulesMax {
      throw fault("id", "at most \(limits.rulesMax) rules", "one more")
    }
    if let owner = compiled.rule.owner, owners[owner]?.rules ?? 0 >= limits.rulesPerOwnerMax {
      throw fault("owner", "at most \(limits.rulesPerOwnerMax) rules of one owner", "one more")
    }
  }

  private func policy(of rule: AlertRule) -> AlertPolicy {
    var policy = AlertPolicy()
    policy.hold = rule.hold
    policy.cooldown = rule.cooldown
    policy.repeatEvery = rule.repeatEvery
    policy.once = rule.once
    policy.hasClear = rule.clear != nil
    policy.flapFirings = options.flapFirings
    policy.flapWindow = options.flapWindow
    return policy
  }

  private mutating func scheduleExpiry(_ slot: Int) {
    expiryTimers.remove(Int32(slot), &placesInExpiry)
    guard let entry = rules[slot], !entry.hasExpired, let expires = entry.rule.expires else {
      return
    }
    expiryTimers.push(expires.nanoseconds, Int32(slot), &placesInExpiry)
  }

  private mutating func addStates<Output: AlertOutput & ~Copyable>(
    _ slot: Int, _ selector: AlertSelector, _ cause: UInt64, to output: inout Output
  ) {
    var found: [Int] = []
    switch selector {
    case .all:
      general.append(slot)
      found = desks.indices.filter { desks[$0].isOpen }
    case .keys(let keys):
      for key in keys {
        if let id = surroundings.find(key), id.raw > 0, id.raw <= options.instrumentsMax {
          found.append(Int(id.raw))
        } else {
          waiting[key, default: []].append(slot)
        }
      }
    }
    for desk in found {
      open(desk, cause, to: &output)
      addState(slot, desk, cause, to: &output)
      refreshGates(desk)
    }
  }

  /// The same conditions with other settings.
  private mutating func change<Output: AlertOutput & ~Copyable>(
    _ slot: Int, _ compiled: CompiledAlertRule, _ cause: UInt64, to output: inout Output
  ) {
    guard let old = rules[slot] else { return }
    if let owner = old.rule.owner { owners[owner]?.rules -= 1 }
    if let owner = compiled.rule.owner { own(owner) }
    rules[slot]?.rule = compiled.rule
    rules[slot]?.template = compiled.template
    let policy = policy(of: compiled.rule)
    rules[slot]?.policy = policy
    plans[slot] = AlertPlan(old.program, compiled.rule, policy)
    ruleNames[old.rule.id] = nil
    ruleNames[compiled.rule.id] = old.id
    let hasExpired = compiled.rule.expires.map { $0.nanoseconds <= clock } ?? false
    rules[slot]?.hasExpired = hasExpired
    scheduleExpiry(slot)
    for state in old.instances {
      timers.remove(state, &placesInTimers)
      guard places[Int(state)].isArmed, let next = instances[Int(state)].nextTimer(policy) else {
        continue
      }
      timers.push(max(next, clock), state, &placesInTimers)
    }
    setOn(
      slot, compiled.rule.enabled && !hasExpired, hasExpired ? .expired : .disabled, cause,
      to: &output)
  }

  /// Removes a rule and ends its states. False when there is no such rule.
  @discardableResult
  public mutating func remove<Output: AlertOutput & ~Copyable>(
    _ id: RuleID, at time: Timestamp, cause: UInt64, to output: inout Output
  ) -> Bool {
    pass(time.nanoseconds, cause, to: &output)
    guard slotOf[id] != nil else { return false }
    remove(id, .removed, cause, to: &output)
    refreshDue()
    return true
  }

  private mutating func remove<Output: AlertOutput & ~Copyable>(
    _ id: RuleID, _ reason: AlertReason, _ cause: UInt64, to output: inout Output
  ) {
    guard let slot = slotOf[id] else { return }
    setOn(slot, false, reason, cause, to: &output)
    guard let entry = rules[slot] else { return }
    flush(slot, cause, to: &output)
    for state in entry.instances {
      let index = Int(state)
      retire(id, instances[index].generation)
      numberOf[Self.number(id, instances[index].instrument)] = nil
      let desk = Int(places[index].desk)
      for reference in references[index] where reference >= 0 {
        desks[desk].release(Int(reference))
      }
      references[index] = []
      changed.remove(state)
      freeInstances.append(state)
    }
    expiryTimers.remove(Int32(slot), &placesInExpiry)
    general.removeAll { $0 == slot }
    if case .keys(let keys) = entry.selector {
      for key in keys {
        waiting[key]?.removeAll { $0 == slot }
        if waiting[key]?.isEmpty == true { waiting[key] = nil }
      }
    }
    if let owner = entry.rule.owner { owners[owner]?.rules -= 1 }
    slotOf[id] = nil
    ruleNames[entry.rule.id] = nil
    rules[slot] = nil
    freeRules.append(slot)
    forgetRetired()
  }

  /// Remembers the largest generation of a rule; one that never fired has none.
  private mutating func retire(_ id: RuleID, _ generation: UInt32) {
    guard generation > retiredFloor, generation > retired[id] ?? 0 else { return }
    retired[id] = generation
  }

  /// Forgets the smaller half when there are too many; no key comes again, as what is new begins
  /// above all that was forgotten.
  private mutating func forgetRetired() {
    let most = max(options.limits.retiredMax, 1)
    guard retired.count > most else { return }
    let generations = retired.values.sorted()
    retiredFloor = max(retiredFloor, generations[generations.count - 1 - most / 2])
    retired = retired.filter { $0.value > retiredFloor }
  }

  /// Lets a rule work or not. Its states end when it stops. False when there is no such rule.
  @discardableResult
  public mutating func setEnabled<Output: AlertOutput & ~Copyable>(
    _ isEnabled: Bool, _ id: RuleID, at time: Timestamp, cause: UInt64, to output: inout Output
  ) -> Bool {
    pass(time.nanoseconds, cause, to: &output)
    guard let slot = slotOf[id], let entry = rules[slot] else { return false }
    rules[slot]?.rule.enabled = isEnabled
    setOn(slot, isEnabled && !entry.hasExpired, .disabled, cause, to: &output)
    refreshDue()
    return true
  }

  mutating func setOn<Output: AlertOutput & ~Copyable>(
    _ slot: Int, _ isOn: Bool, _ reason: AlertReason, _ cause: UInt64, to output: inout Output
  ) {
    guard let entry = rules[slot], entry.isOn != isOn else { return }
    rules[slot]?.isOn = isOn
    let states = entry.instances.sorted {
      instances[Int($0)].instrument < instances[Int($1)].instrument
    }
    for number in states {
      let state = Int(number)
      if isOn {
        arm(state, cause, to: &output)
      } else {
        let before = instances[state]
        let step = instances[state].end(reason, at: clock)
        if step != .none { apply(step, state, cause, to: &output) }
        disarm(state)
        settle(state, before, entry.policy)
      }
      refreshGates(Int(places[state].desk))
    }
  }

  /// Takes note that a person has seen what fires: of one instrument, or of all. Gives how many
  /// firings that were.
  @discardableResult
  public mutating func acknowledge<Output: AlertOutput & ~Copyable>(
    _ id: RuleID, _ instrument: InstrumentID? = nil, at time: Timestamp, cause: UInt64,
    to output: inout Output
  ) -> Int {
    pass(time.nanoseconds, cause, to: &output)
    guard let slot = slotOf[id], let entry = rules[slot] else { return 0 }
    let states = entry.instances.map { Int($0) }
      .filter { instrument == nil || instances[$0].instrument == instrument }
      .sorted { instances[$0].instrument < instances[$1].instrument }
    var count = 0
    for state in states {
      let before = instances[state]
      guard let step = instances[state].acknowledge(at: clock) else { continue }
      count += 1
      muted.remove(Int32(state))
      apply(step, state, cause, to: &output)
      settle(state, before, entry.policy)
    }
    refreshDue()
    return count
  }

  /// An instrument is known from now on: rules that wait for it begin to watch, also if it never
  /// has an event.
  public mutating func define<Output: AlertOutput & ~Copyable>(
    _ instrument: InstrumentID, cause: UInt64, to output: inout Output
  ) {
    guard instrument.raw > 0, instrument.raw <= options.instrumentsMax, !waiting.isEmpty,
      waiting[surroundings.describe(instrument).key] != nil
    else { return }
    open(Int(instrument.raw), cause, to: &output)
  }
}
