internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// The routes of the market data streaming system that have to do with prices.
enum StreamingSystemDialect {
  static let base = "/api/v1/market-data"
  private static let symbol = RouteParameter.path("symbol", "the instrument")
  private static let symbolsMax = 1000
  private static let symbols: RouteSchema = {
    let list = RouteSchema.limited(
      .limited(.list(.text), "minItems", .integer(1)), "maxItems", .integer(symbolsMax))
    return .either([list, .object([RouteSchema.member("symbols", list)])])
  }()

  static var endpoints: [RouteEndpoint] {
    [
      now(.GET, "quotes/{symbol}", "Streaming: one instrument's price.", [symbol]) {
        call, state throws(HTTPAnswer.Refusal) in
        let quote = try quote(call, state, call.text("symbol"))
        return .json { json in quote.write(to: &json) }
      },
      now(.POST, "quotes", "Streaming: prices of several instruments.") {
        call, state throws(HTTPAnswer.Refusal) in try quotes(call, state)
      },
      later(
        .GET, "historical/{symbol}", "Streaming: bars of one instrument.",
        [
          symbol, .query("start_date", "this day or time, and later", .time),
          .query("end_date", "through this day, or before this time", .time),
          .query("interval", "such as 1m, 1h or 1d"),
        ]
      ) { call throws(HTTPAnswer.Refusal) in try await historical(call) },
      now(.GET, "company/{symbol}", "Streaming: what is known of one instrument.", [symbol]) {
        call, _ throws(HTTPAnswer.Refusal) in try company(call)
      },
      control("start", "resume"), control("stop", "pause"),
    ] + StreamingMonitor.endpoints
  }

  static func now(
    _ method: HTTPMethod, _ path: String, _ summary: String, _ parameters: [RouteParameter] = [],
    _ work:
      @escaping @Sendable (RESTCall, borrowing RESTState) throws(HTTPAnswer.Refusal) ->
      HTTPAnswer
  ) -> RouteEndpoint {
    RouteEndpoint(
      method: method, path: RoutePath("\(base)/\(path)"), summary: summary,
      parameters: parameters, body: method == .POST ? symbols : nil,
      failures: [404, 422], failure: .named("Detail"), isLenient: true, refuse: refuse,
      work: .now(work))
  }

  static func later(
    _ method: HTTPMethod, _ path: String, _ summary: String, _ parameters: [RouteParameter],
    _ work: @escaping @Sendable (RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer
  ) -> RouteEndpoint {
    RouteEndpoint(
      method: method, path: RoutePath("\(base)/\(path)"), summary: summary,
      parameters: parameters, failures: [404, 422, 503], failure: .named("Detail"),
      isLenient: true, refuse: refuse, work: .later(work))
  }

  /// Starts or stops what comes in: replays and simulations.
  private static func control(_ name: String, _ action: String) -> RouteEndpoint {
    RouteEndpoint(
      method: .POST, path: RoutePath("\(base)/streaming/\(name)"),
      summary: "Streaming: lets sources publish, or not.", right: .admin,
      failures: [422, 503], failure: .named("Detail"), isLenient: true, refuse: refuse,
      work: .later { call throws(HTTPAnswer.Refusal) in
        let figures = try await call.ask(.engineFigures) { engine throws(PluginError) in
          engine.figures()
        }
        let names = (figures?.plugins ?? [])
          .filter { ["generator", "replay"].contains($0.kind) }.map(\.name)
        guard !names.isEmpty else {
          throw HTTPAnswer.Refusal(
            status: 422, reason: "no plugin of type generator or replay is configured")
        }
        _ = try await EngineRoutes.control(call, action, names)
        return .json { json in
          json.member("streaming", action == "resume")
          json.array("sources") { json in for name in names { json.value(name) } }
        }
      })
  }

  @Sendable static func refuse(_ refusal: HTTPAnswer.Refusal) -> HTTPAnswer {
    var answer = HTTPAnswer.json(status: refusal.status) { json in
      json.member("detail", refusal.reason)
    }
    answer.headers += refusal.headers
    return answer
  }

  // MARK: Prices

  private struct Price {
    let key: String
    let trade: Trade?
    let quote: Quote?

    func write(to json: inout JSONWriter) {
      json.member("symbol", key)
      number("current_price", trade?.price, &json)
      number("bid", quote?.bid, &json)
      number("ask", quote?.ask, &json)
      json.member("timestamp", .optional((trade?.eventTime ?? quote?.eventTime).map { "\($0)" }))
    }

    private func number(_ name: String, _ price: EngineCore.Price?, _ json: inout JSONWriter) {
      let text = price.flatMap { $0.isDefined ? $0.text() : nil }
      json.member(name, text.map { .decimal($0) } ?? .null)
    }
  }

  private static func quote(
    _ call: RESTCall, _ state: borrowing RESTState, _ key: String
  ) throws(HTTPAnswer.Refusal) -> Price {
    guard let id = call.catalog.instrument(key: key) else {
      throw HTTPAnswer.Refusal(status: 404, reason: "Quote not found for symbol: \(key)")
    }
    try call.mayRead(["trade", key])
    let newest = state.newest(id)
    return Price(key: key, trade: newest.trade?.trade, quote: newest.quote?.quote)
  }

  private static func quotes(
    _ call: RESTCall, _ state: borrowing RESTState
  ) throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let body = try call.json()
    let list = body.array ?? body["symbols"]?.array ?? []
    let symbols = list.compactMap(\.string)
    guard !list.isEmpty, symbols.count == list.count, symbols.count <= symbolsMax else {
      throw HTTPAnswer.Refusal(
        status: 422,
        reason: "symbols: expected a list of 1 to \(symbolsMax) texts, found \(body.summary)")
    }
    var found: [Price] = []
    for key in symbols where call.catalog.instrument(key: key) != nil {
      found.append(try quote(call, state, key))
    }
    return ChartText.list { json in
      for price in found { json.object { json in price.write(to: &json) } }
    }
  }

  private static func historical(
    _ call: RESTCall
  ) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    _ = try call.instrument()
    let shelves = BarShelves(call)
    let specs = try await shelves.specs()
    let interval = call.optionalText("interval") ?? "1d"
    guard let wanted = ChartResolution(spec: interval),
      let spec = ChartResolution.all(specs).first(where: { $0.name == wanted.name })?.spec
    else {
      throw HTTPAnswer.Refusal(
        status: 422,
        reason: "interval: expected one of \(specs.joined(separator: ", ")), found "
          + "\"\(interval)\"")
    }
    try call.mayRead(["bar", call.text("symbol"), spec])
    var to = call.time("end_date") ?? .distantFuture
    if call.text("end_date").utf8.count == 10 { to = to.advanced(byNanos: 86_400_000_000_000) }
    let bars = try await shelves.bars(
      HistoryBarQuery(
        instrument: call.text("symbol"), spec: spec,
        from: call.time("start_date") ?? .distantPast, to: to,
        limit: HistoryBarQuery.limitMax)
    ).bars
    return .json { json in
      json.member("symbol", call.text("symbol"))
      json.member("interval", interval)
      json.array("data_points") { json in
        for bar in bars { json.object { json in write(bar, &json) } }
      }
    }
  }

  private static func write(_ bar: Bar, _ json: inout JSONWriter) {
    json.member("timestamp", "\(bar.start)")
    for (name, price) in [
      ("open_price", bar.open), ("high_price", bar.high), ("low_price", bar.low),
      ("close_price", bar.close),
    ] {
      json.name(name)
      json.rawNumber(price.text())
    }
    json.name("volume")
    json.rawNumber(FixedPoint.text(wide: bar.volume, decimals: 9))
  }

  private static func company(_ call: RESTCall) throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let id = try call.instrument()
    guard let instrument = call.catalog.instrument(id) else { return .json { _ in } }
    return .json { json in
      json.member("symbol", instrument.key)
      json.member("name", instrument.name ?? instrument.symbol)
      json.member("exchange", .optional(instrument.venue))
      json.member("currency", .optional(instrument.currency))
    }
  }
}
