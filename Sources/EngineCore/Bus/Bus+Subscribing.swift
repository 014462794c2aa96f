internal import Synchronization

/// Why there is no subscription.
public enum SubscribeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `Bus.readersMax` readers exist.
  case tooManyReaders

  public var description: String {
    switch self {
    case .tooManyReaders: "the bus has \(Bus.readersMax) readers, the most it can have"
    }
  }
}

extension Bus {
  /// A new reader.
  ///
  /// - Parameters:
  ///   - nameID: the name as a text, for the gaps that it is told.
  ///   - isDeriving: it publishes what it makes of the events, so sources keep a distance.
  ///   - behind: readers that it stays behind.
  ///   - missing: why what is gone before its start is gone.
  public func subscribe(
    _ request: SubscriptionRequest, name: String, nameID: TextID = .none,
    isDeriving: Bool = false, behind: [Subscription] = [], missing: GapReason = .unavailable,
    clock: any EngineClock = SystemClock()
  ) throws(SubscribeError) -> Subscription {
    // With the publishers' lock no limit can be computed from the readers of before.
    acquireLock()
    defer { lock.release(0) }
    let last = published.relaxed()
    let (position, lost) = start(request.start, last: last)
    let gap = lost.map { lost in
      Gap(
        subscriber: nameID, reason: missing, first: lost.lowerBound, last: lost.upperBound,
        count: UInt64(lost.count), time: clock.now())
    }
    let cell: Int? = withReaders { readers in
      guard let cell = readers.freeCells.popLast() else { return nil }
      cells[cell].release(position)
      if request.policy == .lossless {
        readers.gates.append(ReaderTable.Gate(cell: cell, isDeriving: isDeriving))
      }
      return cell
    }
    guard let cell else { throw .tooManyReaders }
    if request.policy == .lossless, position < last {
      limit.storeRelaxed(min(limit.relaxed(), position + UInt64(capacity)))
      sourceLimit.storeRelaxed(min(sourceLimit.relaxed(), position + UInt64(capacity)))
    }
    let subscription = Subscription(
      bus: self, name: name, nameID: nameID, request: request, cell: cell, position: position,
      barriers: behind.map(\.cursor), clock: clock)
    subscription.pendingGap = gap
    if let gap { subscription.metrics.dropped(gap.count) }
    return subscription
  }

  /// Where a reader begins, and what it has missed by then.
  private func start(
    _ start: StartPosition, last: UInt64
  ) -> (position: UInt64, lost: ClosedRange<UInt64>?) {
    let oldest = firstSequence - 1
    switch start {
    case .live: return (last, nil)
    case .oldest: return (oldest, nil)
    case .after(let epoch, let sequence):
      if epoch == self.epoch, sequence >= oldest, sequence <= last { return (sequence, nil) }
      // Of another log nothing is known but where this one begins.
      let isKnown = epoch == self.epoch && sequence < oldest
      let first = isKnown ? sequence + 1 : 1
      let position = epoch == self.epoch && sequence > last ? last : oldest
      return (position, position >= first ? first...position : nil)
    }
  }

  func remove(_ subscription: Subscription, reusesCell: Bool = true) {
    withReaders { readers in
      readers.gates.removeAll { $0.cell == subscription.cell }
      // Whoever stays behind this reader waits no longer.
      cells[subscription.cell].release(.max)
      if reusesCell { readers.freeCells.insert(subscription.cell, at: 0) }
    }
    wakeWaiting()
  }
}
