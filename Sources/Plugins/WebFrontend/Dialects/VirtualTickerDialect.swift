internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// The routes of the real-time price data system: tickers with their newest price, and the last
/// prices of one.
enum VirtualTickerDialect {
  /// Points of a history without a limit: what that system keeps of each ticker.
  private static let historyMax = 1000

  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/tickers"),
        summary: "Tickers: all instruments with their prices.", failures: [422, 503],
        failure: .named("Detail"), isLenient: true, refuse: refuse,
        work: .later { call throws(HTTPAnswer.Refusal) in try await tickers(call) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/tickers/{ticker_id}/history"),
        summary: "Tickers: the last prices of one, oldest first.",
        parameters: [
          .path("ticker_id", "the instrument"),
          .query("limit", "so many of the newest", .integer(1...1000)),
        ], failures: [404, 422, 503], failure: .named("Detail"), isLenient: true, refuse: refuse,
        work: .later { call throws(HTTPAnswer.Refusal) in try await history(call) }),
    ]
  }

  @Sendable private static func refuse(_ refusal: HTTPAnswer.Refusal) -> HTTPAnswer {
    var answer = HTTPAnswer.json(status: refusal.status == 400 ? 422 : refusal.status) { json in
      json.member("detail", refusal.reason)
    }
    answer.headers += refusal.headers
    return answer
  }

  private static func ticks(
    _ call: RESTCall, _ id: InstrumentID, limit: Int, isNewest: Bool
  ) async throws(HTTPAnswer.Refusal) -> [Trade] {
    let query = TickQuery(instrument: id, limit: limit, isNewest: isNewest)
    return try await call.ask(.marketHistory) { history throws(PluginError) in
      try await history.ticks(query)
    }.ticks.map(\.event.trade)
  }

  private static func tickers(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    var tickers: [(instrument: Instrument, first: Trade, last: Trade)] = []
    for (index, instrument) in call.catalog.instruments().enumerated() {
      let pattern = SubjectPattern([.name("trade"), .name(instrument.key)])
      let id = InstrumentID(UInt32(index + 1))
      guard call.grant.maySubscribe(pattern),
        let first = try await ticks(call, id, limit: 1, isNewest: false).first,
        let last = try await ticks(call, id, limit: 1, isNewest: true).first
      else { continue }
      tickers.append((instrument, first, last))
    }
    return ChartText.list { json in
      for ticker in tickers {
        json.object { json in write(ticker.instrument, ticker.first, ticker.last, &json) }
      }
    }
  }

  private static func write(
    _ instrument: Instrument, _ first: Trade, _ last: Trade, _ json: inout JSONWriter
  ) {
    json.member("id", instrument.key)
    json.member("name", instrument.name ?? instrument.symbol)
    json.name("current_price")
    json.rawNumber(last.price.text())
    json.name("initial_price")
    json.rawNumber(first.price.text())
    json.member("created_at", "\(first.eventTime)")
    json.member("updated_at", "\(last.eventTime)")
  }

  private static func history(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let key = call.text("ticker_id")
    guard let id = call.catalog.instrument(key: key), let instrument = call.catalog.instrument(id)
    else { throw HTTPAnswer.Refusal(status: 404, reason: "Ticker \(key) not found") }
    try call.mayRead(["trade", key])
    let limit = Int(call.integer("limit") ?? Int64(historyMax))
    let points = try await ticks(call, id, limit: limit, isNewest: true)
    guard let first = try await ticks(call, id, limit: 1, isNewest: false).first,
      let last = points.last
    else { throw HTTPAnswer.Refusal(status: 404, reason: "Ticker \(key) not found") }
    return .json { json in
      json.object("ticker") { json in write(instrument, first, last, &json) }
      json.array("history") { json in
        for point in points {
          json.object { json in
            json.name("value")
            json.rawNumber(point.price.text())
            json.member("timestamp", "\(point.eventTime)")
          }
        }
      }
    }
  }
}
