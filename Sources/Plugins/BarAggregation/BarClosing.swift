internal import EngineCore

/// Closing the bars of one interval, the short way: each goes to the finished ones, into the
/// coarser bars that it feeds, and out.
struct BarClosing {
  let spec: Int
  let start: Int64
  let facts: BarSpecFacts
  /// How many specs there are.
  let columns: Int
  /// How many bars are kept.
  let history: Int
  let slots: [Int32]
  let series: [BarSeries]
  let feeds: [UInt64]

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
    let (slots, series, feeds) = (slots.span, series.span, feeds.span)
    var next = members.first(from: first)
    while let instrument = next {
      let index = Int(slots[instrument])
      let firstCell = index &* columns
      let cell = firstCell &+ spec
      let fed = feeds[series[index].plan &* columns &+ spec]
      guard bars[cell].start == start, bars[cell].count > 0,
        begin(fed, firstCell, series[index].instrument, archive, &bars, &nodes),
        archive.makeRoom(cell, after: start, limit: history)
      else { return instrument }
      bars[cell].finish()
      bars[cell].isPublished = true
      let bar = bars[cell]
      bars[cell].clear()
      archive.append(bar, to: cell)
      Self.merge(bar, fed, &bars, firstCell)
      closed += 1
      emit(bar, series[index].instrument, to: &output)
      next = members.first(from: instrument + 1)
    }
    return nil
  }

  /// Sees to it that the bars that are fed are open for this interval: empty ones where none is.
  /// False when one of them takes more.
  @inline(__always)
  private func begin(
    _ fed: UInt64, _ firstCell: Int, _ instrument: InstrumentID, _ archive: borrowing BarArchive,
    _ bars: inout MutableSpan<BarFold>, _ nodes: inout MutableSpan<TimeNode>
  ) -> Bool {
    var rest = fed
    while rest != 0 {
      let spec = rest.trailingZeroBitCount
      rest &= rest &- 1
      let cell = firstCell &+ spec
      if bars[cell].contains(start) { continue }
      guard bars[cell].isNone,
        let interval = nodes[spec].interval(
          at: start, after: archive.histories[cell].newestStart)
      else { return false }
      bars[cell] = BarFold.none.placed(in: interval)
      nodes[spec].register(instrument, interval)
    }
    return true
  }

  @inline(__always)
  private static func merge(
    _ bar: BarFold, _ specs: UInt64, _ bars: inout MutableSpan<BarFold>, _ firstCell: Int
  ) {
    var rest = specs
    while rest != 0 {
      bars[firstCell &+ rest.trailingZeroBitCount].merge(bar)
      rest &= rest &- 1
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
