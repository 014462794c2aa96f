internal import EngineCore
internal import Synchronization

/// Bars that were received and are not in the store yet: written by the lane, read by whoever asks,
/// so that answers lack nothing that was received.
final class HistoryPending: Sendable {
  private struct State: Sendable {
    var waiting: HistoryBatch
    /// What is being committed.
    var underWay: HistoryBatch?
  }

  private let state: Mutex<State>

  init(place: HistoryBatch.Place) {
    state = Mutex(State(waiting: HistoryBatch(place: place)))
  }

  var count: Int { state.withLock { $0.waiting.count } }

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
      let batch = state.waiting
      state.underWay = batch
      state.waiting = HistoryBatch(place: batch.place)
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
