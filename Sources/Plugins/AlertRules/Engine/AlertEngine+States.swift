internal import EngineCore

/// Making states, watching for them and looking at them.
extension AlertEngine {
  /// Knows an instrument from its first event on, or from the first rule that names it.
  mutating func open<Output: AlertOutput & ~Copyable>(
    _ desk: Int, _ cause: UInt64, to output: inout Output
  ) {
    if desk >= desks.count {
      let more = desk + 1 - desks.count
      gates += Array(repeating: AlertGate(), count: more)
      quoteGates += Array(repeating: AlertQuoteGate(), count: more)
      desks += Array(repeating: AlertDesk(), count: more)
      ladders += Array(repeating: ThresholdLadder(), count: more * 5)
      placesInSilence += Array(repeating: ThresholdHeap.nowhere, count: more)
    }
    guard !desks[desk].isOpen else { return }
    let instrument = surroundings.describe(InstrumentID(UInt32(desk)))
    desks[desk].isOpen = true
    desks[desk].key = instrument.key
    desks[desk].pricePrecision = instrument.pricePrecision
    desks[desk].hours = MarketHours(instrument.calendar)
    desks[desk].days = BarGrid(count: 1, unit: .days, calendar: instrument.calendar ?? .utc)
    gates[desk].heard = clock
    let named = waiting.removeValue(forKey: instrument.key) ?? []
    let slots = (general + named).sorted {
      (rules[$0]?.id.raw ?? 0) < (rules[$1]?.id.raw ?? 0)
    }
    for slot in slots { addState(slot, desk, cause, to: &output) }
    refreshGates(desk)
    refreshDue()
  }

  /// Makes the state of a rule for an instrument, unless there is one.
  mutating func addState<Output: AlertOutput & ~Copyable>(
    _ slot: Int, _ desk: Int, _ cause: UInt64, to output: inout Output
  ) {
    guard let entry = rules[slot] else { return }
    let instrument = InstrumentID(UInt32(desk))
    let number = Self.number(entry.id, instrument)
    guard numberOf[number] == nil else { return }
    guard stateCount < options.limits.statesMax else {
      counters.refusedStates &+= 1
      return
    }
    let isOrdered = options.ordersThresholds && entry.program.edges != nil
    guard let references = isOrdered ? [] : references(of: entry.program.terms, desk) else {
      counters.refusedStates &+= 1
      return
    }
    var instance = AlertInstance(rule: entry.id, instrument: instrument)
    instance.generation = max(retired[entry.id] ?? 0, retiredFloor)
    let state = append(
      instance,
      AlertPlace(slot: Int32(slot), desk: Int32(desk), isOrdered: isOrdered, isArmed: false),
      references)
    numberOf[number] = state
    rules[slot]?.instances.append(state)
    note(Int(state))
    if entry.isOn { arm(Int(state), cause, to: &output) }
  }

  private mutating func references(of terms: [AlertTerm], _ desk: Int) -> [Int32]? {
    var found: [Int32] = []
    for term in terms {
      switch term {
      case .series(let series): found.append(Int32(-1 - series.index))
      case .size: found.append(-6)
      default:
        guard
          let slot = desks[desk].slot(
            for: term, limit: options.limits.termsPerInstrumentMax, specID: surroundings.specID)
        else {
          for reference in found where reference >= 0 {
            desks[desk].release(Int(reference))
          }
          return nil
        }
        desks[desk].slots[slot].users += 1
        found.append(Int32(slot))
      }
    }
    return found
  }

  private mutating func append(
    _ instance: AlertInstance, _ place: AlertPlace, _ references: [Int32]
  ) -> Int32 {
    if let free = freeInstances.popLast() {
      instances[Int(free)] = instance
      places[Int(free)] = place
      self.references[Int(free)] = references
      return free
    }
    instances.append(instance)
    places.append(place)
    self.references.append(references)
    placesInTimers.append(ThresholdHeap.nowhere)
    return Int32(instances.count - 1)
  }

  /// Begins to watch, and looks for the first time.
  mutating func arm<Output: AlertOutput & ~Copyable>(
    _ state: Int, _ cause: UInt64, to output: inout Output
  ) {
    guard !places[state].isArmed else { return }
    places[state].isArmed = true
    if places[state].isOrdered { setWatching(state, true) } else { setFollowing(state, true) }
    if !isRestoring { evaluate(state, cause, to: &output) }
  }

  /// Stops watching.
  mutating func disarm(_ state: Int) {
    guard places[state].isArmed else { return }
    places[state].isArmed = false
    timers.remove(Int32(state), &placesInTimers)
    muted.remove(Int32(state))
    if places[state].isOrdered { setWatching(state, false) } else { setFollowing(state, false) }
  }

  /// Puts a state on the lists of what its terms follow, in the order of rules, or takes it off.
  private mutating func setFollowing(_ state: Int, _ isOn: Bool) {
    let desk = Int(places[state].desk)
    let terms = rules[Int(places[state].slot)]?.program.terms ?? []
    let rule = instances[state].rule.raw
    let instances = instances
    func change(_ list: inout [Int32]) {
      guard isOn else { return list.removeAll { $0 == Int32(state) } }
      let next = list.lastIndex { instances[Int($0)].rule.raw <= rule }.map { $0 + 1 } ?? 0
      if next == 0 || list[next - 1] != Int32(state) { list.insert(Int32(state), at: next) }
    }
    var isStale = false
    for (term, reference) in zip(terms, references[state]) {
      if case .stale(let nanos) = term {
        isStale = true
        if isOn { desks[desk].await(nanos) }
        continue
      }
      if term.followsTrades { change(&desks[desk].onTrade) }
      if term.followsQuotes { change(&desks[desk].onQuote) }
      if term.spec != nil, reference >= 0 {
        change(&desks[desk].onBar[desks[desk].slots[Int(reference)].place])
      }
    }
    if isStale {
      change(&desks[desk].onSilence)
      if !isOn { desks[desk].patience = patience(of: desk) }
      awaitSilence(desk)
    }
  }

  /// What the states that are watched for silence wait for.
  private func patience(of desk: Int) -> [Int64] {
    var found: Set<Int64> = []
    for state in desks[desk].onSilence {
      for term in rules[Int(places[Int(state)].slot)]?.program.terms ?? [] {
        if case .stale(let nanos) = term { found.insert(nanos) }
      }
    }
    return found.sorted()
  }

  /// Puts the edges of a state among those of its price, or takes them away.
  private mutating func setWatching(_ state: Int, _ isOn: Bool) {
    guard let edges = rules[Int(places[state].slot)]?.program.edges else { return }
    let desk = Int(places[state].desk)
    let ladder = desk * 5 + edges.series.index
    let price = price(edges.series, of: desk)
    for edge in edges.values {
      if isOn {
        ladders[ladder].insert(edge, Int32(state), at: price)
      } else {
        ladders[ladder].remove(edge, Int32(state), at: price)
      }
    }
    guard !isOn else { return }
    desks[desk].againOnTrade.removeAll { $0 == Int32(state) }
    desks[desk].againOnQuote.removeAll { $0 == Int32(state) }
  }

  /// Looks at a condition, and does what follows from it.
  mutating func evaluate<Output: AlertOutput & ~Copyable>(
    _ state: Int, _ cause: UInt64, to output: inout Output
  ) {
    let place = places[state]
    guard place.isArmed else { return }
    let plan = plans[Int(place.slot)]
    counters.evaluations &+= 1
    let before = instances[state]
    let outcome: AlertProgram.Outcome
    var memory = before.memory
    var seen: AlertSight?
    if place.isOrdered, plan.isPlain {
      let price = price(plan.series, of: Int(place.desk))
      outcome = AlertProgram.Outcome(
        when: price == .min ? .unknown : Truth(plan.isTrue(price, &memory)), clear: nil)
      seen = AlertSight(value: price == .min ? 0 : price, threshold: plan.constant, unit: .price)
    } else {
      outcome = run(state, Int(place.slot), &memory)
    }
    instances[state].memory = memory
    let step = instances[state].observe(
      outcome.when, clear: outcome.clear, at: clock, plan.policy)
    if plan.hasPulse, place.isOrdered, outcome.when == .yes || outcome.clear == .yes {
      lookAgain(state, plan)
    }
    if step != .none { apply(step, state, cause, seen: seen ?? sight(state), to: &output) }
    settle(state, before, plan.policy)
  }

  /// What was true for one event has to be looked at with the next of its kind.
  mutating func lookAgain(_ state: Int, _ plan: AlertPlan) {
    if plan.series.isOfTrades {
      desks[Int(places[state].desk)].againOnTrade.append(Int32(state))
    } else {
      desks[Int(places[state].desk)].againOnQuote.append(Int32(state))
    }
  }

  /// Notes what has become of a state, and when it has to be looked at again.
  mutating func settle(_ state: Int, _ before: AlertInstance, _ policy: AlertPolicy) {
    guard instances[state] != before else { return }
    note(state)
    let next = places[state].isArmed ? instances[state].nextTimer(policy) : nil
    // Without a timer before and after, the heap need not be looked at.
    if next == nil, before.nextTimer(policy) == nil { return }
    timers.remove(Int32(state), &placesInTimers)
    if let next { timers.push(next, Int32(state), &placesInTimers) }
  }

  /// Runs the program of a state over what is known now; the results stay in `results`.
  private mutating func run(
    _ state: Int, _ slot: Int, _ memory: inout AlertMemory
  ) -> AlertProgram.Outcome {
    let desk = Int(places[state].desk)
    termValues.removeAll(keepingCapacity: true)
    if places[state].isOrdered {
      var current = Int64.min
      if let edges = rules[slot]?.program.edges { current = price(edges.series, of: desk) }
      termValues.append(current == .min ? .unknown : AlertValue(current))
    } else {
      for reference in references[state] { termValues.append(value(reference, desk)) }
    }
    return rules[slot]?.program.run(memory: &memory, results: &results, terms: termValues)
      ?? AlertProgram.Outcome(when: .unknown, clear: nil)
  }

  private mutating func value(_ reference: Int32, _ desk: Int) -> AlertValue {
    guard reference < 0 else {
      let slot = desks[desk].slots[Int(reference)]
      guard case .stale(let nanos) = slot.term else { return slot.value }
      return AlertValue(Truth(isStale(desk, nanos)))
    }
    guard reference > -6 else { return desks[desk].size }
    let price = price(AlertSeries(index: Int(-1 - reference)), of: desk)
    return price == .min ? .unknown : AlertValue(price)
  }

  /// What a person wants to see of a state now.
  mutating func look(_ state: Int) -> AlertSight {
    var memory = instances[state].memory
    _ = run(state, Int(places[state].slot), &memory)
    return sight(state)
  }

  /// The same, from the results of the last run.
  func sight(_ state: Int) -> AlertSight {
    guard let program = rules[Int(places[state].slot)]?.program else { return AlertSight() }
    return program.observed(in: results) ?? sightOfTerms(state, program)
  }

  /// Of a condition without a comparison: how long it was silent, or the price and the extreme; of
  /// the first term that is true, else of the first.
  private func sightOfTerms(_ state: Int, _ program: AlertProgram) -> AlertSight {
    let desk = Int(places[state].desk)
    let truths = program.terms.indices.map { termValues[$0].truth }
    let index = truths.firstIndex(of: .yes) ?? 0
    switch program.terms[index] {
    case .stale(let nanos):
      let heard = Timestamp(nanoseconds: gates[desk].heard)
      return AlertSight(
        value: max(now.nanos(since: heard), 0), threshold: nanos, unit: .duration)
    case .extreme(let extreme, _, let series):
      let window = desks[desk].windows[desks[desk].slots[Int(references[state][index])].place]
      let before = extreme == .high ? window.highest : window.lowest
      return AlertSight(
        value: price(series, of: desk), threshold: window.isFull ? before : 0, unit: .price)
    default: return AlertSight()
    }
  }
}
