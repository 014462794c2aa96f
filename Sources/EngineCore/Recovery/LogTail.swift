/// The end of the log: what the ring has of it, and before that what is kept on disk.
public struct LogTail: Sendable {
  private let recent: RecentEvents
  private let store: (any LogStore)?
  /// The oldest position that there is, within the reach.
  public let first: UInt64
  /// The newest position when this was made.
  public let last: UInt64

  /// - Parameter reach: how many positions are of use; the ring has as many as it has.
  init(recent: RecentEvents, store: (any LogStore)?, reach: UInt64) {
    self.recent = recent
    self.store = store
    last = recent.last
    let oldest = recent.first
    guard let store, last > reach else {
      first = store.map { min($0.firstSequence, oldest) } ?? oldest
      return
    }
    first = min(oldest, max(store.firstSequence, last - reach + 1))
  }

  /// Hands over the events from one position through another, those that are there, in order.
  public func events(
    from first: UInt64, through last: UInt64, _ body: (Event) -> Void
  ) throws(PluginError) {
    var next = first
    if let store, next < recent.first {
      // The ring goes on meanwhile: what it loses the store has.
      let end = min(last, recent.first + UInt64(recent.capacity / 4))
      try store.read(from: next, through: end, .everything) { events in
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
