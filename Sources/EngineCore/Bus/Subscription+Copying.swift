internal import Synchronization

/// Readers that do not hold the ring: they copy what they want and look afterwards whether it was
/// still there.
extension Subscription {
  @usableFromInline
  func pollCopying<Failure: Error>(
    _ body: (borrowing Span<Event>) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    if let gap = pendingGap {
      pendingGap = nil
      try tell(gap, body)
      return 1
    }
    guard !isClosed else { return 0 }
    let end = self.end
    guard end > position else { return 0 }
    if let lost = lostBeforeReading() { return try jump(past: lost, body) }
    return conflator == nil ? try copyNext(to: end, body) : try conflateAll(to: end, body)
  }

  /// Sequences below this may have been overwritten.
  private var firstSafe: UInt64 {
    let claimed = bus.claimed.relaxed()
    let capacity = UInt64(bus.capacity)
    return claimed >= capacity ? claimed - capacity + 1 : 1
  }

  private func lostBeforeReading() -> UInt64? {
    let safe = firstSafe
    return position + 1 < safe ? safe - 1 : nil
  }

  /// Skips what is lost, and an eighth of the ring more, so that it does not happen again at once.
  private func jump<Failure: Error>(
    past lost: UInt64, _ body: (borrowing Span<Event>) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let target = max(lost, min(lost + UInt64(bus.capacity / 8), end))
    let gap = Gap(
      subscriber: nameID, reason: policy == .disconnect ? .disconnected : .overrun,
      first: position + 1, last: target, count: target - position, time: clock.now())
    metrics.dropped(gap.count)
    let passed = Int(target - position)
    move(to: target)
    if policy == .disconnect { close() }
    try tell(gap, body)
    return passed
  }

  private func tell<Failure: Error>(
    _ gap: Gap, _ body: (borrowing Span<Event>) throws(Failure) -> Void
  ) throws(Failure) {
    scratch.removeAll()
    scratch.append(Event(gap))
    try body(scratch.span)
  }

  private func move(to sequence: UInt64) {
    let old = position
    position = sequence
    cursor.release(sequence)
    bus.cursorMoved(from: old, to: sequence)
  }

  private func copyNext<Failure: Error>(
    to end: UInt64, _ body: (borrowing Span<Event>) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let first = position + 1
    scratch.removeAll()
    var sequence = first
    // Looks at more than it takes, so that a narrow interest does not mean many tiny steps.
    let last = min(end, position + UInt64(max(scratch.capacity, 1024)))
    while sequence <= last, scratch.count < scratch.capacity {
      if interest.matches(head: bus.ring.head(at: sequence)) {
        var event = bus.ring.copy(at: sequence)
        event.sequence = sequence
        scratch.append(event)
      }
      sequence += 1
    }
    atomicMemoryFence(ordering: .acquiring)
    let safe = firstSafe
    if safe > first { return try jump(past: safe - 1, body) }
    move(to: sequence - 1)
    if scratch.count > 0 {
      metrics.delivered(UInt64(scratch.count))
      try body(scratch.span)
    }
    return Int(sequence - first)
  }

  /// Takes in everything that is there, then hands over the merged state.
  private func conflateAll<Failure: Error>(
    to end: UInt64, _ body: (borrowing Span<Event>) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    let first = position + 1
    var passed = 0
    while position < end {
      let start = position + 1
      let last = min(end, position + 256)
      scratch.removeAll()
      var sequence = start
      while sequence <= last, scratch.count < scratch.capacity {
        if interest.matches(head: bus.ring.head(at: sequence)) {
          var event = bus.ring.copy(at: sequence)
          event.sequence = sequence
          scratch.append(event)
        }
        sequence += 1
      }
      atomicMemoryFence(ordering: .acquiring)
      let safe = firstSafe
      if safe > start {
        // What was merged before is good; the gap is told after it.
        if passed > 0 { break }
        return try jump(past: safe - 1, body)
      }
      for index in 0..<scratch.count { conflator?.merge(scratch[index]) }
      move(to: sequence - 1)
      passed = Int(sequence - first)
    }
    try handOver(body)
    return passed
  }

  private func handOver<Failure: Error>(
    _ body: (borrowing Span<Event>) throws(Failure) -> Void
  ) throws(Failure) {
    guard let merged = conflator?.take() else { return }
    metrics.conflated(UInt64(merged.mergedCount))
    metrics.delivered(UInt64(merged.events.count))
    var index = 0
    while index < merged.events.count {
      scratch.removeAll()
      while index < merged.events.count, scratch.count < scratch.capacity {
        scratch.append(merged.events[index])
        index += 1
      }
      try body(scratch.span)
    }
  }
}
