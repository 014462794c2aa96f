internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// The routes of the market data service: instruments, prices within the day and by day. Users and
/// the administration of exchanges are not served here, and say so.
enum MarketServiceDialect {
  static var endpoints: [RouteEndpoint] {
    [
      bars("intraday", "1"), bars("daily", "1D"),
      endpoint(
        .GET, "/instruments/", "Market service: the instruments.",
        [
          .query("limit", "most instruments", .integer(1...1000)),
          .query("skip", "so many are passed over", .integer(0...Int64(Int32.max))),
        ],
        // Its other method is not served.
        isListed: false
      ) { call in instruments(call) },
      endpoint(
        .GET, "/instruments/{id}", "Market service: one instrument.",
        [.path("id", "its number or symbol")]
      ) { call throws(HTTPAnswer.Refusal) in try instrument(call) },
    ] + absent
  }

  /// What of that system is administration: it is not served, and says so.
  private static var absent: [RouteEndpoint] {
    let exchanges = "this engine has no exchanges to administer"
    let users = "this engine has no users: its config has tokens"
    let instruments = "instruments come from the config and from sources"
    let seeding = "data comes in by enginectl import and POST /api/v1/ticks"
    let providers = "sources are plugins of the config: see /api/v1/plugins"
    let routes: [(HTTPMethod, String, String)] = [
      (.GET, "/exchange/", exchanges), (.POST, "/exchange/", exchanges),
      (.GET, "/exchange/{id}", exchanges), (.PUT, "/exchange/{id}", exchanges),
      (.DELETE, "/exchange/{id}", exchanges), (.POST, "/instruments/", instruments),
      (.POST, "/auth/login", users), (.POST, "/auth/register", users),
      (.GET, "/auth/google/login", users), (.POST, "/populate_database/instruments", seeding),
      (.POST, "/populate_database/exchanges", seeding), (.GET, "/provider/", providers),
      (.POST, "/provider/", providers), (.GET, "/provider/{id}", providers),
      (.PUT, "/provider/{id}", providers), (.DELETE, "/provider/{id}", providers),
    ]
    return routes.map { method, path, reason in
      endpoint(
        method, path, "Market service: not served by this engine.",
        path.contains("{") ? [.path("id", "its number")] : [], isListed: false
      ) { call throws(HTTPAnswer.Refusal) in
        throw HTTPAnswer.Refusal(status: 501, reason: "\(path): \(reason)")
      }
    }
  }

  private static func endpoint(
    _ method: HTTPMethod, _ path: String, _ summary: String, _ parameters: [RouteParameter],
    isListed: Bool = true,
    _ work: @escaping @Sendable (RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer
  ) -> RouteEndpoint {
    RouteEndpoint(
      method: method, path: RoutePath(path), summary: summary, parameters: parameters,
      failures: [404, 422, 503], failure: .named("StatusDetail"), isListed: isListed,
      isLenient: true, refuse: refuse, work: .later(work))
  }

  @Sendable private static func refuse(_ refusal: HTTPAnswer.Refusal) -> HTTPAnswer {
    var answer = HTTPAnswer.json(status: refusal.status) { json in
      json.member("detail", refusal.reason)
      json.member("status_code", refusal.status)
    }
    answer.headers += refusal.headers
    return answer
  }

  // MARK: Prices

  private static func bars(_ name: String, _ resolution: String) -> RouteEndpoint {
    endpoint(
      .GET, "/marketdata/\(name)", "Market service: prices, \(name).",
      [
        .query("symbol", "the instrument", isRequired: true),
        .query("start_date", "this day or time, and later", .time),
        .query("end_date", "through this day, or before this time", .time),
      ]
    ) { call throws(HTTPAnswer.Refusal) in try await bars(call, resolution) }
  }

  private static func bars(
    _ call: RESTCall, _ resolution: String
  ) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    _ = try call.instrument()
    let shelves = BarShelves(call)
    let spec = try ChartResolution.find(resolution, in: try await shelves.specs()).spec
    try call.mayRead(["bar", call.text("symbol"), spec])
    var to = call.time("end_date") ?? .distantFuture
    // A day alone is meant with all its hours.
    if call.text("end_date").utf8.count == 10 { to = to.advanced(byNanos: 86_400_000_000_000) }
    let answer = try await shelves.bars(
      HistoryBarQuery(
        instrument: call.text("symbol"), spec: spec,
        from: call.time("start_date") ?? .distantPast, to: to,
        limit: HistoryBarQuery.limitMax))
    return ChartText.list { json in
      var previous: Price?
      for bar in answer.bars {
        json.object { json in write(bar, previous, call.text("symbol"), &json) }
        previous = bar.close
      }
    }
  }

  private static func write(
    _ bar: Bar, _ previous: Price?, _ symbol: String, _ json: inout JSONWriter
  ) {
    json.member("symbol", symbol)
    json.member("timestamp", "\(bar.start)")
    let prices = [
      ("open", bar.open), ("high", bar.high), ("low", bar.low), ("close", bar.close),
      ("adj_close", bar.close),
    ]
    for (name, price) in prices {
      json.name(name)
      json.rawNumber(price.text())
    }
    json.name("volume")
    json.rawNumber(FixedPoint.text(wide: bar.volume, decimals: 9))
    json.member("previous_close", previous.map { .decimal($0.text()) } ?? .null)
    json.member("delivery_percentage", .null)
  }

  // MARK: Instruments

  private static func instruments(_ call: RESTCall) -> HTTPAnswer {
    let all = Array(call.catalog.instruments().enumerated())
    let page = all.dropFirst(Int(call.integer("skip") ?? 0))
      .prefix(Int(call.integer("limit") ?? 100))
    return ChartText.list { json in
      for (index, instrument) in page {
        json.object { json in MarketRoutes.write(instrument, UInt32(index + 1), &json) }
      }
    }
  }

  private static func instrument(_ call: RESTCall) throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let text = call.text("id")
    let id = call.catalog.instrument(key: text) ?? UInt32(text).map { InstrumentID($0) }
    guard let id, let instrument = call.catalog.instrument(id) else {
      throw HTTPAnswer.Refusal(status: 404, reason: "Instrument \(text) not found")
    }
    return .json { json in MarketRoutes.write(instrument, id.raw, &json) }
  }
}
