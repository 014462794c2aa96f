internal import Synchronization

/// The kept log as a rerun reads it: notes where events are missing, since nobody can come to the
/// same without them.
final class RerunStore: LogStore {
  private let store: any LogStore
  private let hole = Atomic<UInt64>(0)

  init(_ store: any LogStore) { self.store = store }

  /// The last position that was found to be missing so far; 0 for none.
  var lastHole: UInt64 { hole.load(ordering: .relaxed) }

  var epoch: UInt64 { store.epoch }
  var firstSequence: UInt64 { store.firstSequence }
  var lastSequence: UInt64 { store.lastSequence }
  var lastKept: UInt64 { store.lastKept }
  var newestSequence: UInt64 { store.newestSequence }

  func names() throws(PluginError) -> [NamedDefinition] { try store.names() }
  func position(at time: Timestamp) throws(PluginError) -> UInt64 { try store.position(at: time) }
  func close(now: Timestamp) {}

  func read(
    from first: UInt64, through last: UInt64, _ selection: LogSelection,
    _ body: (Span<Event>) -> Bool
  ) throws(PluginError) {
    var expected = max(first, store.firstSequence)
    try store.read(from: first, through: last, selection) { events in
      if selection == .everything {
        for index in 0..<events.count where events[index].sequence > 0 {
          if events[index].sequence > expected { noteHole(through: events[index].sequence - 1) }
          expected = events[index].sequence + 1
        }
      }
      return body(events)
    }
  }

  private func noteHole(through last: UInt64) {
    if last > lastHole { hole.store(last, ordering: .relaxed) }
  }
}
