/// Finished bars of one series in order of time; the oldest give way.
struct BarHistoryRing: Sendable {
  private(set) var bars: [BarFold] = []
  /// The end of the newest bar that gave way; `min` as long as all are here.
  private(set) var forgottenEnd = Int64.min

  var last: BarFold? { bars.last }

  subscript(index: Int) -> BarFold {
    get { bars[index] }
    set { bars[index] = newValue }
  }

  /// The first index whose bar begins at or after that time.
  func index(from start: Int64) -> Int {
    // Nearly always one of the newest, which are in the caches; the middle is not.
    var high = bars.count
    let near = max(high - 4, 0)
    while high > near, bars[high - 1].start >= start { high -= 1 }
    if high > near { return high }
    var low = 0
    while low < high {
      let middle = (low + high) / 2
      if bars[middle].start < start { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Where the bar stands that begins at that time.
  func index(of start: Int64) -> Int? {
    let index = index(from: start)
    return index < bars.count && bars[index].start == start ? index : nil
  }

  mutating func insert(_ bar: BarFold, at index: Int) { bars.insert(bar, at: index) }

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

  /// What began before that time and is not here is unknown.
  mutating func forget(before time: Int64) { forgottenEnd = max(forgottenEnd, time) }

  mutating func mergeBar(at index: Int, _ piece: BarFold) { bars[index].merge(piece) }

  mutating func update(_ index: Int, _ body: (inout BarFold) -> Void) { body(&bars[index]) }
}
