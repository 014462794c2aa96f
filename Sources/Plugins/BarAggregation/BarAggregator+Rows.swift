internal import EngineCore

/// Where the bars of series are in memory.
extension BarAggregator {
  /// Gives every spec so many cells, and puts them in the order of the instruments' ids, in which
  /// intervals are closed. Ticks move from one cell to the other; what is closed is read from
  /// beginning to end.
  @inline(never)
  mutating func layOut(rows count: Int) {
    let sorted = slots.filter { $0 >= 0 }.map { Int($0) }
    var bars: [BarFold] = []
    var histories: [BarHistory] = []
    bars.reserveCapacity(specs.count * count)
    histories.reserveCapacity(specs.count * count)
    for spec in specs.indices {
      for index in sorted {
        bars.append(open[cell(spec, index)])
        histories.append(archive.histories[cell(spec, index)])
      }
      let free = count - sorted.count
      bars += repeatElement(.none, count: free)
      histories += repeatElement(BarHistory(step: facts[spec].step), count: free)
    }
    open = bars
    archive.histories = histories
    rows = count
    unsortedRows = 0
    for (row, index) in sorted.enumerated() {
      series[index].row = Int32(row)
      route(index, plans[series[index].plan])
    }
  }

  /// Sorts the rows again when there are many new ones.
  @inline(__always)
  mutating func sortRows() {
    if unsortedRows &* 8 > series.count { layOut(rows: rows) }
  }

  /// Tells ticks of a series where to go.
  mutating func route(_ index: Int, _ plan: BarSpecPlan) {
    let one = series[index]
    routes[Int(one.instrument.raw)] = BarRoute(plan, facts, row: one.row, rows: rows)
  }

  /// Adds cells for one more spec, the last one.
  mutating func widen(step: Int64) {
    open += repeatElement(.none, count: rows)
    archive.histories += repeatElement(BarHistory(step: step), count: rows)
  }

  /// Empties the cells of a spec.
  mutating func clear(_ spec: Int, step: Int64) {
    for cell in spec * rows..<(spec + 1) * rows {
      open[cell] = .none
      archive.clear(cell, step: step)
    }
  }
}
