internal import BarAggregation
internal import EngineCore

/// Makes closed bars anew of all their ticks, where some came too late for those who made them.
/// For a thread that may wait.
struct HistoryMending: Sendable {
  struct Outcome: Sendable {
    /// Bars that are as if the ticks had been there from the start.
    var mended = 0
    /// Bars whose other ticks are not recorded any more.
    var inexact = 0
  }

  let store: HistoryStore
  let pending: HistoryPending
  let shelf: TickShelf
  let catalog: Catalog
  let makings: [BarMaking]
  let place: HistoryBatch.Place

  func run(_ ranges: [ClosedRange<UInt64>]) throws(PluginError) -> Outcome {
    var outcome = Outcome()
    let recorded = shelf.first...max(shelf.last, shelf.first)
    var mends = try marked(ranges, since: recorded.lowerBound)
      .sorted { $0.key.raw < $1.key.raw }
    try fill(&mends, recorded)
    // Files may have been removed while they were read.
    let whole = min(shelf.first, recorded.upperBound)...recorded.upperBound
    for (instrument, mend) in mends { try commit(mend, instrument, whole, &outcome) }
    return outcome
  }

  /// The intervals that ticks and corrections of the ranges belong to, by instrument.
  private func marked(
    _ ranges: [ClosedRange<UInt64>], since first: UInt64
  ) throws(PluginError) -> [InstrumentID: BarMend] {
    var mends: [InstrumentID: BarMend] = [:]
    for range in ranges {
      try shelf.read(
        from: max(range.lowerBound, first), through: range.upperBound,
        LogSelection(kinds: [.trade, .quote, .correction], instrument: nil)
      ) { event in
        guard let time = BarMend.time(of: event) else { return true }
        let id = event.instrument
        mends[id, default: BarMend(id, makings(of: id))].mark(time)
        return true
      }
    }
    return mends
  }

  private func makings(of id: InstrumentID) -> [BarMaking] {
    guard let key = catalog.instrument(id)?.key else { return [] }
    return makings.filter { $0.instruments?.contains(key) ?? true }
  }

  /// Adds all ticks of the marked intervals: the log is read once for all instruments, as its
  /// blocks hold ticks of many.
  private func fill(
    _ mends: inout [(key: InstrumentID, value: BarMend)], _ recorded: ClosedRange<UInt64>
  ) throws(PluginError) {
    let passes = BarMend.passes(over: mends.map(\.value))
    guard !passes.isEmpty else { return }
    let only = mends.count == 1 ? mends[0].key : nil
    // By the instrument's number, which are dense.
    var places = [Int?](repeating: nil, count: Int(mends.last?.key.raw ?? 0) + 1)
    for (place, mend) in mends.enumerated() { places[Int(mend.key.raw)] = place }
    func place(_ event: Event) -> Int? {
      let number = Int(event.instrument.raw)
      return number < places.count ? places[number] : nil
    }
    let changes = try corrections(only, recorded) { place($0) != nil }
    var sources = SourceFilter(catalog: catalog, makings: makings)
    for pass in passes {
      try shelf.read(
        from: recorded.lowerBound, through: recorded.upperBound,
        LogSelection(
          kinds: [.trade, .quote], instrument: only,
          times: pass.lowerBound...pass.upperBound.advanced(byNanos: -1))
      ) { event in
        guard let place = place(event), let time = BarMend.time(of: event),
          event.kind != .correction, pass.contains(time), let tick = corrected(event, changes)
        else { return true }
        mends[place].value.add(tick) { sources.allows(tick.source, $0) }
        return true
      }
    }
  }

  private func corrections(
    _ instrument: InstrumentID?, _ recorded: ClosedRange<UInt64>,
    _ isWanted: (Event) -> Bool
  ) throws(PluginError) -> [UInt64: Correction] {
    var changes: [UInt64: Correction] = [:]
    try shelf.read(
      from: recorded.lowerBound, through: recorded.upperBound,
      LogSelection(kinds: [.correction], instrument: instrument)
    ) { event in
      if event.kind == .correction, isWanted(event) {
        changes[event.correction.target] = event.correction
      }
      return true
    }
    return changes
  }

  /// A tick as it is to be understood by now; nil when it was cancelled.
  private func corrected(_ event: Event, _ changes: [UInt64: Correction]) -> Event? {
    guard event.kind == .trade, let change = changes[event.sequence] else { return event }
    return change.applied(to: event)
  }

  // MARK: Storing

  private func commit(
    _ mend: BarMend, _ instrument: InstrumentID, _ recorded: ClosedRange<UInt64>,
    _ outcome: inout Outcome
  ) throws(PluginError) {
    guard let known = catalog.instrument(instrument) else { return }
    for making in makings(of: instrument) {
      var bars = mend.bars(making.id)[...]
      while !bars.isEmpty {
        var batch = HistoryBatch(place: place)
        let series = HistoryBatch.Series(
          instrument: known.key, spec: making.spec.description)
        let part = bars.prefix(HistoryCatchUp.batchMax)
        let before = try stored(series, part)
        for bar in part {
          guard let new = settled(bar, before[bar.start], recorded, &outcome) else { continue }
          batch.add(
            HistoryBar(bar: new, sequence: recorded.upperBound, epoch: place.epoch), to: series,
            of: known)
        }
        if batch.count > 0 { try store.commit(batch) }
        bars = bars.dropFirst(part.count)
      }
    }
  }

  /// What there is of a series so far, by where bars begin.
  private func stored(
    _ series: HistoryBatch.Series, _ bars: ArraySlice<Bar>
  ) throws(PluginError) -> [Timestamp: HistoryBar] {
    guard let first = bars.first, let last = bars.last else { return [:] }
    var found: [Timestamp: HistoryBar] = [:]
    var query = HistoryBarQuery(
      instrument: series.instrument, spec: series.spec, from: first.start, to: last.end,
      limit: HistoryBarQuery.limitMax)
    while true {
      let page = try store.bars(query)
      for bar in page { found[bar.bar.start] = bar }
      guard page.count > query.limit, let end = page.last?.bar.start else { break }
      query.from = end
    }
    for bar in pending.bars(query) { found[bar.bar.start] = bar }
    return found
  }

  /// The bar that is to be stored; nil when nothing changes.
  private func settled(
    _ new: Bar, _ old: HistoryBar?, _ recorded: ClosedRange<UInt64>, _ outcome: inout Outcome
  ) -> Bar? {
    var new = new
    guard let old else {
      if new.state != .void { outcome.mended += 1 }
      return new.state == .void ? nil : new
    }
    let isRecorded =
      old.log == HistoryBar(bar: new, sequence: 0, epoch: place.epoch).log
      && (recorded.lowerBound <= 1 || old.bar.firstSequence >= recorded.lowerBound)
    guard isRecorded else {
      outcome.inexact += 1
      guard !old.bar.flags.contains(.inexact) else { return nil }
      new = old.bar
      new.flags.insert(.inexact)
      return new
    }
    new.revision = old.bar.revision == .max ? .max : old.bar.revision + 1
    outcome.mended += 1
    return new
  }
}

/// Whether bars of a spec are made of a source; names are looked up once.
private struct SourceFilter {
  let catalog: Catalog
  let makings: [BarMaking]
  private var known: [SourceID: Set<SpecID>] = [:]

  init(catalog: Catalog, makings: [BarMaking]) {
    self.catalog = catalog
    self.makings = makings
  }

  mutating func allows(_ source: SourceID, _ spec: SpecID) -> Bool {
    if let specs = known[source] { return specs.contains(spec) }
    let name = catalog.name(UInt32(source.raw), in: .source)
    let specs = makings.filter { making in
      guard let sources = making.sources else { return true }
      return name.map { sources.contains($0) } ?? false
    }.map(\.id)
    known[source] = Set(specs)
    return specs.contains(spec)
  }
}
