public import EngineCore

/// Closing bars when the watermark has passed their end.
extension BarAggregator {
  /// The time up to which everything has come.
  public var watermarkTime: Timestamp { Timestamp(nanoseconds: watermark.value) }

  /// Closes what is complete.
  mutating func close<Output: BarOutput & ~Copyable>(to output: inout Output) {
    let value = watermark.update()
    if !reorder.isEmpty { release(before: value, to: &output) }
    complete(through: value, to: &output)
  }

  /// Closes everything that there is: the end of a file.
  public mutating func finish<Output: BarOutput & ~Copyable>(to output: inout Output) {
    release(before: .max, to: &output)
    var last = Int64.min
    for node in order where facts[node].isTime {
      // Finer bars may still open coarser ones.
      for index in series.indices where !open[cell(node, index)].isNone {
        finish(node, index, to: &output)
      }
      last = max(last, nodes[node].pending.last?.end ?? .min)
    }
    guard last > .min else { return }
    complete(through: last.saturatingAdd(options.latenessNanos), to: &output)
  }

  /// Completes intervals in the order of their ends; of several with one end, feeders first.
  private mutating func complete<Output: BarOutput & ~Copyable>(
    through value: Int64, to output: inout Output
  ) {
    let bound = value.saturatingSubtract(options.latenessNanos)
    if nextEnd <= bound { sortRows() }
    while nextEnd <= bound, value != .min {
      let end = nextEnd
      for node in order where nodes[node].nextEnd == end && facts[node].isTime {
        completeNext(node, bound, to: &output)
      }
      refreshNextEnd()
    }
    refreshAlarm()
  }

  mutating func refreshNextEnd() {
    nextEnd = .max
    for node in order where facts[node].isTime { nextEnd = min(nextEnd, nodes[node].nextEnd) }
    refreshAlarm()
  }

  /// When the watermark means something next.
  mutating func refreshAlarm() {
    watermark.alarm = nextEnd.saturatingAdd(options.latenessNanos)
    if let first = reorder.firstTime {
      watermark.alarm = min(watermark.alarm, first.saturatingAdd(1))
    }
  }

  /// Completes the interval at a node's frontier, or all empty ones up to the next with a bar.
  private mutating func completeNext<Output: BarOutput & ~Copyable>(
    _ node: Int, _ bound: Int64, to output: inout Output
  ) {
    let frontier = nodes[node].frontier
    if let first = nodes[node].pending.first, first.start < nodes[node].nextEnd {
      let pending = nodes[node].takePending()
      let bars = closeBars(of: pending, node, to: &output)
      tell(node, max(frontier, pending.start), pending.end, bars, to: &output)
      nodes[node].advance(to: pending.end)
      nodes[node].recycle(pending)
      return
    }
    var end = nodes[node].nextEnd
    if end < bound {
      // The last boundary up to which nothing is there.
      let time = Timestamp(nanoseconds: bound)
      if let interval = nodes[node].grid.interval(at: time) {
        end = max(end, interval.start.nanoseconds)
      }
      end = min(end, max(nodes[node].pending.first?.start ?? .max, nodes[node].nextEnd))
    }
    tell(node, frontier, end, 0, to: &output)
    nodes[node].advance(to: end)
  }

  /// - Returns: how many there were.
  private mutating func closeBars<Output: BarOutput & ~Copyable>(
    of pending: borrowing TimeNode.Pending, _ node: Int, to output: inout Output
  ) -> Int {
    var bars = 0
    var first = 0
    while true {
      // Made anew each time, as what it holds may change meanwhile.
      let closing = BarClosing(
        spec: node, start: pending.start, facts: facts[node], rows: rows,
        history: options.history, routes: routes, columns: specs.count, feeds: feeds,
        slots: slots, series: series)
      var closed = 0
      let next = closing.close(
        pending.members, from: first, &open, &nodes, &archive, &closed, to: &output)
      counters.closed += UInt64(closed)
      bars += closed
      guard let next else { return bars }
      if closeBar(node, Int(slots[next]), start: pending.start, to: &output) { bars += 1 }
      first = next + 1
    }
  }

  private func tell<Output: BarOutput & ~Copyable>(
    _ node: Int, _ start: Int64, _ end: Int64, _ bars: Int, to output: inout Output
  ) {
    output.emit(
      Event(
        Watermark(
          scope: .spec, id: facts[node].id.raw, start: Timestamp(nanoseconds: start),
          end: Timestamp(nanoseconds: end), bars: UInt32(clamping: bars),
          empty: UInt32(clamping: facts[node].seriesCount - bars))))
  }

  /// False when there is no such bar any more.
  private mutating func closeBar<Output: BarOutput & ~Copyable>(
    _ node: Int, _ index: Int, start: Int64, to output: inout Output
  ) -> Bool {
    let cell = cell(node, index)
    if open[cell].start == start { finish(node, index, to: &output) }
    guard let place = archive.place(cell, of: start), archive[cell, place].state == .open
    else { return false }
    closeBar(node, index, place, to: &output)
    return archive[cell, place].count > 0
  }

  mutating func closeBar<Output: BarOutput & ~Copyable>(
    _ node: Int, _ index: Int, _ place: Int, to output: inout Output
  ) {
    // Of a bar whose trades were all cancelled nobody needs to know that nobody knew of.
    let cell = cell(node, index)
    archive.update(cell, place) { bar in
      bar.finish()
      bar.isPublished = bar.isPublished || bar.count > 0
    }
    let bar = archive[cell, place]
    guard bar.isPublished else { return }
    counters.closed += 1
    emit(bar, node, index, to: &output)
  }
}

extension BarAggregator {
  /// When the next bar closes, in time of the ticks; nil while there are none.
  public var nextClose: Timestamp? {
    nextEnd == .max ? nil : Timestamp(nanoseconds: nextEnd.saturatingAdd(options.latenessNanos))
  }

  /// Whether some source's ticks are about as old as the way they came.
  public var isLive: Bool { watermark.isLive }
}
