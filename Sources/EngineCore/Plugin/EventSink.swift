/// What became of a published event.
@frozen
public enum PublishOutcome: Sendable, Equatable {
  /// On its way to the bus.
  case accepted
  /// Kept, in order, until the bus has room: a reader that must see everything is behind.
  case stalled
  /// Not taken: the engine holds as much for this plugin as it may. Counted and reported.
  case refused
}

/// Where a plugin publishes during a call. Events go out in order, at the latest when the call
/// returns; they are stamped with the plugin's source unless they name one.
///
/// Publishing never blocks and never waits for the plugin's own cursor: what does not fit is held
/// back within a limit, and sources are not asked for more until it has gone out.
@safe public struct EventSink: ~Copyable {
  @usableFromInline let outbox: Outbox
  @usableFromInline let base: UnsafeMutablePointer<Event>
  @usableFromInline let capacity: Int
  @usableFromInline var count: Int
  /// What happens to the next event; asked of the outbox only when something was handed over.
  @usableFromInline var outcome: PublishOutcome
  /// How many events a source should publish in this call at most.
  @usableFromInline var budget: Int

  @inlinable
  init(outbox: Outbox, budget: Int) {
    self.outbox = outbox
    unsafe base = outbox.staging
    capacity = outbox.stagingCapacity
    count = 0
    outcome = outbox.outcome
    self.budget = budget
  }

  /// How many more events can be published in this call without being held back.
  @inlinable public var room: Int { max(budget, 0) }

  /// Whether what is published now waits for room on the bus. Who has more than a little to publish
  /// and can keep it goes on in a later call: beyond a limit the engine refuses it.
  @inlinable public var isStalled: Bool { outcome != .accepted }

  /// Publishes one event.
  @inlinable @discardableResult
  public mutating func publish(_ event: Event) -> PublishOutcome {
    if count == capacity { spill() }
    if outcome == .refused {
      outbox.refuse()
      return .refused
    }
    // Safe: count < capacity after the spill, and the staging area lives as long as the outbox.
    unsafe (base + count).pointee = event
    count &+= 1
    budget &-= 1
    return outcome
  }

  /// Publishes events that are all there already, in order, without copying them first.
  ///
  /// - Returns: what became of the last one; what came of those before is counted.
  @discardableResult
  public mutating func publish(_ events: Span<Event>) -> PublishOutcome {
    if count > 0 { spill() }
    outbox.publishAll(events)
    outcome = outbox.outcome
    budget &-= events.count
    return outcome
  }

  @inlinable @discardableResult
  public mutating func publish(_ trade: Trade) -> PublishOutcome { publish(Event(trade)) }

  @inlinable @discardableResult
  public mutating func publish(_ quote: Quote) -> PublishOutcome { publish(Event(quote)) }

  @usableFromInline mutating func spill() {
    outbox.flush(count: count)
    outcome = outbox.outcome
    count = 0
  }

  /// Hands everything to the bus, or to the outbox's hold when the bus is full.
  mutating func finish() {
    if count > 0 { spill() }
  }
}
