/// Finished bars of one series that are not cut by time, in their order; the oldest give way.
struct BarHistoryRing: Sendable {
  private(set) var bars: [BarFold] = []
  /// The end of the newest bar that gave way; `min` as long as all are here.
  private(set) var forgottenEnd = Int64.min

  subscript(index: Int) -> BarFold { bars[index] }

  mutating func append(_ bar: BarFold) { bars.append(bar) }

  /// How many of the oldest have to go before the next one is appended. They go in pieces, so that
  /// the others are not moved each time.
  func overflow(limit: Int) -> Int {
    bars.count < limit + max(limit / 4, 4) ? 0 : bars.count - limit
  }

  mutating func removeOldest(_ count: Int) {
    forgottenEnd = bars[count - 1].end
    bars.removeSubrange(0..<count)
  }

  mutating func update(_ index: Int, _ body: (inout BarFold) -> Void) { body(&bars[index]) }
}
