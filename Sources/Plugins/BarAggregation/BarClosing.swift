internal import EngineCore

/// Closing the bars of one interval, the short way: each goes to the finished ones, into the
/// coarser bars that it feeds, and out.
struct BarClosing {
  let spec: Int
  let start: Int64
  let facts: BarSpecFacts
  /// How many cells each spec has.
  let rows: Int
  /// How many bars are kept.
  let history: Int
  let routes: [BarRoute]
  /// As in the aggregator, with its number of specs.
  let columns: Int
  let feeds: [UInt64]
  let slots: [Int32]
  let series: [BarSeries]

  /// Closes bars of instruments from a number on, in order, up to one that takes more than this.
  ///
  /// - Returns: the instrument of that one, nil when there is none.
  func close<Output: BarOutput & ~Copyable>(
    _ members: borrowing InstrumentSet, from first: Int, _ open: inout [BarFold],
    _ nodes: inout [TimeNode], _ archive: inout BarArchive, _ closed: inout Int,
    to output: inout Output
  ) -> Int? {
    var bars = open.mutableSpan
    var nodes = nodes.mutableSpan
    let routes = routes.span
    // Nearly always all instruments have the same specs.
    let common = feeds.count == columns ? feeds[spec] : nil
    var whole = Whole()
    var next = members.first(from: first)
    while let instrument = next {
      let row = Int(routes[instrument].row)
      let cell = spec &* rows &+ row
      let fed = common ?? feeds(instrument)
      guard bars[cell].start == start, bars[cell].count > 0,
        canMerge(fed, row, archive, bars, &nodes, &whole),
        archive.makeRoom(cell, after: start, limit: history)
      else { return instrument }
      let id = InstrumentID(UInt32(instrument))
      bars[cell].finish()
      bars[cell].isPublished = true
      let bar = bars[cell]
      bars[cell].clear()
      archive.append(bar, to: cell)
      merge(bar, fed, id, row, &bars, &nodes, &whole)
      closed += 1
      emit(bar, id, to: &output)
      next = members.first(from: instrument + 1)
    }
    return nil
  }

  /// The specs that those of an instrument feed.
  @inline(never)
  private func feeds(_ instrument: Int) -> UInt64 {
    feeds[series[Int(slots[instrument])].plan &* columns &+ spec]
  }

  /// The interval of a spec that this one is part of, the same for all instruments.
  private struct Whole {
    private var spec = -1
    private var interval: BarInterval?

    @inline(__always)
    mutating func interval(
      of spec: Int, at start: Int64, _ nodes: inout MutableSpan<TimeNode>
    ) -> BarInterval? {
      if spec != self.spec {
        self.spec = spec
        interval = nodes[spec].interval(at: start, after: .min)
      }
      return interval
    }
  }

  /// Whether the bars that are fed are open for this interval, or can simply be begun.
  @inline(__always)
  private func canMerge(
    _ fed: UInt64, _ row: Int, _ archive: borrowing BarArchive,
    _ bars: borrowing MutableSpan<BarFold>, _ nodes: inout MutableSpan<TimeNode>,
    _ whole: inout Whole
  ) -> Bool {
    var rest = fed
    while rest != 0 {
      let spec = rest.trailingZeroBitCount
      rest &= rest &- 1
      let cell = spec &* rows &+ row
      if bars[cell].contains(start) { continue }
      guard bars[cell].isNone, let interval = whole.interval(of: spec, at: start, &nodes),
        interval.start.nanoseconds > archive.histories[cell].newestStart
      else { return false }
    }
    return true
  }

  @inline(__always)
  private func merge(
    _ bar: BarFold, _ fed: UInt64, _ instrument: InstrumentID, _ row: Int,
    _ bars: inout MutableSpan<BarFold>, _ nodes: inout MutableSpan<TimeNode>,
    _ whole: inout Whole
  ) {
    var rest = fed
    while rest != 0 {
      let spec = rest.trailingZeroBitCount
      rest &= rest &- 1
      let cell = spec &* rows &+ row
      if !bars[cell].isNone {
        bars[cell].merge(bar)
      } else if let interval = whole.interval(of: spec, at: start, &nodes) {
        bars[cell] = bar.placed(in: interval)
        nodes[spec].register(instrument, interval)
      }
    }
  }

  @inline(__always)
  private func emit<Output: BarOutput & ~Copyable>(
    _ bar: BarFold, _ instrument: InstrumentID, to output: inout Output
  ) {
    output.emit(
      Event(
        Bar(
          bar, instrument: instrument, spec: facts.id,
          flags: start < facts.coverage ? .incompleteLeft : [])))
  }
}
