/// Putting the end of a kept log back into the ring, before anyone uses the bus.
extension Bus {
  /// Makes room for what was published from a sequence on. Until they are stored, and if they were
  /// not kept, positions hold an event of no kind, which no reader is shown.
  func refill(from first: UInt64) {
    let last = published.relaxed()
    precondition(first > 0 && last - first < UInt64(capacity), "the ring holds the end of the log")
    var sequence = first
    while sequence <= last {
      ring.store(Event(), at: sequence)
      sequence += 1
    }
    base.storeRelaxed(first)
  }

  /// Stores events at their sequences.
  func refill(_ events: Span<Event>) {
    let (first, last) = (base.relaxed(), published.relaxed())
    for index in 0..<events.count {
      let sequence = events[index].sequence
      if sequence >= first, sequence <= last { ring.store(events[index], at: sequence) }
    }
  }

  /// Puts as much of the log's end back as the ring holds.
  func refill(from store: any LogStore) throws(PluginError) {
    let last = lastSequence
    guard last > 0 else { return }
    let first = max(store.firstSequence, last >= UInt64(capacity) ? last - UInt64(capacity) + 1 : 1)
    guard first <= last else { return }
    refill(from: first)
    try store.read(from: first, through: last, .everything) { events in
      refill(events)
      return true
    }
  }
}

/// A log that is read again: its events stand where they stood. Nobody else uses the bus.
extension Bus {
  /// Stores an event at its position, which is behind all others.
  func extend(with event: Event) {
    extend(through: event.sequence - 1)
    claimed.storeRelaxed(event.sequence)
    ring.store(event, at: event.sequence)
    published.storeRelaxed(event.sequence)
    if base.relaxed() > event.sequence { base.storeRelaxed(event.sequence) }
  }

  /// Goes on to a position before which nothing more was kept.
  func extend(through last: UInt64) {
    let first = published.relaxed() + 1
    guard first <= last else { return }
    // Of a long hole the end is all that the ring has.
    var sequence = last - first >= UInt64(capacity) ? last - UInt64(capacity) + 1 : first
    claimed.storeRelaxed(last)
    while sequence <= last {
      ring.store(Event(), at: sequence)
      sequence += 1
    }
    published.storeRelaxed(last)
  }
}
