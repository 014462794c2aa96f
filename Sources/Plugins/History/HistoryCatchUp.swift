internal import EngineCore

/// Stores the bars of a part of the log that was not received. For a thread that may wait.
struct HistoryCatchUp: Sendable {
  struct Outcome: Sendable {
    var stored = 0
    /// Positions that are not in the log any more.
    var lost: UInt64 = 0
    /// What came too late for bars in memory.
    var late = HistoryMendQueue()
  }

  /// Bars in one commit.
  static let batchMax = 16_384

  let store: HistoryStore
  let tails: LogTails
  let catalog: Catalog
  let epoch: UInt64

  func run(_ owed: ClosedRange<UInt64>) throws(PluginError) -> Outcome {
    var outcome = Outcome()
    let tail = tails.tail(reach: .max)
    if owed.lowerBound > 1, tail.first > owed.lowerBound {
      outcome.lost = min(tail.first, owed.upperBound + 1) - owed.lowerBound
    }
    var batch = HistoryBatch(place: HistoryBatch.Place(epoch: epoch, sequence: 0))
    var failure: PluginError?
    try tail.events(
      from: max(owed.lowerBound, tail.first), through: owed.upperBound,
      LogSelection(kinds: [.bar, .gap], instrument: nil)
    ) { event in
      if event.kind == .gap, event.sequence > 0, event.gap.reason == .late {
        outcome.late.add(event.gap.first...max(event.gap.last, event.gap.first))
      }
      guard failure == nil, event.kindCode == EventKind.bar.rawValue, event.bar.state != .open
      else { return }
      batch.add(event, catalog)
      batch.place.sequence = event.sequence
      guard batch.count >= Self.batchMax else { return }
      do throws(PluginError) {
        try commit(&batch, &outcome)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    batch.place.sequence = owed.upperBound
    try commit(&batch, &outcome)
    return outcome
  }

  private func commit(
    _ batch: inout HistoryBatch, _ outcome: inout Outcome
  ) throws(PluginError) {
    try store.commit(batch)
    outcome.stored += batch.count
    batch = HistoryBatch(place: batch.place)
  }
}
