internal import EngineCore

/// Bars from wherever there are some: those of the past from whoever keeps them, and the open one
/// from whoever makes it.
struct BarShelves: Sendable {
  private let capabilities: Capabilities
  private let catalog: Catalog
  private let clock: any EngineClock
  private let durations: QueryDurations

  init(_ call: RESTCall) {
    capabilities = call.capabilities
    catalog = call.catalog
    clock = call.clock
    durations = call.durations
  }

  private var history: (any MarketHistory)? { try? capabilities.find(.marketHistory) }
  private var maker: (any BarHistory)? { try? capabilities.find(.barHistory) }

  /// The names of all specs that there are, those that are made now first.
  func specs() async throws(HTTPAnswer.Refusal) -> [String] {
    try await told { () throws(PluginError) in
      var specs = try await maker?.specs() ?? []
      for series in try await history?.series() ?? [] where !specs.contains(series.spec) {
        specs.append(series.spec)
      }
      return specs
    }
  }

  /// Bars of a range, oldest first.
  func bars(_ query: HistoryBarQuery) async throws(HTTPAnswer.Refusal) -> HistoryBars {
    guard history != nil || maker != nil else {
      throw HTTPAnswer.Refusal(
        status: 503,
        reason: "no running plugin provides bars (start one of: history, bars)")
    }
    guard catalog.instrument(key: query.instrument) != nil else {
      throw HTTPAnswer.Refusal(
        status: 404, reason: "there is no instrument \"\(query.instrument)\"")
    }
    let begin = clock.monotonicNanos()
    defer { durations.add(clock.monotonicNanos() - begin) }
    return try await told { () throws(PluginError) in
      guard let history else { return try await made(query) }
      var answer = try await history.bars(query)
      // A full page of the oldest ends before what is open.
      if answer.hasMore, query.end == .oldest { return answer }
      // Nor is anything behind a bar that ends with the range.
      if let last = answer.bars.last, last.end >= query.to { return answer }
      answer.bars += try await openBars(
        query, after: answer.bars.last?.start, isNeeded: answer.bars.isEmpty)
      if answer.bars.count > query.limit {
        answer.hasMore = true
        answer.bars =
          query.end == .oldest
          ? Array(answer.bars.prefix(query.limit)) : Array(answer.bars.suffix(query.limit))
      }
      return answer
    }
  }

  /// Bars that are being made, behind those that are kept.
  private func openBars(
    _ query: HistoryBarQuery, after last: Timestamp?, isNeeded: Bool
  ) async throws(PluginError) -> [Bar] {
    guard let maker, let id = catalog.instrument(key: query.instrument) else { return [] }
    let from = max(query.from, last?.advanced(byNanos: 1) ?? .distantPast)
    guard from < query.to else { return [] }
    do throws(PluginError) {
      let answer = try await maker.bars(
        BarQuery(
          instrument: id, spec: query.spec, from: from, to: query.to, limit: BarQuery.limitMax))
      // One whose only trade was cancelled is open, and has no prices.
      return answer.records.compactMap(\.bar).filter { $0.count > 0 }
    } catch {
      // A spec that is only of the past is nobody's any more; one that never was is a mistake.
      if isNeeded { throw error }
      return []
    }
  }

  /// What is in memory, where nobody keeps the past.
  private func made(_ query: HistoryBarQuery) async throws(PluginError) -> HistoryBars {
    let bars = try await openBars(query, after: nil, isNeeded: true)
    let part =
      query.end == .oldest ? bars.prefix(query.limit)[...] : bars.suffix(query.limit)[...]
    return HistoryBars(bars: Array(part), hasMore: bars.count > query.limit)
  }

  private func told<Answer: Sendable>(
    _ work: () async throws(PluginError) -> Answer
  ) async throws(HTTPAnswer.Refusal) -> Answer {
    do throws(PluginError) {
      return try await work()
    } catch {
      throw HTTPAnswer.Refusal(status: 422, reason: error.description)
    }
  }
}
