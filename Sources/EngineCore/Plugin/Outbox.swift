internal import Synchronization

/// A plugin's way to the bus: a staging area that one call fills, and a bounded hold for what the
/// bus has no room for. Belongs to one runner; its counters may be read by any thread.
///
/// Invariant: `staging` has `stagingCapacity` slots and lives as long as the outbox; sinks write
/// below the capacity only.
@safe @usableFromInline
final class Outbox {
  @usableFromInline let staging: UnsafeMutablePointer<Event>
  @usableFromInline let stagingCapacity = 256
  /// What happens to the next event, as of the last flush.
  @usableFromInline private(set) var outcome = PublishOutcome.accepted
  /// The sequence of the last event that went out.
  private(set) var lastSequence: UInt64 = 0
  private let announcer: Announcer
  private let publisher: Publisher
  private var hold: EventQueue
  private let source: SourceID
  let metrics: OutboxMetrics
  /// Set when the plugin was abandoned: nothing of it goes out any more.
  let isRevoked = Atomic<Bool>(false)

  init(
    bus: Bus, announcer: Announcer, source: SourceID, role: PublisherRole, holdLimit: Int,
    metrics: OutboxMetrics
  ) {
    unsafe staging = .allocate(capacity: stagingCapacity)
    self.announcer = announcer
    self.source = source
    self.metrics = metrics
    publisher = bus.publisher(role: role)
    hold = EventQueue(limit: holdLimit)
  }

  deinit { unsafe staging.deallocate() }

  /// True while events wait for room.
  var isHolding: Bool { !hold.isEmpty }

  /// Publishes the first `count` staged events, or holds them back in order.
  @usableFromInline func flush(count: Int) {
    guard !isRevoked.load(ordering: .relaxed) else { return }
    stamp(count)
    // Safe: the sink filled the first `count` slots.
    let events = unsafe UnsafeBufferPointer(start: staging, count: count).span
    var published = 0
    if hold.isEmpty, announcer.announce() {
      published = publish(events)
    }
    guard published < count else { return }
    // A staging area is at most what the hold may exceed its limit by, so that what the plugin was
    // told is accepted or stalled is never refused afterwards.
    for index in published..<count { hold.append(events[index]) }
    updateOutcome()
  }

  /// Publishes events from where they are; those that find no room are held back in order, or
  /// refused. Some that name no source go by the staging area, where they get the plugin's.
  func publishAll(_ events: Span<Event>) {
    guard !isRevoked.load(ordering: .relaxed) else { return }
    guard Self.nameSources(events) else { return stageAll(events) }
    countKinds(of: events)
    var done = 0
    if hold.isEmpty, announcer.announce() { done = publish(events) }
    guard done < events.count else { return }
    while done < events.count, !hold.isFull {
      hold.append(events[done])
      done += 1
    }
    metrics.refused(UInt64(events.count - done))
    updateOutcome()
  }

  private func stageAll(_ events: Span<Event>) {
    var done = 0
    while done < events.count {
      guard outcome != .refused else { return metrics.refused(UInt64(events.count - done)) }
      let part = min(events.count - done, stagingCapacity)
      for index in 0..<part {
        // Safe: below the capacity.
        unsafe staging[index] = events[done + index]
      }
      flush(count: part)
      done += part
    }
  }

  private static func nameSources(_ events: Span<Event>) -> Bool {
    for index in 0..<events.count where events[index].lacksSource { return false }
    return true
  }

  /// Offers what is held back again. True when something moved.
  func drain() -> Bool {
    guard !hold.isEmpty, !isRevoked.load(ordering: .relaxed), announcer.announce() else {
      return false
    }
    var moved = 0
    hold.consume { events in
      moved = publish(events)
      return moved
    }
    updateOutcome()
    return moved > 0
  }

  private func publish(_ events: Span<Event>) -> Int {
    let run = publisher.publishRun(events)
    if run.count > 0 { lastSequence = run.last }
    metrics.published(UInt64(run.count))
    return run.count
  }

  /// Gives up what is still held back.
  func discard() {
    metrics.refused(UInt64(hold.count))
    hold = EventQueue(limit: hold.limit)
    updateOutcome()
  }

  private func updateOutcome() {
    metrics.held(UInt64(hold.count))
    outcome = hold.isEmpty ? .accepted : hold.isFull ? .refused : .stalled
  }

  /// Counts an event that was not taken.
  @usableFromInline func refuse() { metrics.refused(1) }

  /// Events that name no source get the plugin's. Counts the kinds.
  private func stamp(_ count: Int) {
    for index in 0..<count {
      // Safe: below the number of filled slots.
      unsafe staging[index].stampSource(source)
    }
    // Safe: as above.
    countKinds(of: unsafe UnsafeBufferPointer(start: staging, count: count).span)
  }

  private func countKinds(of events: Span<Event>) {
    var code: UInt8 = 0
    var run: UInt64 = 0
    for index in 0..<events.count {
      let next = events[index].kindCode
      if next != code {
        metrics.count(code, run)
        code = next
        run = 0
      }
      run &+= 1
    }
    metrics.count(code, run)
  }
}

extension Event {
  /// Trades, quotes, corrections and alerts that name no source get this one.
  @inlinable mutating func stampSource(_ source: SourceID) {
    if lacksSource { head |= UInt64(source.raw) << 16 }
  }

  @inlinable var lacksSource: Bool {
    guard scope == 0 else { return false }
    let code = kindCode
    return code == EventKind.trade.rawValue || code == EventKind.quote.rawValue
      || code == EventKind.correction.rawValue || code == EventKind.alert.rawValue
  }
}
