internal import AlertRules
internal import EngineCore

/// Beginning, and going on where an earlier instance stopped.
extension Alerts {
  public func start() throws {
    if context.isRerun { return try startAgain() }
    let store = try Self.open(settings)
    var retention = settings.retention
    retention.now = context.clock.now()
    let starter = AlertStarter(
      place: run.place, store: store, files: watch.files, tails: context.tails,
      retention: retention)
    guard starter.isLong else { return take(try starter.begin(), store) }
    context.log.info("rules are being read")
    run.caughtUp = context.tails.last
    let inbox = context.inbox
    startingStore = store
    let isStarted = LaneThread.start(name: "alerts-start") {
      do throws(PluginError) {
        let beginning = try starter.begin()
        _ = inbox.offer(AlertMessage.begun(.success(beginning)))
      } catch {
        _ = inbox.offer(AlertMessage.begun(.failure(PluginFailure(message: error.message))))
      }
    }
    guard isStarted else { throw PluginError("the system has no thread left") }
  }

  private static func open(_ settings: AlertsSettings) throws(PluginError) -> any AlertStore {
    if let testStore { return testStore }
    if settings.store == AlertsSettings.inMemory { return MemoryAlertStore() }
    do throws(AlertStoreError) {
      return try SQLiteAlertStore(
        path: settings.store, isSafeFromPowerLoss: settings.safety == .power)
    } catch {
      throw PluginError(
        error.message,
        hint: "free the disk, move the file away to begin anew, or let \"store\" name another one")
    }
  }

  /// Takes over what a start has come to.
  func take(_ beginning: AlertBeginning, _ store: any AlertStore) {
    startingStore = nil
    run = beginning.run
    queue = AlertQueue(beginning.owed)
    watch.marks = beginning.marks
    let keeper = AlertKeeper(store: store, beginning, clock: context.clock)
    self.keeper = keeper
    context.offer(keeper.outbox as any AlertOutbox, as: .alertOutbox)
    context.offer(
      BookDesk(inbox: context.inbox, commands: context.commands) as any AlertBook,
      as: .alertBook)
    schedule()
    context.timers.schedule(Self.retryTimer, at: context.clock.now())
    lookAtFiles()
    context.log.info(
      "alerts go on", LogField("rules", run.engine.ruleCount),
      LogField("states", run.engine.stateCount), LogField("owed", queue.count))
  }

  /// An instance that is fed what was recorded.
  private func startAgain() throws {
    var kept: [RuleSetChange] = []
    if settings.store != AlertsSettings.inMemory {
      kept = try SQLiteAlertStore.changes(path: settings.store)
    }
    let rules = kept.isEmpty ? try watch.files.read().rules : []
    try run.beginAgain(kept, rules, context.tail(reach: .max))
    queue = AlertQueue(run.ledger.owed)
    schedule()
    context.timers.schedule(Self.retryTimer, at: context.clock.now())
  }
}
