internal import BarAggregation
internal import EngineCore

/// Answers questions about the bars that an aggregator has in memory.
struct BarShelf {
  let aggregator: BarAggregator
  /// Names of specs with their ids and calendars.
  let specs: [RunningSpec]

  func answer(_ query: BarQuery) throws(PluginError) -> BarAnswer {
    guard let spec = specs.first(where: { $0.name == query.spec }) else {
      throw PluginError(
        "there are no bars \"\(query.spec)\"",
        hint: "there are: \(specs.map(\.name).joined(separator: ", "))")
    }
    let folds = aggregator.bars(query.instrument, spec.id)
    var records = folds.filter { fold in
      fold.state != .void && fold.start >= query.from.nanoseconds
        && fold.start < query.to.nanoseconds
    }.map { record($0, query.instrument, spec) }
    if query.fill != .none, spec.spec.isTime { records = filled(records, query, spec) }
    let hasMore = records.count > query.limit
    return BarAnswer(
      records: Array(records.suffix(query.limit)),
      keptFrom: aggregator.keptFrom(query.instrument, spec.id), hasMore: hasMore)
  }

  private func record(
    _ fold: BarFold, _ instrument: InstrumentID, _ spec: RunningSpec
  ) -> BarRecord {
    let start = Timestamp(nanoseconds: fold.start)
    return BarRecord(
      start: start, end: Timestamp(nanoseconds: fold.end),
      tradeDate: CivilDate(daysSinceEpoch: Int(fold.tradeDay)), session: fold.session,
      offsetSeconds: spec.calendar.offset(at: start),
      bar: aggregator.bar(fold, instrument, spec.id),
      openTime: Timestamp(nanoseconds: fold.openTime),
      closeTime: Timestamp(nanoseconds: fold.closeTime),
      sellVolume: fold.knowsSells ? Quantity(raw: fold.sellVolume) : nil, ordinal: fold.ordinal)
  }

  /// Intervals of sessions between two bars that have none.
  private func filled(
    _ records: [BarRecord], _ query: BarQuery, _ spec: RunningSpec
  ) -> [BarRecord] {
    guard case .time(let count, let unit) = spec.spec.measure else { return records }
    var grid = BarGrid(count: count, unit: unit, calendar: spec.calendar)
    var result: [BarRecord] = []
    // From the newest back to what is asked for, so that long gaps cost no more than the answer.
    for (index, record) in records.enumerated().reversed() {
      result.append(record)
      guard index > 0, result.count <= query.limit else { continue }
      var between: [BarRecord] = []
      var time = records[index - 1].end
      while time < record.start, between.count < BarQuery.limitMax * 4,
        let interval = grid.interval(at: time) ?? grid.next(after: time),
        interval.start < record.start
      {
        if interval.session != BarInterval.outside {
          between.append(empty(interval, after: records[index - 1], query, spec))
        }
        time = interval.end
      }
      result += between.reversed()
    }
    return result.reversed()
  }

  private func empty(
    _ interval: BarInterval, after last: BarRecord, _ query: BarQuery, _ spec: RunningSpec
  ) -> BarRecord {
    var bar: Bar?
    if query.fill == .flat, let close = last.bar?.close {
      bar = Bar(
        instrument: query.instrument, spec: spec.id, state: .closed, count: 0,
        start: interval.start, end: interval.end, open: close, high: close, low: close,
        close: close, volume: 0, notional: 0)
    }
    return BarRecord(
      start: interval.start, end: interval.end, tradeDate: interval.tradeDate,
      session: interval.session, offsetSeconds: spec.calendar.offset(at: interval.start),
      bar: bar, isFilled: true, openTime: interval.start, closeTime: interval.start,
      sellVolume: .zero)
  }
}
