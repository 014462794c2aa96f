internal import Synchronization

/// The part of the log that is still in the ring. Reading it holds nobody up; any thread may.
public struct RecentEvents: Sendable {
  private let bus: Bus

  init(bus: Bus) { self.bus = bus }

  /// The log that positions belong to.
  public var epoch: UInt64 { bus.epoch }

  /// The newest position.
  public var last: UInt64 { bus.lastSequence }

  /// The oldest position that is still there.
  public var first: UInt64 { bus.firstSequence }

  /// How many positions the ring has.
  public var capacity: Int { bus.capacity }

  /// Hands over the events from one position through another, those that are still there, in
  /// order.
  ///
  /// - Returns: whether all of them were there.
  public func events(
    from first: UInt64, through last: UInt64, _ body: (Event) -> Void
  ) -> Bool {
    var isComplete = first >= max(bus.firstSequence, 1) && last <= bus.lastSequence
    var sequence = max(first, bus.firstSequence, 1)
    let end = min(last, bus.lastSequence)
    while sequence <= end {
      var event = bus.ring.copy(at: sequence)
      event.sequence = sequence
      atomicMemoryFence(ordering: .acquiring)
      // Overwritten meanwhile: the copy may be torn.
      if sequence < bus.firstSequence {
        isComplete = false
      } else if event.kindCode != 0 {
        // Of no kind is what a kept log did not keep.
        body(event)
      }
      sequence += 1
    }
    return isComplete
  }
}
