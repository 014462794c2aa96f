internal import AlertRules
internal import EngineCore

/// All that there is to do at a start, on whatever thread: a million rules take longer than a lane
/// can wait.
struct AlertStarter: Sendable {
  /// Beyond that it is not done on the lane.
  private static let quickMax = 20_000

  let place: AlertRun.Place
  let store: any AlertStore
  let files: RuleFiles
  let tails: LogTails
  let retention: AlertRetention

  /// Whether it may take long.
  var isLong: Bool {
    let bytes = files.marks().reduce(0) { $0 + max($1.size, 0) }
    let kept = (try? store.size()) ?? 0
    return files.own.count + kept + Int(bytes / 128) > Self.quickMax
  }

  func begin() throws(PluginError) -> AlertBeginning {
    do throws(AlertStoreError) {
      let stored = try store.load()
      return try begin(stored)
    } catch {
      throw PluginError(error.message)
    }
  }

  private func begin(_ stored: StoredAlerts) throws(AlertStoreError) -> AlertBeginning {
    var run = AlertRun(place)
    let content: RuleFiles.Content
    do throws(PluginError) {
      content = try files.read()
      try run.restore(stored, tails)
    } catch {
      throw AlertStoreError(error.message)
    }
    try change(&run, to: content.rules)
    var beginning = AlertBeginning(
      run: run, holder: stored.holder, serial: 0, marks: content.marks, owed: run.ledger.owed)
    beginning.run.pending.isStart = true
    // A log that has not come so far yet could lose what this is a base of.
    guard tails.lastKept >= run.position else { return beginning }
    var retention = retention
    retention.firstSequence = tails.first
    let batch = beginning.run.takeBatch(
      holder: stored.holder, serial: 1, withBase: true, retention: retention)
    _ = try store.commit(batch)
    beginning.serial = 1
    beginning.committed = batch.position
    return beginning
  }

  /// Makes the change that files have seen while nobody was there.
  private func change(
    _ run: inout AlertRun, to rules: [KeptRule]
  ) throws(AlertStoreError) {
    for rule in rules {
      guard let id = run.engine.ruleID(named: rule.rule.id), run.rules[id]?.origin == .command
      else { continue }
      place.log.warning(
        "a rule of a file takes the place of one that was added", LogField("rule", rule.rule.id))
    }
    var change = run.change(to: rules, after: run.caughtUp)
    guard !change.isEmpty else { return }
    change.instruments = UInt32(place.catalog.instrumentCount)
    change.specs = UInt32(place.catalog.names(in: .spec).count)
    change.version = try store.add(change)
    run.apply(change, cause: run.caughtUp)
    _ = run.gather()
  }
}
