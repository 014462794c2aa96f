internal import CPlatform
public import Synchronization

/// Writes events to the bus. One thread at a time uses it.
public struct Publisher: Sendable {
  @usableFromInline let bus: Bus
  @usableFromInline let isSource: Bool
  @usableFromInline let isExclusive: Bool

  init(bus: Bus, role: PublisherRole, isExclusive: Bool) {
    self.bus = bus
    isSource = role == .source
    self.isExclusive = isExclusive
  }

  /// Publishes as many of the events as there is room for, in order, as one run of sequences.
  /// Returns how many; never waits.
  @inlinable
  public func publish(_ events: Span<Event>) -> Int { publishRun(events).count }

  /// The same; also returns the sequence of the last one, when there is one.
  @inlinable @inline(__always)
  func publishRun(_ events: Span<Event>) -> (count: Int, last: UInt64) {
    guard events.count > 0 else { return (0, 0) }
    if !isExclusive, !bus.lock.tryLock() { bus.acquireLock() }
    let last = bus.written.relaxed()
    let count = room(after: last, wanted: events.count)
    if count > 0 {
      claim(last &+ UInt64(truncatingIfNeeded: count))
      bus.ring.store(events, count: count, from: last &+ 1)
      bus.published.release(last &+ UInt64(truncatingIfNeeded: count))
    }
    if !isExclusive { bus.lock.release(0) }
    if count > 0 { bus.wakeIfSleeping(kinds: Self.kinds(of: events)) }
    return (count, last &+ UInt64(truncatingIfNeeded: count))
  }

  /// Publishes one event; false when there is no room. Never waits.
  @inlinable @inline(__always)
  public func publish(_ event: Event) -> Bool {
    if !isExclusive, !bus.lock.tryLock() { bus.acquireLock() }
    let last = bus.written.relaxed()
    let count = room(after: last, wanted: 1)
    if count > 0 {
      claim(last &+ 1)
      bus.ring.store(event, at: last &+ 1)
      bus.published.release(last &+ 1)
    }
    if !isExclusive { bus.lock.release(0) }
    if count > 0 { bus.wakeIfSleeping(kinds: 1 << UInt64(event.kindCode & 63)) }
    return count > 0
  }

  @inlinable
  func room(after last: UInt64, wanted: Int) -> Int {
    let needed = last &+ UInt64(truncatingIfNeeded: wanted)
    var limit = isSource ? bus.sourceLimit.relaxed() : bus.limit.relaxed()
    if limit < needed {
      bus.refreshLimits(wanted: needed)
      limit = isSource ? bus.sourceLimit.relaxed() : bus.limit.relaxed()
    }
    return limit >= needed ? wanted : limit > last ? Int(truncatingIfNeeded: limit &- last) : 0
  }

  /// Tells readers that copy which slots are about to be overwritten, before any is.
  @inlinable
  func claim(_ sequence: UInt64) {
    bus.written.storeRelaxed(sequence)
    bus.claimed.storeRelaxed(sequence)
    atomicMemoryFence(ordering: .releasing)
  }

  @inlinable
  static func kinds(of events: Span<Event>) -> UInt64 {
    var kinds: UInt64 = 0
    for index in 0..<events.count { kinds |= 1 << UInt64(events[index].kindCode & 63) }
    return kinds
  }
}
