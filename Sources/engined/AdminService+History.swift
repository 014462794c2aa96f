internal import BinaryProtocol
internal import EngineCore

/// What was recorded.
extension AdminService {
  /// Bars and ticks in one answer: it has to fit a frame.
  private static let historyMax: Int64 = 1000

  func addHistory(to router: inout CallRouter) {
    router.unary("history.bars", summary: "Closed bars of the past, a page at a time.") {
      [self] _, payload in
      try await historyBars(
        AdminRequest(payload, keys: ["symbol", "spec", "from", "to", "limit", "end"]))
    }
    router.unary("history.ticks", summary: "Trades and quotes of the past, a page at a time.") {
      [self] _, payload in
      try await historyTicks(
        AdminRequest(
          payload, keys: ["symbol", "kinds", "from", "to", "after", "limit", "newest"]))
    }
    router.unary("history.series", summary: "Which bars of the past there are.") {
      [self] _, payload in
      _ = try AdminRequest(payload, keys: [])
      let series = try await asked { history throws(PluginError) in try await history.series() }
      return JSONValue.object([
        (
          "series",
          .array(
            series.map { series in
              .object([
                ("symbol", .string(series.instrument.key)), ("spec", .string(series.spec)),
                ("bars", .integer(series.bars)), ("first", .string("\(series.first)")),
                ("last", .string("\(series.last)")),
              ])
            })
        )
      ]).bytes
    }
  }

  private func historyBars(_ request: AdminRequest) async throws -> [UInt8] {
    let end = try request.string("end") ?? "oldest"
    guard end == "oldest" || end == "newest" else {
      throw CallError(
        .invalidArgument, "end: expected \"oldest\" or \"newest\", found \"\(end)\"")
    }
    let query = HistoryBarQuery(
      instrument: try request.required("symbol"), spec: try request.required("spec"),
      from: try time(request, "from") ?? .distantPast,
      to: try time(request, "to") ?? .distantFuture, limit: try limit(request),
      end: end == "newest" ? .newest : .oldest)
    let answer = try await asked { history throws(PluginError) in try await history.bars(query) }
    var json = JSONWriter()
    json.object { json in
      json.member("symbol", query.instrument)
      json.member("spec", query.spec)
      json.array("bars") { json in
        for bar in answer.bars { HistoryJSON.write(bar, to: &json) }
      }
      json.member("more", answer.hasMore)
    }
    return json.bytes
  }

  private func historyTicks(_ request: AdminRequest) async throws -> [UInt8] {
    let symbol = try request.required("symbol")
    guard let instrument = engine.catalog.instrument(key: symbol) else {
      throw CallError(.notFound, "there is no instrument \"\(symbol)\"")
    }
    let kinds = try request.strings("kinds") ?? ["trade"]
    let known = Set(kinds.compactMap { EventKind(name: $0) }).intersection([.trade, .quote])
    guard known.count == Set(kinds).count, !known.isEmpty else {
      throw CallError(
        .invalidArgument, "kinds: expected \"trade\" or \"quote\", found \(kinds)")
    }
    let query = TickQuery(
      instrument: instrument, kinds: known, from: try time(request, "from") ?? .distantPast,
      to: try time(request, "to") ?? .distantFuture,
      after: UInt64(try request.integer("after", in: 0...Int64.max) ?? 0),
      limit: try limit(request), isNewest: try request.boolean("newest"))
    let page = try await asked { history throws(PluginError) in try await history.ticks(query) }
    var json = JSONWriter()
    let names = EventJSON(catalog: engine.catalog)
    json.object { json in
      json.member("symbol", symbol)
      json.array("ticks") { json in
        for tick in page.ticks { HistoryJSON.write(tick, names: names, to: &json) }
      }
      json.member("next", page.next.map { .integer($0) } ?? .null)
      json.member("recorded_from", page.recordedFrom)
    }
    return json.bytes
  }

  private func limit(_ request: AdminRequest) throws(CallError) -> Int {
    Int(try request.integer("limit", in: 1...Self.historyMax) ?? Self.historyMax)
  }

  private func time(_ request: AdminRequest, _ key: String) throws(CallError) -> Timestamp? {
    guard let text = try request.string(key) else { return nil }
    guard let time = Timestamp(text) else {
      throw CallError(
        .invalidArgument,
        "\(key): expected a time such as \"2024-05-02T09:30:00Z\", found \"\(text)\"")
    }
    return time
  }

  private func asked<Answer: Sendable>(
    _ question: (any MarketHistory) async throws(PluginError) -> Answer
  ) async throws(CallError) -> Answer {
    do throws(PluginError) {
      return try await question(try engine.capabilities.find(.marketHistory))
    } catch {
      throw CallError(.failedPrecondition, error.message, hint: error.hint)
    }
  }
}
