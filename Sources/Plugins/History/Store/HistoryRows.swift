internal import EngineCore

/// Rows of one series that hold the bars of a range, oldest first, before they are taken apart.
struct HistoryRows {
  let rows: [[UInt8]]
  let query: HistoryBarQuery

  private var through: Timestamp { query.to.advanced(byNanos: -1) }

  /// Bars as they are stored: at most so many as are asked for and one more, from that end.
  func bars() throws(PluginError) -> [HistoryBar] {
    var bars: [HistoryBar] = []
    bars.reserveCapacity(rows.count * Int(HistoryChunk.barsUsual))
    for row in rows {
      try HistoryChunk.each(row, from: query.from, through: through) { bars.append($0) }
    }
    return trimmed(bars)
  }

  /// Bars as an answer has them, when there is nothing to be put between.
  func answer(_ instrument: InstrumentID, _ spec: SpecID) throws(PluginError) -> HistoryBars {
    var bars: [Bar] = []
    bars.reserveCapacity(rows.count * Int(HistoryChunk.barsUsual))
    for row in rows {
      try HistoryChunk.each(row, from: query.from, through: through) { entry in
        var bar = entry.bar
        bar.instrument = instrument
        bar.spec = spec
        bars.append(bar)
      }
    }
    let hasMore = bars.count > query.limit
    if hasMore {
      let extra = bars.count - query.limit
      if query.end == .newest { bars.removeFirst(extra) } else { bars.removeLast(extra) }
    }
    return HistoryBars(bars: bars, hasMore: hasMore)
  }

  private func trimmed(_ bars: [HistoryBar]) -> [HistoryBar] {
    guard bars.count > query.limit + 1 else { return bars }
    return query.end == .newest
      ? Array(bars.suffix(query.limit + 1)) : Array(bars.prefix(query.limit + 1))
  }
}
