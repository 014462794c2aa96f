/// The end of the log as of some position: what the ring has of it, and before that what is kept on
/// disk.
public struct LogTail: Sendable {
  private let recent: RecentEvents
  private let store: (any LogStore)?
  /// The oldest position that there is, within the reach.
  public let first: UInt64
  /// The position with which it ends.
  public let last: UInt64
  /// The log once went further back within the reach than it does now.
  let isShort: Bool

  /// - Parameter reach: how many positions are of use; the ring alone has as many as it has.
  init(recent: RecentEvents, store: (any LogStore)?, last: UInt64, reach: UInt64) {
    self.recent = recent
    self.store = store
    self.last = last
    guard let store else {
      first = recent.first
      isShort = false
      return
    }
    // Whatever the ring has beyond: where it begins depends on how full it is.
    var wanted = last > reach ? last - reach + 1 : 1
    if last >= store.lastSequence, wanted <= store.lastSequence {
      // Positions that were passed over are none that could be read.
      wanted -= min(store.lastSequence - store.lastKept, wanted - 1)
    }
    first = max(wanted, min(store.firstSequence, recent.first))
    isShort = first > wanted
  }

  /// Hands over the events from one position through another, those that are there, in order; at
  /// least what is selected.
  public func events(
    from first: UInt64, through last: UInt64, _ selection: LogSelection = .everything,
    _ body: (Event) -> Void
  ) throws(PluginError) {
    var next = first
    if let store, next < recent.first {
      // The ring goes on meanwhile: what it loses the store has.
      let end = min(last, recent.first + UInt64(recent.capacity / 4))
      try store.read(from: next, through: end, selection) { events in
        for index in 0..<events.count where events[index].kindCode != 0 {
          next = max(next, events[index].sequence + 1)
          body(events[index])
        }
        return true
      }
    }
    guard next <= last else { return }
    _ = recent.events(from: next, through: last, body)
  }
}
