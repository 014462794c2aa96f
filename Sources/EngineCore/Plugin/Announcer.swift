internal import Synchronization

/// Puts new definitions on the bus before anything that could refer to them.
///
/// Whoever is about to publish asks first; one atomic load when there is nothing new.
final class Announcer: Sendable {
  private let catalog: Catalog
  private let bus: Bus
  private let announced = Atomic<Int>(0)
  private let turn = Mutex(())

  /// - Parameter recovered: how many definitions the log that is gone on with has already.
  init(catalog: Catalog, bus: Bus, recovered: Int = 0) {
    self.catalog = catalog
    self.bus = bus
    announced.store(recovered, ordering: .relaxed)
  }

  /// True when everything that is defined by now is on the bus; false when it has no room.
  func announce() -> Bool {
    if announced.load(ordering: .acquiring) >= catalog.definitionCount.load(ordering: .acquiring) {
      return true
    }
    // Late comers wait here until the definitions that they may depend on are out.
    return turn.withLock { _ in
      let publisher = bus.publisher(role: .deriving)
      while true {
        let done = announced.load(ordering: .relaxed)
        let new = catalog.definitions(from: done, atMost: 1024)
        if new.isEmpty { return true }
        let events = new.map { Event($0) }
        let count = publisher.publish(events.span)
        announced.store(done + count, ordering: .releasing)
        if count < events.count { return false }
      }
    }
  }
}
