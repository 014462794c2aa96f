internal import AlertRules
internal import EngineCore

/// Going on where an earlier run stopped.
extension AlertRun {
  // MARK: What was kept

  /// Goes on from what was kept, and reads the log from there.
  mutating func restore(_ stored: StoredAlerts, _ tails: LogTails) throws(PluginError) {
    caughtUp = tails.last
    position = caughtUp
    guard let base = stored.base, let newest = stored.newest else { return }
    let isSameLog = base.position.epoch == place.epoch
    let tail = tails.tail(
      reach: isSameLog && caughtUp > base.position.sequence
        ? caughtUp - base.position.sequence : 1)
    let isExact =
      isSameLog && newest.position.sequence <= tails.lastKept
      && base.position.sequence <= tail.last
      && (tail.first <= base.position.sequence + 1 || base.position.sequence == tail.last)
    for change in stored.changes where change.epoch == place.epoch {
      changes[change.version] = change
    }
    if isExact {
      try goOn(from: base, stored, publishing: true)
      try read(tail, after: base.position.sequence, committed: newest.position, stored.last)
      return
    }
    let first = isSameLog ? max(newest.position.sequence + 1, tail.first) : tail.first
    let isWhole = isSameLog && first == newest.position.sequence + 1
    tell(base.position, newest.position, tail, first, tails.lastKept)
    // What the log lost may have had them: nobody is told twice.
    try goOn(from: newest, stored, publishing: isWhole)
    try read(tail, after: max(first, 1) - 1, committed: newest.position, nil)
  }

  /// Why it goes on from the last commit, and not exactly.
  private func tell(
    _ base: AlertPosition, _ newest: AlertPosition, _ tail: LogTail, _ first: UInt64,
    _ lastKept: UInt64
  ) {
    guard base.epoch == place.epoch else {
      place.log.info(
        "the log is another one: alerts go on from the last commit",
        LogField("commit", newest.sequence))
      return
    }
    if newest.sequence > lastKept {
      place.log.warning(
        "the store of alerts is ahead of the log: they go on from the last commit",
        LogField("commit", newest.sequence), LogField("log", lastKept))
    } else {
      place.log.warning(
        "the log does not go back to the base of alerts: they go on from the last commit",
        LogField("base", base.sequence), LogField("commit", newest.sequence),
        LogField("log_from", tail.first))
    }
    guard first > newest.sequence + 1 else { return }
    place.log.warning(
      "the log no longer has what came after the last commit",
      LogField("from", newest.sequence + 1), LogField("to", first - 1))
  }

  /// Makes the engine of one of the versions that were kept.
  ///
  /// - Parameter publishing: alerts that were kept and not seen on the bus are published, unless
  ///   the log is found to have them; else they are said to be missing.
  private mutating func goOn(
    from version: StoredAlerts.Version, _ stored: StoredAlerts, publishing: Bool
  ) throws(PluginError) {
    let catalog = place.catalog
    if version.position.epoch == place.epoch {
      known.restore(
        instruments: version.position.instruments, specs: version.position.specs)
    } else {
      for kept in stored.instruments { catalog.recall(kept.instrument) }
      known.restore(
        instruments: UInt32(catalog.instrumentCount),
        specs: UInt32(catalog.names(in: .spec).count))
    }
    self.version = version.position.version
    restoreUntold(stored.untold, version.position, publishing: publishing)
    var compiled: [(rule: CompiledAlertRule, id: RuleID)] = []
    for kept in stored.rules {
      do throws(PluginError) {
        guard let id = catalog.rule(kept.rule.id) else { continue }
        compiled.append((try Self.compiled(kept.working, place.options.limits), id))
        rules[id] = kept
      } catch {
        place.log.error("a rule was left out", LogField("fault", error.message))
      }
    }
    do throws(AlertFault) {
      engine = try AlertEngine(
        restoring: checkpoint(version, stored), rules: compiled, options: place.options,
        surroundings: Self.surroundings(catalog, known))
    } catch {
      throw PluginError("the states of alerts cannot be restored: \(error)")
    }
    _ = engine.takeChanges()
  }

  private mutating func restoreUntold(
    _ untold: [KeptTransition], _ position: AlertPosition, publishing: Bool
  ) {
    // What is said to be missing is not said again.
    ledger = AlertLedger(
      number: position.transitions, told: publishing ? position.told : position.transitions)
    var missing: [UInt64] = []
    for kept in untold
    where kept.number > position.told && kept.number <= position.transitions {
      guard publishing, kept.epoch == place.epoch, let transition = renumbered(kept) else {
        missing.append(kept.number)
        continue
      }
      ledger.restore(
        transition.event(reason: reason(transition.reason), source: place.source),
        number: kept.number)
    }
    guard let first = missing.first, let last = missing.last else { return }
    place.log.warning(
      "alerts that were kept may never have been on the bus; history has them",
      LogField("count", missing.count), LogField("first", first), LogField("last", last))
  }

  private func checkpoint(
    _ version: StoredAlerts.Version, _ stored: StoredAlerts
  ) -> AlertCheckpoint {
    let catalog = place.catalog
    var checkpoint = AlertCheckpoint()
    checkpoint.clock = version.desk.clock
    checkpoint.retiredFloor = version.desk.retiredFloor
    checkpoint.rules = rules.map { AlertCheckpoint.Rule(id: $0.key, rule: $0.value.rule) }
    checkpoint.retired = version.desk.retired.compactMap { name, generation in
      catalog.rule(name).map { AlertCheckpoint.Retired(id: $0, generation: generation) }
    }
    checkpoint.states = version.states.compactMap { kept in
      guard let rule = catalog.rule(kept.rule),
        let instrument = catalog.instrument(key: kept.instrument)
      else { return nil }
      var state = kept.state
      state.rule = rule
      state.instrument = instrument
      return state
    }
    checkpoint.instruments = stored.instruments.compactMap { kept in
      catalog.instrument(key: kept.instrument.key).map { id in
        var prices = kept.prices
        prices.id = id
        return prices
      }
    }
    checkpoint.terms = stored.terms.compactMap { kept in
      catalog.instrument(key: kept.instrument).map {
        AlertCheckpoint.Term(
          instrument: $0, text: kept.text, shared: kept.shared, own: kept.own)
      }
    }
    checkpoint.silences = version.desk.silences
    checkpoint.owners = version.desk.owners
    checkpoint.groups = version.desk.groups.compactMap { group in
      guard let rule = catalog.rule(group.rule),
        let instrument = catalog.instrument(key: group.instrument)
      else { return nil }
      return AlertCheckpoint.Group(
        rule: rule, kind: group.kind,
        name: AlertNotification.Name(
          key: AlertKey(rule: rule, instrument: instrument, generation: group.generation),
          number: group.number),
        members: group.members.compactMap(renumbered), more: group.more, due: group.due)
    }
    return checkpoint
  }

  /// A transition in the numbers of this run.
  private func renumbered(_ kept: KeptTransition) -> AlertTransition? {
    guard let rule = place.catalog.rule(kept.rule),
      let instrument = place.catalog.instrument(key: kept.instrument)
    else { return nil }
    var transition = kept.transition
    transition.rule = rule
    transition.instrument = instrument
    return transition
  }

  // MARK: Reading the log again

  /// Takes in what the log has behind a position, as if it were there.
  ///
  /// - Parameters:
  ///   - committed: what the store has already.
  ///   - last: the newest transition that it has, which has to come out again.
  private mutating func read(
    _ tail: LogTail, after begin: UInt64, committed: AlertPosition, _ last: KeptTransition?
  ) throws(PluginError) {
    position = begin
    let due = changes.values.filter { $0.version > version && $0.after != nil }
      .sorted { $0.version < $1.version }
    var next = due.startIndex
    func make(before sequence: UInt64) {
      while next < due.endIndex, due[next].after ?? 0 < sequence {
        if due[next].version > version { apply(due[next], cause: due[next].after ?? 0) }
        next += 1
      }
    }
    if begin < tail.last {
      try tail.events(from: begin + 1, through: tail.last) { event in
        guard event.sequence > position else { return }
        make(before: event.sequence)
        replay(event)
        position = event.sequence
      }
    }
    make(before: tail.last + 1)
    _ = gather()
    // Also when the store was ahead of a log that has lost its end.
    position = tail.last
    caughtUp = tail.last
    check(last)
    pending.records.removeAll { $0.number <= committed.transitions }
  }

  /// One event of the log, told to nobody.
  mutating func replay(_ event: Event) {
    switch event.kindCode {
    case EventKind.trade.rawValue, EventKind.quote.rawValue, EventKind.bar.rawValue,
      EventKind.time.rawValue:
      engine.receive(event, to: &collector)
    case EventKind.command.rawValue: replay(event.command, at: event.sequence)
    default: takeOther(event)
    }
    if !collector.transitions.isEmpty || !collector.notifications.isEmpty { _ = gather() }
  }

  private mutating func replay(_ record: CommandRecord, at position: UInt64) {
    guard place.catalog.text(record.plugin) == place.name,
      let text = place.catalog.text(record.command), let value = try? JSONReader().read(text),
      let name = value["command"]?.string, Self.changing.contains(name)
    else { return }
    // What was refused then is refused now.
    _ = try? carryOut(
      PluginCommand(
        name: name, arguments: value["arguments"] ?? .null, position: position,
        time: record.time))
  }

  /// What came out has to be what was kept.
  private func check(_ last: KeptTransition?) {
    guard let last, let again = pending.records.first(where: { $0.number == last.number }) else {
      return
    }
    let isSame =
      again.rule == last.rule && again.instrument == last.instrument
      && again.transition.to == last.transition.to
      && again.transition.generation == last.transition.generation
      && again.transition.cause == last.transition.cause
    guard !isSame else { return }
    place.log.error(
      "the log does not lead to the alerts that were kept", LogField("number", last.number),
      LogField("kept", "\(last.rule) \(last.instrument) \(last.transition.to)"),
      LogField("computed", "\(again.rule) \(again.instrument) \(again.transition.to)"))
  }

  // MARK: Reruns

  /// Begins where the first rules were made, and reads the log up to where the instance began.
  ///
  /// - Parameters:
  ///   - kept: the changes that the store knows of.
  ///   - rules: the rules of files as they are now, for when it knows of none.
  mutating func beginAgain(
    _ kept: [RuleSetChange], _ rules: [KeptRule], _ tail: LogTail
  ) throws(PluginError) {
    for change in kept where change.epoch == place.epoch { changes[change.version] = change }
    let begin = changes.values.compactMap(\.after).min() ?? 0
    if changes.isEmpty {
      let change = change(to: rules, after: 0)
      changes[1] = RuleSetChange(
        version: 1, epoch: place.epoch, after: 0, set: change.set, removed: [])
    }
    try read(
      tail, after: max(begin, max(tail.first, 1) - 1), committed: AlertPosition(), nil)
    pending = AlertPending()
  }
}
