package import EngineCore

/// Where a subscription begins, as its client asks for it.
package enum FeedStart: Equatable, Sendable {
  /// With what comes from now on.
  case live
  /// With the newest values, then what comes.
  case snapshot
  /// With that event, or the next one that it wants.
  case position(epoch: UInt64, next: UInt64)
  /// With the first event whose time is not before.
  case time(Timestamp)
}

/// What came of it.
package struct FeedPlace: Equatable, Sendable {
  /// Whether a start in the past found all that was asked for.
  package enum Resume: Equatable, Sendable {
    case complete
    case partial
    case anotherEpoch
  }

  /// The first sequence that is sent.
  package var from: UInt64
  /// Where the subscription stands: where it was asked for.
  package var next: UInt64
  package var resume: Resume?
  /// What was asked for and is gone.
  package var missing: ClosedRange<UInt64>?
}

/// A position that does not exist yet.
package struct FutureSequence: Error {
  package var asked: UInt64
  package var next: UInt64
}

extension FeedHub {
  /// Finds the place of a subscription.
  ///
  /// - Parameter found: of a start at a time the place in the kept log, where it was looked for.
  package func place(
    of start: FeedStart, found: UInt64? = nil
  ) throws(FutureSequence) -> FeedPlace {
    switch start {
    case .live, .snapshot: FeedPlace(from: log.next, next: log.next)
    case .position(let epoch, let next): try resume(epoch: epoch, next: next)
    case .time(let time): begin(at: time, found)
    }
  }

  private func resume(epoch: UInt64, next: UInt64) throws(FutureSequence) -> FeedPlace {
    guard epoch == self.epoch else {
      let first = log.first
      return FeedPlace(
        from: first, next: 1, resume: .anotherEpoch, missing: first > 1 ? 1...first - 1 : nil)
    }
    guard next <= log.next else { throw FutureSequence(asked: next, next: log.next) }
    // Events are numbered from 1: 0 is all of them.
    let first = oldest
    let asked = max(next, 1)
    return FeedPlace(
      from: max(asked, first), next: asked, resume: asked < first ? .partial : .complete,
      missing: asked < first ? asked...first - 1 : nil)
  }

  private func begin(at time: Timestamp, _ found: UInt64?) -> FeedPlace {
    let first = found == nil ? log.first : oldest
    let start = found.map { (next: $0, isComplete: $0 > first) } ?? self.start(at: time)
    guard !start.isComplete, first > 1 else {
      return FeedPlace(from: start.next, next: start.next, resume: .complete)
    }
    // Nothing that is kept is older: what is gone may have been asked for.
    return FeedPlace(from: first, next: 1, resume: .partial, missing: 1...first - 1)
  }

  /// Whether a start has to be looked for in the kept log, away from the event loop
  /// (`LogStore.position(at:)`).
  package func needsLookup(_ start: FeedStart) -> Bool {
    guard case .time(let time) = start, past != nil, oldest < log.first else { return false }
    return !self.start(at: time).isComplete
  }
}
