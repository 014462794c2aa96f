internal import AlertRules
internal import EngineCore

/// What has happened, as it is committed.
extension AlertRun {
  /// Takes out everything since the last batch.
  ///
  /// - Parameter withBase: with all that is needed to go on from here.
  mutating func takeBatch(
    holder: Int64, serial: UInt64, withBase: Bool, retention: AlertRetention
  ) -> AlertBatch {
    let checkpoint = engine.checkpoint(withBase ? [.instruments] : [])
    var batch = AlertBatch(
      holder: holder, serial: serial,
      position: AlertPosition(
        epoch: place.epoch, sequence: position, transitions: ledger.number,
        told: ledger.told, version: version, instruments: known.instrumentCount,
        specs: known.specCount),
      records: pending.records, notifications: pending.notifications,
      droppedStates: pending.droppedStates.sorted(),
      states: engine.takeChanges().map {
        KeptState(
          rule: ruleName($0.rule), instrument: instrumentName($0.instrument), state: $0)
      },
      desk: desk(checkpoint), retention: retention)
    if withBase {
      batch.base = base(checkpoint)
      let changed = pending.changedRules.compactMap { engine.ruleID(named: $0) }
      batch.rules = changed.sorted { $0.raw < $1.raw }.compactMap { rules[$0] }
      batch.removedRules = pending.removedRules.sorted()
      batch.appliedChanges = pending.appliedChanges
    }
    pending = AlertPending()
    return batch
  }

  private func base(_ checkpoint: AlertCheckpoint) -> AlertBatch.Base {
    AlertBatch.Base(
      instruments: checkpoint.instruments.compactMap { prices in
        place.catalog.instrument(prices.id).map {
          KeptInstrument(instrument: $0, prices: prices)
        }
      },
      terms: checkpoint.terms.map {
        KeptTerm(
          instrument: instrumentName($0.instrument), text: $0.text, shared: $0.shared,
          own: $0.own)
      })
  }

  private func desk(_ checkpoint: AlertCheckpoint) -> KeptDesk {
    var desk = KeptDesk()
    desk.clock = checkpoint.clock
    desk.silences = checkpoint.silences
    desk.owners = checkpoint.owners
    desk.retiredFloor = checkpoint.retiredFloor
    for retired in checkpoint.retired { desk.retired[ruleName(retired.id)] = retired.generation }
    desk.groups = checkpoint.groups.map { group in
      KeptDesk.Group(
        rule: ruleName(group.rule), instrument: instrumentName(group.name.key.instrument),
        kind: group.kind, generation: group.name.key.generation, number: group.name.number,
        more: group.more, due: group.due, members: group.members.map { kept($0, number: 0) })
    }
    return desk
  }
}
