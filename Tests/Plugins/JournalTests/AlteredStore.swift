import EngineCore

/// A log with other events in it than were recorded.
final class AlteredStore: LogStore {
  private let store: any LogStore
  private let change: @Sendable (Event) -> Event?

  /// - Parameter change: what stands in the place of an event; nil for nothing.
  init(_ store: any LogStore, _ change: @escaping @Sendable (Event) -> Event?) {
    self.store = store
    self.change = change
  }

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
    try store.read(from: first, through: last, selection) { events in
      var changed: [Event] = []
      for index in events.indices {
        guard var event = change(events[index]) else { continue }
        event.sequence = events[index].sequence
        changed.append(event)
      }
      return changed.isEmpty || body(changed.span)
    }
  }
}
