internal import EngineCore

/// Answers questions of other plugins, on a thread of its own: the lane has no part in it.
struct HistoryDesk: MarketHistory {
  let store: HistoryStore
  let pending: HistoryPending
  let shelf: TickShelf
  let background: Background
  let catalog: Catalog

  func bars(_ query: HistoryBarQuery) async throws(PluginError) -> HistoryBars {
    // First what is not in the store: what is committed meanwhile is then seen twice, not never.
    let news = pending.bars(query)
    // What is in memory needs no thread that may wait.
    if let rows = store.rememberedRows(query) { return try page(rows, news) }
    return try await answer { () throws(PluginError) in try page(try store.rows(query), news) }
  }

  private func page(_ rows: HistoryRows, _ news: [HistoryBar]) throws(PluginError) -> HistoryBars {
    let query = rows.query
    let instrument = catalog.instrument(key: query.instrument) ?? .none
    let spec = catalog.id(of: query.spec, in: .spec).map { SpecID(UInt16($0)) } ?? .none
    if news.isEmpty { return try rows.answer(instrument, spec) }
    var bars = try rows.bars()
    let mayMiss = bars.count > query.limit
    let (first, last) = (bars.first?.bar.start, bars.last?.bar.start)
    for bar in news {
      // Beyond the end of a full answer are bars that were not read.
      if mayMiss, query.end == .oldest, let last, bar.bar.start > last { continue }
      if mayMiss, query.end == .newest, let first, bar.bar.start < first { continue }
      bars.merge(bar)
    }
    let part = query.end == .newest ? bars.suffix(query.limit) : bars.prefix(query.limit)
    return HistoryBars(
      bars: part.map { entry in
        var bar = entry.bar
        bar.instrument = instrument
        bar.spec = spec
        return bar
      }, hasMore: bars.count > query.limit)
  }

  func ticks(_ query: TickQuery) async throws(PluginError) -> TickPage {
    try await answer { () throws(PluginError) in try shelf.page(query) }
  }

  func series() async throws(PluginError) -> [HistorySeries] {
    try await answer { () throws(PluginError) in try store.series() }
  }

  private func answer<Answer: Sendable>(
    _ read: @escaping @Sendable () throws(PluginError) -> Answer
  ) async throws(PluginError) -> Answer {
    let result: Result<Answer, PluginError> = await withCheckedContinuation { continuation in
      let outcome = background.block("history-read") {
        do throws(PluginError) {
          continuation.resume(returning: .success(try read()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
        return nil
      }
      switch outcome {
      case .accepted: break
      case .full:
        continuation.resume(
          returning: .failure(
            PluginError("the history plugin has too many questions", hint: "ask again")))
      case .closed:
        continuation.resume(returning: .failure(PluginError("the history plugin does not run")))
      }
    }
    return try result.get()
  }
}
