internal import EngineCore
internal import Synchronization

/// Bars that were received and are not in the store yet: written by the lane, read by whoever asks,
/// so that answers lack nothing that was received.
final class HistoryPending: Sendable {
  private struct State: Sendable {
    var waiting: HistoryBatch
    /// What is being committed.
    var underWay: HistoryBatch?
    /// From here on the log is to be read again after a crash.
    var hold: UInt64?
  }

  private let state: Mutex<State>

  init(place: HistoryBatch.Place) {
    state = Mutex(State(waiting: HistoryBatch(place: place)))
  }

  var count: Int { state.withLock { $0.waiting.count } }

  /// Until it is told otherwise the place stays before that position: what was to be made good from
  /// there on is not done yet. An earlier one counts.
  func hold(before sequence: UInt64?) {
    state.withLock { state in
      state.hold = sequence.map { min(state.hold ?? $0, $0) }
    }
  }

  /// Takes bars in, by the names that their ids have.
  func add(_ events: [Event], _ catalog: Catalog) {
    state.withLock { state in
      for event in events {
        state.waiting.add(event, catalog)
        state.waiting.place.sequence = max(state.waiting.place.sequence, event.sequence)
      }
    }
  }

  /// What is to be committed now: what failed before, or what waits; nil for nothing.
  func begin() -> HistoryBatch? {
    state.withLock { state in
      if let batch = state.underWay { return batch }
      guard state.waiting.count > 0 else { return nil }
      var batch = state.waiting
      state.waiting = HistoryBatch(place: batch.place)
      if let hold = state.hold { batch.place.sequence = min(batch.place.sequence, hold - 1) }
      state.underWay = batch
      return batch
    }
  }

  /// What was begun is in the store.
  func finish() { state.withLock { $0.underWay = nil } }

  /// Bars of a range that were not committed when it was asked, oldest news first.
  func bars(_ query: HistoryBarQuery) -> [HistoryBar] {
    let series = HistoryBatch.Series(instrument: query.instrument, spec: query.spec)
    let found = state.withLock { state in
      (state.underWay?.bars[series] ?? []) + (state.waiting.bars[series] ?? [])
    }
    return found.filter { $0.bar.start >= query.from && $0.bar.start < query.to }
  }
}
