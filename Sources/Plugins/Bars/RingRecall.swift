internal import BarAggregation
internal import EngineCore

/// Ticks of the past from the ring.
struct RingRecall: TickRecall {
  let recent: RecentEvents
  /// Earlier positions count as gone, whether they are or not.
  let floor: UInt64
  let isAllowed: (SourceID) -> Bool

  func events(from first: UInt64, through last: UInt64, _ body: (Event) -> Void) -> Bool {
    let isThere = recent.events(from: max(first, floor), through: last) { event in
      let isTick = event.kind == .trade || event.kind == .quote
      if !isTick || isAllowed(event.source) { body(event) }
    }
    return isThere && first >= floor
  }
}
