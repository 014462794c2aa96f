package import EngineCore

extension RecentEvents {
  /// What the ring still has, for a frontend that starts: clients of before find their place again.
  /// Its oldest quarter is left out, as it may be overwritten any moment.
  package func kept() -> [Event] {
    let last = self.last
    let kept = UInt64(capacity / 4 * 3)
    var events: [Event] = []
    _ = self.events(from: max(first, last > kept ? last - kept + 1 : 1), through: last) {
      // What was overwritten meanwhile leaves a hole: the log begins behind it.
      if let before = events.last, $0.sequence != before.sequence + 1 { events = [] }
      events.append($0)
    }
    return events.last?.sequence == last ? events : []
  }
}
