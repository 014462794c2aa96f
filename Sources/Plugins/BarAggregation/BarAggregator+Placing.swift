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
      omit(tick.sequence...tick.sequence)
      feedOpen(BarFold(tick, interval), from: node, index, to: &output)
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
    let cell = cell(node, index)
    if open[cell].start == start {
      open[cell].merge(piece)
      return
    }
    let isNone = open[cell].isNone
    let newest = isNone ? archive.histories[cell].newestStart : open[cell].start
    if start > newest, interval.end.nanoseconds > nodes[node].frontier {
      if !isNone { finish(node, index, to: &output) }
      open[cell] = piece.placed(in: interval)
      register(node, index, interval)
      return
    }
    amend(piece, interval, node, index, reason: reason, to: &output)
    feed(piece, from: node, index, reason: reason, to: &output)
  }

  private mutating func register(_ node: Int, _ index: Int, _ interval: BarInterval) {
    nodes[node].register(series[index].instrument, interval)
  }

  /// The open bar is over: it goes to the finished ones and into those that it feeds.
  mutating func finish<Output: BarOutput & ~Copyable>(
    _ node: Int, _ index: Int, to output: inout Output
  ) {
    let cell = cell(node, index)
    let fold = open[cell]
    open[cell].clear()
    if archive.histories[cell].newestStart > fold.start {
      archive.insert(fold, in: cell, at: archive.place(cell, from: fold.start))
    } else {
      makeRoom(node, index, to: &output)
      archive.append(fold, to: cell)
    }
    feed(fold, from: node, index, reason: .late, to: &output)
  }

  /// Gives up the oldest bars when there are too many. One that still waits for the watermark is
  /// closed now: better early than never.
  @inline(__always)
  mutating func makeRoom<Output: BarOutput & ~Copyable>(
    _ node: Int, _ index: Int, to output: inout Output
  ) {
    let count = archive.histories[cell(node, index)].overflow(limit: options.history)
    if count > 0 { forget(count, node, index, to: &output) }
  }

  @inline(never)
  private mutating func forget<Output: BarOutput & ~Copyable>(
    _ count: Int, _ node: Int, _ index: Int, to output: inout Output
  ) {
    let cell = cell(node, index)
    if archive.histories[cell].waiting > 0 {
      for place in 0..<count where archive[cell, place].state == .open {
        closeBar(node, index, place, to: &output)
      }
    }
    archive.removeOldest(count, of: cell)
  }

  /// Hands a piece on to the coarser bars that a spec feeds.
  mutating func feed<Output: BarOutput & ~Copyable>(
    _ piece: BarFold, from node: Int, _ index: Int, reason: BarReason, to output: inout Output
  ) {
    var fed = feeds[series[index].plan &* specs.count &+ node]
    while fed != 0 {
      let next = fed.trailingZeroBitCount
      fed &= fed &- 1
      // Whatever holds the beginning holds it all.
      if open[cell(next, index)].contains(piece.start) {
        open[cell(next, index)].merge(piece)
        continue
      }
      let time = Timestamp(nanoseconds: piece.start)
      guard let interval = nodes[next].grid.interval(at: time) else {
        counters.outsideDropped += UInt64(piece.count)
        continue
      }
      absorb(piece, interval, next, index, reason: reason, to: &output)
    }
  }

  /// Hands a tick that is too old for closed bars on to coarser ones that are open.
  private mutating func feedOpen<Output: BarOutput & ~Copyable>(
    _ piece: BarFold, from node: Int, _ index: Int, to output: inout Output
  ) {
    var fed = feeds[series[index].plan &* specs.count &+ node]
    while fed != 0 {
      let next = fed.trailingZeroBitCount
      fed &= fed &- 1
      let time = Timestamp(nanoseconds: piece.start)
      guard let interval = nodes[next].grid.interval(at: time) else { continue }
      if interval.end.nanoseconds > nodes[next].frontier {
        absorb(piece, interval, next, index, reason: .late, to: &output)
      } else {
        feedOpen(piece, from: next, index, to: &output)
      }
    }
  }

  /// Adds a piece to a finished bar, or makes one where there was none.
  private mutating func amend<Output: BarOutput & ~Copyable>(
    _ piece: BarFold, _ interval: BarInterval, _ node: Int, _ index: Int, reason: BarReason,
    to output: inout Output
  ) {
    let start = interval.start.nanoseconds
    let isClosed = interval.end.nanoseconds <= nodes[node].frontier
    let cell = cell(node, index)
    if let place = archive.place(cell, of: start) {
      archive.update(cell, place) { $0.merge(piece) }
      if isClosed { publishAmended(node, index, place, reason, to: &output) }
      return
    }
    guard start >= archive.histories[cell].forgottenEnd else {
      if lateness == .none { lateness = .forgotten }
      omit(piece.firstSequence...piece.lastSequence, count: piece.count)
      return
    }
    let place = archive.place(cell, from: start)
    archive.insert(piece.placed(in: interval), in: cell, at: place)
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
    let cell = cell(node, index)
    archive.update(cell, place) { bar in
      bar.state = bar.count == 0 ? .void : .amended
      bar.reason = reason
      bar.revise()
      bar.isPublished = true
    }
    let bar = archive[cell, place]
    if bar.state == .void { counters.voided += 1 } else { counters.amended += 1 }
    if reason == .late { lateness = .amended }
    emit(bar, node, index, to: &output)
  }
}
