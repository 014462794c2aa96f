public import EngineCore

/// Transitions and notifications: what is told, and what is held back.
extension AlertEngine {
  /// Gives out what a step of a state machine brought.
  ///
  /// - Parameter sight: of the evaluation that led to it; nil: what is seen now.
  mutating func apply<Output: AlertOutput & ~Copyable>(
    _ step: AlertStep, _ state: Int, _ cause: UInt64, seen sight: AlertSight? = nil,
    to output: inout Output
  ) {
    let sides = sight ?? look(state)
    let plan = plans[Int(places[state].slot)]
    var transition = record(state, step, plan.severity, sides, cause)
    if step.change != nil {
      instances[state].value = sides.value
      instances[state].threshold = sides.threshold
      instances[state].unit = sides.unit
      instances[state].cause = cause
    }
    if step.change?.to == .resolved, !muted.isEmpty { muted.remove(Int32(state)) }
    var notification: AlertNotification?
    if plan.tells, let notice = step.notice, let entry = rules[Int(places[state].slot)] {
      transition.delivery = deliver(notice, transition, state, entry)
      if transition.delivery == .notified {
        notification = AlertNotification(
          name: nextName(state), kind: notice, members: [transition],
          more: transition.suppressed, time: now, cause: cause)
      }
    }
    if step.change != nil {
      counters.transitions &+= 1
      if transition.to == .firing { counters.firings &+= 1 }
      output.emit(transition)
    }
    if let notification {
      counters.notifications &+= 1
      output.emit(notification)
    }
  }

  /// A transition, or for what is none a state as it is.
  private func record(
    _ state: Int, _ step: AlertStep, _ severity: AlertSeverity,
    _ sides: AlertSight, _ cause: UInt64
  ) -> AlertTransition {
    let instance = instances[state]
    let change =
      step.change
      ?? AlertStep.Change(
        from: instance.state, to: instance.state, reason: .repeated, since: instance.lastFired,
        suppressed: instance.suppressed, isFlapping: instance.marks.contains(.isFlapping))
    return AlertTransition(
      rule: instance.rule, instrument: instance.instrument, from: change.from, to: change.to,
      reason: change.reason, severity: severity, delivery: .none,
      isFlapping: change.isFlapping, generation: instance.generation,
      suppressed: change.suppressed, value: sides.value, threshold: sides.threshold,
      unit: sides.unit,
      time: now,
      since: Timestamp(nanoseconds: change.since), cause: cause)
  }

  /// Decides what becomes of a notice, and keeps count.
  private mutating func deliver(
    _ kind: AlertNotification.Kind, _ transition: AlertTransition, _ state: Int,
    _ entry: AlertRuleEntry
  ) -> AlertDelivery {
    if kind == .resolved {
      guard entry.rule.notifyResolved, instances[state].marks.contains(.wasTold) else {
        return .none
      }
    }
    let key = desks[Int(places[state].desk)].key
    if silences.contains(where: { $0.matches(entry.rule, instrument: key) }) {
      counters.silenced &+= 1
      if kind != .resolved {
        instances[state].marks.insert(.isSilenced)
        muted.insert(Int32(state))
      }
      return .silenced
    }
    if entry.rule.group > 0 { return join(kind, transition, state, entry) }
    guard spend(entry.rule.owner) else { return .limited }
    instances[state].marks.insert(.wasTold)
    return .notified
  }

  private mutating func nextName(_ state: Int) -> AlertNotification.Name {
    instances[state].notifications &+= 1
    return AlertNotification.Name(
      key: instances[state].key, number: instances[state].notifications)
  }

  /// Counts a notification of an owner; false when there were as many as the limit allows.
  private mutating func spend(_ owner: String?) -> Bool {
    guard options.ownerNotifications > 0, let owner else { return true }
    var tally = owners[owner] ?? AlertOwner()
    if !isCounting(tally) {
      tally.windowStart = clock
      tally.notifications = 0
    }
    let isWithin = tally.notifications < options.ownerNotifications
    if isWithin { tally.notifications += 1 } else { counters.limited &+= 1 }
    owners[owner] = tally
    return isWithin
  }

  // MARK: Owners

  /// Whether the window runs in which an owner's notifications are counted.
  func isCounting(_ owner: AlertOwner) -> Bool {
    owner.windowStart != .min
      && now.nanos(since: Timestamp(nanoseconds: owner.windowStart)) < options.ownerWindow
  }

  /// One more rule of an owner. Those without rules are dropped now and then, but for the ones
  /// that are counted: nobody gets rid of a limit by removing rules.
  mutating func own(_ owner: String) {
    owners[owner, default: AlertOwner()].rules += 1
    guard owners.count >= ownersSweep else { return }
    owners = owners.filter { $0.value.rules > 0 || isCounting($0.value) }
    ownersSweep = max(1024, owners.count * 2)
  }

  // MARK: Groups

  private mutating func join(
    _ kind: AlertNotification.Kind, _ transition: AlertTransition, _ state: Int,
    _ entry: AlertRuleEntry
  ) -> AlertDelivery {
    let slot = Int(places[state].slot)
    var member = transition
    member.delivery = .grouped
    guard var group = groups[slot] else {
      guard groups.count < options.limits.groupsMax, grouped < options.limits.groupedMax else {
        counters.crowded &+= 1
        return .crowded
      }
      // A group is paid for when it opens: what it has gathered is not dropped at its end.
      guard spend(entry.rule.owner) else { return .limited }
      let due = now.advanced(byNanos: entry.rule.group).nanoseconds
      groups[slot] = AlertGroup(
        kind: kind, name: nextName(state), members: [member], more: transition.suppressed,
        due: due)
      groupTimers.push(due, Int32(slot), &placesInGroups)
      grouped += 1
      instances[state].marks.insert(.wasTold)
      return .grouped
    }
    group.more &+= transition.suppressed
    let hasRoom =
      group.members.count < options.limits.groupMembersMax
      && grouped < options.limits.groupedMax
    if hasRoom {
      group.members.append(member)
      grouped += 1
      instances[state].marks.insert(.wasTold)
    } else {
      group.more &+= 1
      counters.crowded &+= 1
    }
    groups[slot] = group
    return hasRoom ? .grouped : .crowded
  }

  mutating func flushGroups<Output: AlertOutput & ~Copyable>(
    _ cause: UInt64, to output: inout Output
  ) {
    guard groupTimers.least <= clock else { return }
    var slots: [Int] = []
    while groupTimers.least <= clock, let entry = groupTimers.pop(&placesInGroups) {
      slots.append(Int(entry.number))
    }
    slots.sort { (rules[$0]?.id.raw ?? 0) < (rules[$1]?.id.raw ?? 0) }
    for slot in slots { flush(slot, cause, to: &output) }
  }

  /// Gives out what a group has gathered.
  mutating func flush<Output: AlertOutput & ~Copyable>(
    _ slot: Int, _ cause: UInt64, to output: inout Output
  ) {
    guard let group = groups.removeValue(forKey: slot) else { return }
    groupTimers.remove(Int32(slot), &placesInGroups)
    grouped -= group.members.count
    counters.notifications &+= 1
    output.emit(
      AlertNotification(
        name: group.name, kind: group.kind, members: group.members, more: group.more, time: now,
        cause: cause))
  }

  // MARK: Silences

  /// Holds notifications back. A silence of the same id takes the place of the one before.
  ///
  /// - Throws: a fault when it matches everything, is over already, or there are too many.
  public mutating func silence<Output: AlertOutput & ~Copyable>(
    _ silence: AlertSilence, at time: Timestamp, cause: UInt64, to output: inout Output
  ) throws(AlertFault) {
    pass(time.nanoseconds, cause, to: &output)
    func fault(_ key: String, _ expected: String, _ found: String) -> AlertFault {
      AlertFault(key: key, column: 0, expected: expected, found: found)
    }
    if silence.rule == nil, silence.instrument == nil, silence.owner == nil,
      silence.severityMax == nil
    {
      throw fault("silence", "a rule, an instrument, an owner or a severity", "none")
    }
    let most = options.limits.silenceTextMax
    for text in [silence.id, silence.rule, silence.instrument, silence.owner, silence.author]
      + [silence.comment] where text?.unicodeScalars.count ?? 0 > most
    {
      throw fault("silence", "texts of at most \(most) characters", "a longer one")
    }
    guard silence.until.nanoseconds > clock else {
      throw fault("until", "a time after \(now)", "\(silence.until)")
    }
    let others = silences.filter { $0.id != silence.id }
    guard others.count < options.limits.silencesMax else {
      throw fault("silence", "at most \(options.limits.silencesMax) silences", "one more")
    }
    silences = others + [silence]
    refreshSilences(cause, to: &output)
  }

  /// Ends a silence before its time. False when there is none of this id.
  @discardableResult
  public mutating func removeSilence<Output: AlertOutput & ~Copyable>(
    _ id: String, at time: Timestamp, cause: UInt64, to output: inout Output
  ) -> Bool {
    pass(time.nanoseconds, cause, to: &output)
    guard silences.contains(where: { $0.id == id }) else { return false }
    silences.removeAll { $0.id == id }
    refreshSilences(cause, to: &output)
    return true
  }

  mutating func endSilences<Output: AlertOutput & ~Copyable>(
    _ cause: UInt64, to output: inout Output
  ) {
    guard silenceEnd <= clock else { return }
    silences.removeAll { $0.until.nanoseconds <= clock }
    refreshSilences(cause, to: &output)
  }

  /// Tells what still fires and is no longer silenced.
  private mutating func refreshSilences<Output: AlertOutput & ~Copyable>(
    _ cause: UInt64, to output: inout Output
  ) {
    silenceEnd = silences.map(\.until.nanoseconds).min() ?? .max
    refreshDue()
    let states = muted.map { Int($0) }.sorted {
      (instances[$0].rule.raw, instances[$0].instrument.raw)
        < (instances[$1].rule.raw, instances[$1].instrument.raw)
    }
    for state in states {
      guard instances[state].state == .firing, let entry = rules[Int(places[state].slot)] else {
        muted.remove(Int32(state))
        continue
      }
      let key = desks[Int(places[state].desk)].key
      if silences.contains(where: { $0.matches(entry.rule, instrument: key) }) { continue }
      muted.remove(Int32(state))
      instances[state].marks.remove(.isSilenced)
      apply(AlertStep(notice: .unsilenced), state, cause, to: &output)
      note(state)
    }
  }
}
