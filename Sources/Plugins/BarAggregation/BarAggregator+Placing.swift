internal import EngineCore

/// Where ticks go that do not fall into the open bar.
extension BarAggregator {
  /// A tick that begins a bar, or that is out of order.
  @inline(never)
  mutating func place<Output: BarOutput & ~Copyable>(
    _ tick: BarTick, _ node: Int, _ index: Int, to output: inout Output
  ) {
    if nodes[node].frontier == .max { beginAll(at: tick.time) }
    let time = Timestamp(nanoseconds: tick.time)
    guard let interval = nodes[node].grid.interval(at: time) else {
      counters.outsideDropped += 1
      return
    }
    if interval.end.nanoseconds <= nodes[node].frontier,
      tick.time < watermark.value.saturatingSubtract(options.amendNanos)
    {
      lateness = .dropped
      return
    }
    absorb(BarFold(tick, interval), interval, node, index, reason: .late, to: &output)
  }

  /// Nothing was complete before the first tick, as far as anyone knows.
  private mutating func beginAll(at time: Int64) {
    let start = time.saturatingSubtract(options.disorderNanos)
    for node in order where facts[node].isTime && nodes[node].frontier == .max {
      nodes[node].begin(at: start)
      if !options.coversPast, facts[node].coverage == .min { facts[node].coverage = time }
    }
    refreshNextEnd()
  }

  /// Adds a piece to the bar of its interval, whatever state that is in.
  ///
  /// What goes into a finished bar goes on to those that it feeds, as they have taken it in
  /// already; what goes into an open one they get when it is finished.
  mutating func absorb<Output: BarOutput & ~Copyable>(
    _ piece: BarFold, _ interval: BarInterval, _ node: Int, _ index: Int, reason: BarReason,
    to output: inout Output
  ) {
    let start = interval.start.nanoseconds
    let open = nodes[node].folds[index]
    if open.start == start {
      nodes[node].folds[index].merge(piece)
      return
    }
    let newest = open.isNone ? nodes[node].histories[index].last?.start ?? .min : open.start
    if start > newest, interval.end.nanoseconds > nodes[node].frontier {
      if !open.isNone { finish(node, index, to: &output) }
      nodes[node].folds[index] = piece.placed(in: interval)
      register(node, index, interval)
      return
    }
    amend(piece, interval, node, index, reason: reason, to: &output)
    feed(piece, from: node, index, reason: reason, to: &output)
  }

  private mutating func register(_ node: Int, _ index: Int, _ interval: BarInterval) {
    nodes[node].register(
      series[index].instrument, start: interval.start.nanoseconds,
      end: interval.end.nanoseconds)
  }

  /// The open bar is over: it goes to the finished ones and into those that it feeds.
  mutating func finish<Output: BarOutput & ~Copyable>(
    _ node: Int, _ index: Int, to output: inout Output
  ) {
    let fold = nodes[node].folds[index]
    nodes[node].folds[index] = .none
    if let last = nodes[node].histories[index].last, last.start > fold.start {
      let place = nodes[node].histories[index].index(from: fold.start)
      nodes[node].histories[index].insert(fold, at: place)
    } else {
      let forgotten = nodes[node].histories[index].overflow(limit: options.history)
      if forgotten > 0 { forget(forgotten, node, index, to: &output) }
      nodes[node].histories[index].append(fold)
    }
    feed(fold, from: node, index, reason: .late, to: &output)
  }

  /// Gives up the oldest bars. One that still waits for the watermark is closed now: better early
  /// than never.
  private mutating func forget<Output: BarOutput & ~Copyable>(
    _ count: Int, _ node: Int, _ index: Int, to output: inout Output
  ) {
    for place in 0..<count where nodes[node].histories[index][place].state == .open {
      closeBar(node, index, place, to: &output)
    }
    nodes[node].histories[index].removeOldest(count)
  }

  private mutating func feed<Output: BarOutput & ~Copyable>(
    _ piece: BarFold, from node: Int, _ index: Int, reason: BarReason, to output: inout Output
  ) {
    var fed = plans[series[index].plan].fed[node]
    while fed != 0 {
      let next = fed.trailingZeroBitCount
      fed &= fed &- 1
      let time = Timestamp(nanoseconds: piece.start)
      guard let interval = nodes[next].grid.interval(at: time) else {
        counters.outsideDropped += UInt64(piece.count)
        continue
      }
      absorb(piece, interval, next, index, reason: reason, to: &output)
    }
  }

  /// Adds a piece to a finished bar, or makes one where there was none.
  private mutating func amend<Output: BarOutput & ~Copyable>(
    _ piece: BarFold, _ interval: BarInterval, _ node: Int, _ index: Int, reason: BarReason,
    to output: inout Output
  ) {
    let start = interval.start.nanoseconds
    let isClosed = interval.end.nanoseconds <= nodes[node].frontier
    if let place = nodes[node].histories[index].index(of: start) {
      nodes[node].histories[index].mergeBar(at: place, piece)
      if isClosed { publishAmended(node, index, place, reason, to: &output) }
      return
    }
    guard start >= nodes[node].histories[index].forgottenEnd else {
      if lateness == .none { lateness = .forgotten }
      return
    }
    let place = nodes[node].histories[index].index(from: start)
    nodes[node].histories[index].insert(piece.placed(in: interval), at: place)
    if isClosed {
      publishAmended(node, index, place, reason, to: &output)
    } else {
      register(node, index, interval)
    }
  }

  /// A closed bar has other values now.
  mutating func publishAmended<Output: BarOutput & ~Copyable>(
    _ node: Int, _ index: Int, _ place: Int, _ reason: BarReason, to output: inout Output
  ) {
    nodes[node].histories[index].update(place) { bar in
      bar.state = bar.count == 0 ? .void : .amended
      bar.reason = reason
      bar.revision = bar.revision == .max ? .max : bar.revision + 1
      bar.isPublished = true
    }
    let bar = nodes[node].histories[index][place]
    if bar.state == .void { counters.voided += 1 } else { counters.amended += 1 }
    if reason == .late { lateness = .amended }
    emit(bar, node, index, to: &output)
  }
}
