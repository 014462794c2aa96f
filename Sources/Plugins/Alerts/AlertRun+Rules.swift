internal import AlertRules
internal import EngineCore

/// The rules that files have, and how they change.
extension AlertRun {
  /// Its own command: what was kept as this version is made here.
  static let rulesCommand = "rules"

  /// What has to change so that the rules of files are these.
  func change(to wanted: [KeptRule], after position: UInt64? = nil) -> RuleSetChange {
    let byName = Dictionary(
      rules.values.map { ($0.rule.id, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(wanted.map(\.rule.id))
    let removed = byName.values
      .filter { $0.origin != .command && !names.contains($0.rule.id) }
      .map(\.rule.id).sorted()
    let set = wanted.filter { rule in
      guard let old = byName[rule.rule.id] else { return true }
      return old.rule != rule.rule || old.origin != rule.origin
    }
    return RuleSetChange(epoch: place.epoch, after: position, set: set, removed: removed)
  }

  // MARK: Making changes

  /// Makes a change of configured rules.
  mutating func apply(_ change: RuleSetChange, cause: UInt64) {
    version = max(version, change.version)
    changes[change.version] = nil
    let before = known.instrumentCount
    known.raise(instruments: change.instruments, specs: change.specs)
    for raw in before..<max(before, known.instrumentCount) {
      engine.define(InstrumentID(raw + 1), cause: cause, to: &collector)
    }
    for name in change.removed {
      guard let id = engine.ruleID(named: name) else { continue }
      remove(id, at: engine.now, cause: cause)
    }
    for kept in change.set {
      do throws(PluginError) {
        try add(kept, at: engine.now, cause: cause)
      } catch {
        place.log.error("a rule was left out", LogField("fault", error.message))
      }
    }
  }

  /// Adds a rule or puts it in the place of the one of its name.
  mutating func add(_ kept: KeptRule, at time: Timestamp, cause: UInt64) throws(PluginError) {
    let compiled = try Self.compiled(kept.working, place.options.limits)
    guard let id = place.catalog.rule(kept.rule.id) else {
      throw PluginError("there are too many names of rules")
    }
    let old = engine.rule(id)
    do throws(AlertFault) {
      try engine.add(compiled, id: id, at: time, cause: cause, to: &collector)
    } catch {
      throw PluginError("rule \"\(kept.rule.id)\": \(error)")
    }
    if let old, old.when != kept.rule.when || old.clear != kept.rule.clear {
      pending.droppedStates.insert(kept.rule.id)
    }
    rules[id] = kept
    pending.changedRules.insert(kept.rule.id)
  }

  mutating func remove(_ id: RuleID, at time: Timestamp, cause: UInt64) {
    let name = ruleName(id)
    engine.remove(id, at: time, cause: cause, to: &collector)
    // What it has to tell at its end is not gathered yet.
    former[id] = rules.removeValue(forKey: id)
    pending.changedRules.remove(name)
    pending.removedRules.insert(name)
    pending.droppedStates.insert(name)
  }

  static func compiled(
    _ rule: AlertRule, _ limits: AlertLimits, names: AlertNames = .any
  ) throws(PluginError) -> CompiledAlertRule {
    do throws(AlertFaults) {
      return try CompiledAlertRule(rule, names: names, limits: limits)
    } catch {
      throw PluginError(error.description)
    }
  }
}
