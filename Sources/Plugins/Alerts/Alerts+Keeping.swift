internal import AlertRules
internal import EngineCore

/// Committing what has happened: away from the lane, one batch at a time.
extension Alerts {
  /// Begins to commit what is due, or goes on with what is under way. Called after everything.
  func keep() {
    guard keeper != nil else { return }
    let nanos = context.clock.monotonicNanos()
    switch keeper?.phase {
    case .awaitingLog(let batch, let since):
      let isLate = nanos - max(since, 0) >= AlertKeeper.patienceNanos
      if since == .min || isLate || isInLog(batch) { commit(batch) }
    case .failed(let batch, let retry) where nanos >= retry: commit(batch)
    case .idle where (run.pending.isUrgent || isBaseDue(nanos)) && isCommitDue(nanos):
      let batch = makeBatch(withBase: run.pending.needsBase || isBaseDue(nanos), nanos)
      if isInLog(batch) { commit(batch) } else { awaitLog(batch, nanos) }
    default: break
    }
  }

  /// Not at once behind another: under load a transaction for each alert would take a core. If not,
  /// a timer sees to it.
  private func isCommitDue(_ nanos: Int64) -> Bool {
    guard let keeper else { return false }
    let wait = keeper.begunNanos + settings.commitIntervalNanos - nanos
    if wait <= 0 || run.pending.isFull { return true }
    if !keeper.isTimed {
      self.keeper?.isTimed = true
      context.timers.schedule(Self.commitTimer, at: context.clock.now().advanced(byNanos: wait))
    }
    return false
  }

  private func isInLog(_ batch: AlertBatch) -> Bool {
    guard let log = context.logStore else { return true }
    return log.newestSequence >= batch.position.sequence
  }

  private func awaitLog(_ batch: AlertBatch, _ nanos: Int64) {
    keeper?.phase = .awaitingLog(batch, sinceNanos: nanos)
    let (inbox, serial) = (context.inbox, batch.serial)
    context.logStore?.whenKept(batch.position.sequence) {
      _ = inbox.offer(AlertMessage.logKept(serial: serial))
    }
    // It may have stopped recording, and the market may be quiet.
    context.timers.schedule(
      Self.retryTimer, at: context.clock.now().advanced(byNanos: AlertKeeper.patienceNanos))
  }

  private func commit(_ batch: AlertBatch) {
    guard let store = keeper?.store else { return }
    keeper?.phase = .committing(batch)
    keeper?.begunNanos = context.clock.monotonicNanos()
    let log = context.log
    let outcome = context.background.block("alerts-keep") {
      do throws(AlertStoreError) {
        var kept = AlertsKept(added: try store.commit(batch))
        if batch.base != nil { Self.tidy(store, batch.retention, &kept, log) }
        return AlertMessage.kept(serial: batch.serial, .success(kept))
      } catch {
        return AlertMessage.kept(serial: batch.serial, .failure(error))
      }
    }
    if outcome != .accepted { fail(batch, AlertStoreError("too much is under way")) }
  }

  /// Gives up what waits for too long, and counts. What was committed is committed, whether this
  /// works or not.
  private static func tidy(
    _ store: any AlertStore, _ retention: AlertRetention, _ kept: inout AlertsKept, _ log: Log
  ) {
    do throws(AlertStoreError) {
      kept.givenUp = try store.giveUp(retention)
      kept.outbox = try store.figures()
    } catch {
      log.warning("the outbox was not looked through", LogField("error", "\(error)"))
    }
  }

  private func noteGivenUp(_ count: Int) {
    guard count > 0 else { return }
    keeper?.givenUp += UInt64(count)
    context.log.warning(
      "notifications were given up: nobody delivered them", LogField("count", count),
      LogField("in_all", keeper?.givenUp ?? 0))
  }

  /// Takes in that a batch was committed, or not.
  func settle(_ serial: UInt64, _ result: Result<AlertsKept, AlertStoreError>) throws {
    // Also of a batch that `keepNow` has met as committed: it found nothing new in it.
    if case .success(let kept) = result {
      tell(kept.added)
      noteGivenUp(kept.givenUp)
    }
    guard case .committing(let batch) = keeper?.phase, batch.serial == serial else { return }
    switch result {
    case .success(let kept):
      noteCommitted(batch)
      if let outbox = kept.outbox { keeper?.outboxFigures = outbox }
    case .failure(let error):
      if error.isFinal { throw error }
      fail(batch, error)
    }
  }

  /// Wakes who delivers, when there is something new.
  private func tell(_ added: Int) {
    if added > 0 { keeper?.outbox.tell() }
  }

  private func noteCommitted(_ batch: AlertBatch) {
    keeper?.phase = .idle
    keeper?.committed = batch.position
    keeper?.commits += 1
    if keeper?.trouble != nil {
      context.log.info("alerts are kept again")
      keeper?.trouble = nil
      keeper?.hasNews = true
    }
  }

  private func fail(_ batch: AlertBatch, _ error: AlertStoreError) {
    if keeper?.trouble == nil {
      context.log.error(
        "alerts cannot be kept: nobody is notified until they can", LogField("error", "\(error)"))
      keeper?.hasNews = true
    }
    keeper?.trouble = error.message
    let nanos = context.clock.monotonicNanos()
    keeper?.phase = .failed(batch, retryNanos: nanos + AlertKeeper.retryNanos)
    context.timers.schedule(
      Self.retryTimer, at: context.clock.now().advanced(byNanos: AlertKeeper.retryNanos))
  }

  /// A person or a rule may wait for that: it goes on the bus.
  func tellTrouble(_ output: inout EventSink) {
    guard keeper?.hasNews == true else { return }
    keeper?.hasNews = false
    let catalog = context.catalog
    let trouble = keeper?.trouble
    let reason = trouble.map { "alerts cannot be kept: \($0)" } ?? "alerts are kept again"
    output.publish(
      Event(
        Status(
          scope: .plugin, code: trouble == nil ? .up : .down,
          previous: trouble == nil ? .down : .up, subject: catalog.intern(context.name),
          reason: catalog.intern(reason), source: context.source, time: context.clock.now())))
  }

  /// Commits everything before it returns.
  func keepNow() throws {
    guard let store = keeper?.store else { return }
    if let batch = keeper?.batch {
      tell(try store.commit(batch))
      noteCommitted(batch)
    }
    let batch = makeBatch(withBase: true, context.clock.monotonicNanos())
    do throws(AlertStoreError) {
      tell(try store.commit(batch))
      noteCommitted(batch)
    } catch {
      fail(batch, error)
      throw PluginError(error.message)
    }
  }

  // MARK: Batches

  /// Whether it is time to keep everything whole.
  private func isBaseDue(_ nanos: Int64) -> Bool {
    guard let keeper, run.position > keeper.basePosition else { return false }
    let age = nanos - keeper.baseNanos
    if age >= settings.checkpointNanos { return true }
    // The ring is all there is: it must not lose what comes after the base.
    return context.logStore == nil && age >= 100_000_000
      && run.position - keeper.basePosition >= UInt64(context.recent.capacity / 2)
  }

  private func makeBatch(withBase: Bool, _ nanos: Int64) -> AlertBatch {
    var retention = settings.retention
    retention.now = context.clock.now()
    if withBase {
      retention.firstSequence = context.logStore?.firstSequence ?? .max
      keeper?.basePosition = run.position
      keeper?.baseNanos = nanos
    }
    return run.takeBatch(
      holder: keeper?.holder ?? 0, serial: keeper?.nextSerial() ?? 0, withBase: withBase,
      retention: retention)
  }
}
