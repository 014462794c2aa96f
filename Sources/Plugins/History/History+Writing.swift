internal import EngineCore

/// What writing came to.
struct HistoryWritten: Sendable {
  var result: Result<HistoryCatchUp.Outcome, PluginError>
  /// What of the log was read for it.
  var owed: ClosedRange<UInt64>?
  /// All of the log through here is in the store by that.
  var through: UInt64
}

/// What removing old bars came to.
struct HistoryPruned: Sendable {
  var result: Result<Int, PluginError>
}

/// Bars go to the store away from the lane, one piece of work after the other.
extension History {
  /// Begins to write what there is: first what is owed, as all that waits came after it.
  func write() {
    guard !isWriting, let store else { return }
    let outcome: OfferOutcome
    if let owed {
      let catchUp = HistoryCatchUp(
        store: store, tails: context.tails, catalog: context.catalog, epoch: context.epoch)
      outcome = context.background.block("history-write") {
        do throws(PluginError) {
          return HistoryWritten(
            result: .success(try catchUp.run(owed)), owed: owed, through: owed.upperBound)
        } catch {
          return HistoryWritten(result: .failure(error), owed: owed, through: 0)
        }
      }
    } else if let batch = pending.begin() {
      outcome = context.background.block("history-write") {
        do throws(PluginError) {
          try store.commit(batch)
          return HistoryWritten(
            result: .success(HistoryCatchUp.Outcome(stored: batch.count)),
            through: batch.place.sequence)
        } catch {
          return HistoryWritten(result: .failure(error), through: 0)
        }
      }
    } else {
      return
    }
    isWriting = outcome == .accepted
    if !isWriting { schedule(after: Self.retryNanos) }
  }

  func settle(_ written: HistoryWritten) {
    isWriting = false
    stored = max(stored, written.through)
    switch written.result {
    case .success(let outcome):
      if figures.trouble != nil { context.log.info("bars are stored again") }
      figures.trouble = nil
      figures.stored += UInt64(outcome.stored)
      figures.commits += 1
      guard let done = written.owed else {
        pending.finish()
        break
      }
      figures.lost += outcome.lost
      for range in outcome.late.ranges { mendQueue.add(range) }
      mend()
      if outcome.lost > 0 {
        context.log.warning(
          "a part of the log is gone that may have had bars", LogField("positions", outcome.lost))
      }
      // More may have been missed meanwhile.
      let rest = owed.flatMap { $0.upperBound > done.upperBound ? $0.upperBound : nil }
      owed = rest.map { done.upperBound + 1...$0 }
    case .failure(let error):
      if figures.trouble == nil {
        context.log.error("bars cannot be stored", LogField("error", error))
      }
      figures.trouble = error.description
      return schedule(after: Self.retryNanos)
    }
    if owed != nil || pending.count >= settings.barsMax / 2 {
      write()
    } else if pending.count > 0 {
      schedule(after: settings.commitNanos)
    }
  }

  // MARK: Old bars

  func prune() {
    guard let age = settings.ageMaxNanos, let store else { return }
    let time = context.clock.now().advanced(byNanos: -age)
    _ = context.background.block("history-write") {
      do throws(PluginError) {
        return HistoryPruned(result: .success(try store.prune(before: time)))
      } catch {
        return HistoryPruned(result: .failure(error))
      }
    }
  }

  func settle(_ pruned: HistoryPruned) {
    switch pruned.result {
    case .success(let count): figures.pruned += UInt64(count)
    case .failure(let error):
      context.log.warning("old bars were not removed", LogField("error", error))
    }
  }

  // MARK: Commands

  func status() throws(PluginError) -> JSONValue {
    guard let store else { throw HistoryStore.released }
    let place = try store.place()
    return .object([
      ("store", .string(store.path)), ("version", .integer(try store.version)),
      ("newest_version", .integer(HistoryMigration.newest)),
      (
        "migrations",
        .array(
          HistoryMigration.all.map {
            .object([("version", .integer($0.version)), ("summary", .string($0.summary))])
          })
      ),
      ("bytes", .integer(try store.size())),
      ("epoch", place.map { .string(String($0.epoch)) } ?? .null),
      ("stored_through", place.map { .integer($0.sequence) } ?? .null),
      ("is_catching_up", .bool(owed != nil)), ("waiting", .integer(pending.count)),
      ("received", .integer(figures.bars)), ("stored", .integer(figures.stored)),
      ("commits", .integer(figures.commits)), ("missed", .integer(figures.missed)),
      ("lost_positions", .integer(figures.lost)), ("pruned_chunks", .integer(figures.pruned)),
      ("mended", .integer(figures.mended)), ("inexact", .integer(figures.inexact)),
      ("is_mending", .bool(isMending || !mendQueue.isEmpty)),
      ("cached_bytes", .integer(store.cache.figures.bytes)),
      ("cached_rows", .integer(store.cache.figures.rows)),
      ("cache_hits", .integer(store.cache.figures.hits)),
      ("cache_misses", .integer(store.cache.figures.misses)),
      ("trouble", .optional(figures.trouble)),
    ])
  }

  /// Migrates the store. Below this program's version the plugin lets go of it: what comes then is
  /// read from the log when it starts again.
  func migrate(_ arguments: CommandReader) throws(PluginError) -> JSONValue {
    guard let store else { throw HistoryStore.released }
    let newest = HistoryMigration.newest
    let target = try version(arguments) ?? newest
    guard !isWriting else {
      throw PluginError("bars are being written", hint: "try again in a moment")
    }
    let before = try store.version
    // Nothing that was received is lost with the store.
    if owed == nil, let batch = pending.begin() {
      try store.commit(batch)
      pending.finish()
    }
    try store.migrate(to: target)
    if target < newest {
      self.store = nil
      figures.trouble = HistoryStore.released.message
    }
    context.log.info(
      "the store was migrated", LogField("from", before), LogField("to", target))
    return .object([
      ("from", .integer(before)), ("to", .integer(target)), ("released", .bool(target < newest)),
    ])
  }

  private func version(_ arguments: CommandReader) throws(PluginError) -> Int? {
    guard let value = arguments.arguments["to"], !value.isNull else { return nil }
    guard let number = value.int64, (0...Int64(HistoryMigration.newest)).contains(number) else {
      throw PluginError(
        "expected \"to\" to be a version from 0 to \(HistoryMigration.newest), found "
          + value.text())
    }
    return Int(number)
  }
}
