public import EngineCore

/// Giving out what an engine knows, and going on from there.
extension AlertEngine {
  /// A state has changed since it was last taken out.
  mutating func note(_ state: Int) {
    if options.keepsChanges { changed.insert(Int32(state)) }
  }

  /// The states that have changed since the last call, by rule and instrument. Only with
  /// `AlertOptions.keepsChanges`.
  public mutating func takeChanges() -> [AlertInstance] {
    let states = changed.map { instances[Int($0)] }
    changed.removeAll(keepingCapacity: true)
    return states.sorted(by: Self.isBefore)
  }

  private static func isBefore(_ left: AlertInstance, _ right: AlertInstance) -> Bool {
    number(left.rule, left.instrument) < number(right.rule, right.instrument)
  }

  /// All that is needed to go on after the newest event. In one order, so that equal engines give
  /// equal checkpoints.
  ///
  /// - Parameter parts: what to include. Clock, silences, owners, groups and numbers of rules that
  ///   are gone always are.
  public func checkpoint(_ parts: AlertCheckpoint.Parts = .all) -> AlertCheckpoint {
    var kept = AlertCheckpoint()
    kept.clock = clock
    if parts.contains(.rules) {
      kept.rules = ruleIDs.compactMap { id in
        rule(id).map { AlertCheckpoint.Rule(id: id, rule: $0) }
      }
    }
    kept.retired = retired.sorted { $0.key.raw < $1.key.raw }
      .map { AlertCheckpoint.Retired(id: $0.key, generation: $0.value) }
    kept.retiredFloor = retiredFloor
    if parts.contains(.states) {
      kept.states = numberOf.sorted { $0.key < $1.key }.map { instances[Int($0.value)] }
    }
    for desk in desks.indices where parts.contains(.instruments) && desks[desk].isOpen {
      let id = InstrumentID(UInt32(desk))
      kept.instruments.append(
        AlertCheckpoint.Instrument(
          id: id, last: gates[desk].last, bid: quoteGates[desk].bid, ask: quoteGates[desk].ask,
          size: desks[desk].size.isKnown ? desks[desk].size.clamped : .min,
          heard: gates[desk].heard, isMute: desks[desk].isMute))
      kept.terms += desks[desk].keptTerms(of: id)
    }
    kept.silences = silences
    kept.owners = owners.filter { isCounting($0.value) }.sorted { $0.key < $1.key }.map {
      AlertCheckpoint.Owner(
        name: $0.key, windowStart: $0.value.windowStart, notifications: $0.value.notifications)
    }
    kept.groups = groups.compactMap { slot, group in
      rules[slot].map {
        AlertCheckpoint.Group(
          rule: $0.id, kind: group.kind, name: group.name, members: group.members,
          more: group.more, due: group.due)
      }
    }.sorted { $0.rule.raw < $1.rule.raw }
    return kept
  }

  /// An engine that goes on where another stopped: with the rules that it had, under their numbers,
  /// in any order. States of rules whose conditions have changed are dropped, their generations go
  /// on.
  ///
  /// - Throws: the fault of a rule that cannot be added, or of a checkpoint that is not whole.
  public init(
    restoring kept: AlertCheckpoint, rules: [(rule: CompiledAlertRule, id: RuleID)],
    options: AlertOptions = AlertOptions(), surroundings: AlertSurroundings
  ) throws(AlertFault) {
    self.init(options: options, surroundings: surroundings)
    var quiet = AlertCollector()
    clock = kept.clock
    isRestoring = true
    for retired in kept.retired { self.retired[retired.id] = retired.generation }
    retiredFloor = kept.retiredFloor
    var conditions: [RuleID: UInt64] = [:]
    for rule in kept.rules { conditions[rule.id] = rule.conditions }
    for state in kept.states {
      retired[state.rule] = max(retired[state.rule] ?? 0, state.generation)
    }
    for instrument in kept.instruments { try restore(instrument, &quiet) }
    for term in kept.terms { try restore(term) }
    for (rule, id) in rules.sorted(by: { $0.id.raw < $1.id.raw }) {
      try add(rule, id: id, at: Timestamp(nanoseconds: clock), cause: 0, to: &quiet)
    }
    for state in kept.states {
      guard let rule = rule(state.rule),
        conditions[state.rule] == AlertCheckpoint.Rule.conditions(of: rule),
        let number = numberOf[Self.number(state.rule, state.instrument)]
      else { continue }
      instances[Int(number)] = state
      if state.marks.contains(.isSilenced), state.state == .firing { muted.insert(number) }
      retired[state.rule] = nil
    }
    for retired in kept.retired { self.retired[retired.id] = retired.generation }
    silences = kept.silences
    silenceEnd = silences.map(\.until.nanoseconds).min() ?? .max
    for owner in kept.owners {
      owners[owner.name, default: AlertOwner()].windowStart = owner.windowStart
      owners[owner.name]?.notifications = owner.notifications
    }
    restoreGroups(kept.groups)
    isRestoring = false
    resume()
  }

  private mutating func restore(
    _ kept: AlertCheckpoint.Instrument, _ quiet: inout AlertCollector
  ) throws(AlertFault) {
    guard kept.id.raw > 0, kept.id.raw <= options.instrumentsMax else {
      throw AlertFault(
        key: "checkpoint", column: 0, expected: "instruments up to \(options.instrumentsMax)",
        found: "\(kept.id.raw)")
    }
    let desk = Int(kept.id.raw)
    open(desk, 0, to: &quiet)
    gates[desk].last = kept.last
    gates[desk].heard = kept.heard
    quoteGates[desk].bid = kept.bid
    quoteGates[desk].ask = kept.ask
    desks[desk].size = kept.size == .min ? .unknown : AlertValue(kept.size)
    desks[desk].isMute = kept.isMute
  }

  private mutating func restore(_ kept: AlertCheckpoint.Term) throws(AlertFault) {
    let desk = Int(kept.instrument.raw)
    let parsed = try AlertParser.parse(kept.text, names: .any, limits: options.limits)
    guard desk < desks.count, case .term(let term, _) = parsed.kind else {
      throw AlertFault(
        key: "checkpoint", column: 0, expected: "a term of an instrument", found: kept.text)
    }
    // Bars that are no longer made, and terms beyond a limit that is now lower, are left out.
    guard
      let slot = desks[desk].slot(
        for: term, limit: options.limits.termsPerInstrumentMax, specID: surroundings.specID)
    else { return }
    guard desks[desk].restore(slot, kept) else {
      throw AlertFault(
        key: "checkpoint", column: 0, expected: "what \(kept.text) remembers", found: "other words")
    }
  }

  private mutating func restoreGroups(_ kept: [AlertCheckpoint.Group]) {
    for group in kept {
      guard let slot = slotOf[group.rule] else { continue }
      groups[slot] = AlertGroup(
        kind: group.kind, name: group.name, members: group.members, more: group.more,
        due: group.due)
      grouped += group.members.count
      groupTimers.push(group.due, Int32(slot), &placesInGroups)
    }
  }

  /// Watches and waits again for everything.
  private mutating func resume() {
    for number in numberOf.values {
      let state = Int(number)
      guard places[state].isArmed, let entry = rules[Int(places[state].slot)] else { continue }
      let plan = plans[Int(places[state].slot)]
      if places[state].isOrdered, plan.hasPulse { lookAgain(state, plan) }
      if let next = instances[state].nextTimer(entry.policy) {
        timers.push(next, number, &placesInTimers)
      }
    }
    for desk in desks.indices where desks[desk].isOpen {
      desks[desk].freeUnused()
      awaitSilence(desk)
      refreshGates(desk)
    }
    refreshDue()
  }
}

extension AlertDesk {
  fileprivate func keptTerms(of id: InstrumentID) -> [AlertCheckpoint.Term] {
    slots.compactMap { slot in
      if case .stale = slot.term { return nil }
      guard slot.place >= 0, !slot.isFree else { return nil }
      let shared =
        slot.term.window != nil ? windows[slot.place].words : tracks[slot.place].words
      return AlertCheckpoint.Term(
        instrument: id, text: slot.term.text(.all), shared: shared,
        own: slot.recursion >= 0 ? recursions[slot.recursion].words : [])
    }
    .sorted { $0.text < $1.text }
  }

  fileprivate mutating func restore(_ slot: Int, _ kept: AlertCheckpoint.Term) -> Bool {
    let place = slots[slot].place
    guard place >= 0 else { return true }
    let term = slots[slot].term
    if term.window != nil {
      guard windows[place].restore(kept.shared) else { return false }
      slots[slot].value = windows[place].value(of: term)
      return true
    }
    guard tracks[place].restore(kept.shared) else { return false }
    let recursion = slots[slot].recursion
    guard recursion >= 0 else {
      slots[slot].value = tracks[place].value(of: term)
      return true
    }
    guard recursions[recursion].restore(kept.own) else { return false }
    slots[slot].value = recursions[recursion].value
    return true
  }
}
