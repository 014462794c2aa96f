public import EngineCore

extension AlertEngine {
  /// Why a rule fires for an instrument or does not; nil when there is no such rule.
  public func explain(_ id: RuleID, _ instrument: InstrumentID) -> AlertExplanation? {
    guard let slot = slotOf[id], let entry = rules[slot] else { return nil }
    let key = surroundings.describe(instrument).key
    var explanation = AlertExplanation(
      rule: entry.rule, instrument: key, state: state(id, instrument), lines: [], reasons: [],
      time: now)
    if !entry.rule.enabled { explanation.reasons.append("the rule is disabled") }
    if entry.hasExpired, let expires = entry.rule.expires {
      explanation.reasons.append("the rule expired at \(expires)")
    }
    guard let number = numberOf[Self.number(id, instrument)] else {
      explanation.reasons.append(missing(entry, key, Int(instrument.raw)))
      return explanation
    }
    // A copy looks at everything anew, so that nothing here changes.
    var copy = self
    copy.explain(Int(number), entry, &explanation)
    return explanation
  }

  private func missing(_ entry: AlertRuleEntry, _ key: String, _ desk: Int) -> String {
    if case .keys(let keys) = entry.selector, !keys.contains(key) {
      return "the rule watches \(entry.selector), not \(key)"
    }
    if desk < desks.count, desks[desk].isOpen { return "a limit kept its state from being made" }
    return "no event of \(key) has been seen"
  }

  private mutating func explain(
    _ state: Int, _ entry: AlertRuleEntry, _ explanation: inout AlertExplanation
  ) {
    _ = look(state)
    let parsed = [("when", entry.rule.when), ("clear", entry.rule.clear ?? "")].compactMap {
      key, text in
      (try? AlertParser.parse(text, names: .any, limits: options.limits)).map { (key, $0) }
    }
    let nodes = entry.program.nodes
    var comparisons = nodes.indices.filter { nodes[$0].operation.isComparison }[...]
    var terms = nodes.indices.filter { nodes[$0].operation == .term }[...]
    for (key, expression) in parsed {
      for part in expression.all {
        switch part.kind {
        case .comparison(_, let left, let right):
          guard let node = comparisons.popFirst() else { continue }
          explanation.lines.append(
            AlertExplanation.Line(
              key: key, part: "\(part)",
              values: [
                Self.text(results[Int(nodes[node].left)], left.isPercentage),
                Self.text(results[Int(nodes[node].right)], right.isPercentage),
              ], truth: truth(of: node, entry, state)))
        case .term(let term, _):
          guard let node = terms.popFirst() else { continue }
          let isCondition = term.type == .condition
          explanation.lines.append(
            AlertExplanation.Line(
              key: key, part: "\(part)",
              values: isCondition ? [] : [Self.text(results[node], term.type == .percent)],
              truth: isCondition ? results[node].truth : nil))
          if !results[node].isKnown {
            explanation.reasons.append(unknown(term, "\(part)", Int(places[state].desk)))
          }
        default: continue
        }
      }
    }
    explanation.reasons += reasons(state, entry)
  }

  /// What a comparison is: of a crossing, what it was when it was last looked at.
  private func truth(of node: Int, _ entry: AlertRuleEntry, _ state: Int) -> Truth {
    let step = entry.program.nodes[node]
    guard step.operation == .crosses else { return results[node].truth }
    return instances[state].condition == .yes ? .yes : .no
  }

  private static func text(_ value: AlertValue, _ isPercentage: Bool) -> String {
    value.isKnown ? FixedPoint.text(value.clamped) + (isPercentage ? "%" : "") : "-"
  }

  private func unknown(_ term: AlertTerm, _ part: String, _ desk: Int) -> String {
    let hasQuotes = quoteGates[desk].bid != .min || quoteGates[desk].ask != .min
    let hasTrades = gates[desk].last != .min
    let needsTrades =
      switch term {
      case .series(let series): series.isOfTrades
      case .size: true
      default: term.window?.series.isOfTrades ?? false
      }
    if needsTrades, !hasTrades {
      let hint = hasQuotes ? "; there are quotes, which mid(…), bid(…) and ask(…) follow" : ""
      return "\(part) is not known: no trade has been seen\(hint)"
    }
    if let window = term.window {
      return
        "\(part) is not known: less than \(DurationText.format(window.nanos)) of prices "
        + "have been seen"
    }
    if let spec = term.spec {
      return "\(part) is not known: fewer than \(max(term.barsNeeded, 1)) bars of \(spec) "
        + "have been seen"
    }
    if case .series = term { return "\(part) is not known: no quote has been seen" }
    return "\(part) is not known"
  }

  private func reasons(_ state: Int, _ entry: AlertRuleEntry) -> [String] {
    let instance = instances[state]
    var reasons: [String] = []
    switch instance.state {
    case .firing: reasons.append("fires since \(Timestamp(nanoseconds: instance.since))")
    case .acknowledged:
      reasons.append("fires, and was acknowledged at \(Timestamp(nanoseconds: instance.since))")
    case .pending:
      let left = (instance.nextTimer(entry.policy) ?? clock) - clock
      reasons.append(
        "true since \(Timestamp(nanoseconds: instance.begun)); it fires in "
          + "\(DurationText.format(max(left, 0))) if it stays so")
    case .inactive, .resolved:
      if instance.marks.contains(.isHeld) {
        let left = (instance.nextTimer(entry.policy) ?? clock) - clock
        reasons.append("true, but the cooldown runs for \(DurationText.format(max(left, 0)))")
      } else if entry.rule.once, instance.lastFired != AlertInstance.never {
        reasons.append("it has fired, and it fires once")
      } else if instance.condition == .yes {
        reasons.append("true since it fired last; it can fire again when it has been false")
      } else if instance.condition == .no {
        reasons.append("the condition is not true")
      }
    }
    if instance.marks.contains(.isFlapping) {
      reasons.append(
        "it came and went too often: it is held open until it is clear for "
          + DurationText.format(entry.policy.flapWindow))
    }
    if instance.suppressed > 0 {
      reasons.append("\(instance.suppressed) firings were held back since the last change")
    }
    let key = desks[Int(places[state].desk)].key
    for silence in silences where silence.matches(entry.rule, instrument: key) {
      reasons.append("silenced by \"\(silence.id)\" until \(silence.until)")
    }
    if let owner = entry.rule.owner, options.ownerNotifications > 0, let tally = owners[owner],
      isCounting(tally), tally.notifications >= options.ownerNotifications
    {
      reasons.append("\(owner) has had as many notifications as the limit allows")
    }
    if entry.rule.notify.isEmpty { reasons.append("it notifies nobody: \"notify\" is empty") }
    return reasons
  }

  /// The message of a transition, by the rule's template.
  public func message(for transition: AlertTransition) -> String? {
    guard let slot = slotOf[transition.rule], let entry = rules[slot] else { return nil }
    let instrument = surroundings.describe(transition.instrument)
    let shown = transition.unit
    return entry.template.text(most: options.limits.messageTextMax) { place in
      switch place {
      case .rule: entry.rule.id
      case .symbol: instrument.key
      case .value: Self.text(transition.value, shown, instrument.pricePrecision)
      case .threshold: Self.text(transition.threshold, shown, instrument.pricePrecision)
      case .time: transition.time.description
      case .state: "\(transition.to)"
      case .severity: transition.severity.name
      case .generation: "\(transition.generation)"
      case .suppressed: "\(transition.suppressed)"
      case .condition: entry.rule.when
      }
    }
  }

  private static func text(_ raw: Int64, _ shown: AlertUnit, _ precision: Int) -> String {
    switch shown {
    case .price: FixedPoint.text(raw, minimumDecimals: precision)
    case .percent: FixedPoint.text(raw) + "%"
    case .duration: DurationText.format(raw)
    case .plain: FixedPoint.text(raw)
    }
  }
}
