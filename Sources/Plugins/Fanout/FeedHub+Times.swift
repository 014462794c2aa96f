internal import EngineCore

/// Starts at a time.
extension FeedHub {
  /// The first event that is kept whose time is not before a time, or the next one that comes when
  /// there is none. Complete when something older is kept, or nothing was ever forgotten.
  func start(at time: Timestamp) -> (next: UInt64, isComplete: Bool) {
    seal()
    var hasOlder = log.first <= 1
    for segment in log.kept {
      guard let times = segment.times(format) else { continue }
      // Of segments that are all older not a record is looked at: each is read once in its life.
      guard times.latest >= time else {
        hasOlder = true
        continue
      }
      let found = segment.firstRecord(format) { $0 >= time }
      hasOlder = hasOlder || times.first < time
      return (found ?? segment.first, hasOlder)
    }
    return (log.next, hasOlder)
  }
}

extension LogSegment {
  /// The sequence of the first event whose own time fulfils a condition.
  func firstRecord(
    _ format: any FeedFormat, where condition: (Timestamp) -> Bool
  ) -> UInt64? {
    var found: UInt64?
    format.forEachEvent(in: self, from: 0) { event in
      guard event.sequence > 0, let time = event.ownTime, condition(time) else { return true }
      found = event.sequence
      return false
    }
    return found
  }

  /// The time of its first event that has one, and the latest of all. Of a sealed segment; found
  /// out when it is first asked for.
  func times(_ format: any FeedFormat) -> Times? {
    if hasLookedForTimes { return knownTimes }
    _ = firstRecord(format) { time in
      knownTimes = Times(
        first: knownTimes?.first ?? time, latest: max(knownTimes?.latest ?? time, time))
      return false
    }
    hasLookedForTimes = true
    return knownTimes
  }
}

extension Event {
  /// When it happened, for kinds that say so.
  fileprivate var ownTime: Timestamp? {
    switch kind {
    case .trade: trade.eventTime
    case .quote: quote.eventTime
    case .bar: bar.end
    case .alert: alert.eventTime
    case .status: status.time
    case .watermark: watermark.end
    case .gap: gap.time
    case .time: engineTime.time
    case .command: command.time
    case .correction, .definition: nil
    }
  }
}
