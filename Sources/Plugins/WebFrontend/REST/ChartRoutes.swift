internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// The datafeed of charting libraries (TradingView's Universal Data Feed): the same instruments,
/// bars and alerts, in the words of that contract.
enum ChartRoutes {
  private static let symbol = RouteParameter.query("symbol", "the instrument", isRequired: true)
  private static let seconds = RouteParameter.Form.integer(
    -9_000_000_000...9_000_000_000)
  /// Bars in an answer without `countback`.
  private static let barsMax = 10_000

  static var endpoints: [RouteEndpoint] {
    [
      endpoint("/config", "Charting: what this datafeed can do.", answer: .anything) {
        call throws(HTTPAnswer.Refusal) in try await config(call)
      },
      endpoint("/time", "Charting: the server's time, in seconds.", types: ["text/plain"]) { call in
        HTTPAnswer(
          status: 200,
          body: Array(String(call.clock.now().nanoseconds / 1_000_000_000).utf8),
          type: "text/plain; charset=utf-8")
      },
      endpoint("/symbols", "Charting: one instrument.", [symbol]) {
        call throws(HTTPAnswer.Refusal) in try await symbols(call)
      },
      endpoint(
        "/search", "Charting: instruments by a part of their names.",
        [
          .query("query", "a part of symbol or name"),
          .query("limit", "most instruments", .integer(1...1000)),
        ]
      ) { call in search(call) },
      endpoint(
        "/history", "Charting: bars of one instrument.",
        [
          symbol, .query("resolution", "such as 1, 60, 1D or 1S", isRequired: true),
          .query("from", "seconds since 1970, included", seconds),
          .query("to", "seconds since 1970, not included", seconds, isRequired: true),
          .query("countback", "so many bars before \"to\"", .integer(1...50_000)),
        ]
      ) { call throws(HTTPAnswer.Refusal) in try await history(call) },
      RouteEndpoint(
        method: .GET, path: RoutePath("/quotes"), summary: "Charting: newest prices.",
        parameters: [.query("symbols", "instruments, with commas", isRequired: true)],
        isLenient: true, answersFaults: true, refuse: ChartText.failure,
        work: .now { call, state in quotes(call, state) }),
      endpoint(
        "/marks", "Charting: alerts of one instrument, as marks.",
        [
          symbol, .query("resolution", "it makes no difference"),
          .query("from", "seconds since 1970", seconds),
          .query("to", "seconds since 1970", seconds),
        ]
      ) { call throws(HTTPAnswer.Refusal) in try await marks(call) },
    ]
  }

  private static func endpoint(
    _ path: String, _ summary: String, _ parameters: [RouteParameter] = [],
    answer: RouteSchema = .anything, types: [String] = [],
    _ work: @escaping @Sendable (RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer
  ) -> RouteEndpoint {
    RouteEndpoint(
      method: .GET, path: RoutePath(path), summary: summary, parameters: parameters,
      answer: answer, otherTypes: types, isLenient: true, answersFaults: true,
      refuse: ChartText.failure, work: .later(work))
  }

  // MARK: What there is

  private static func config(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let resolutions = ChartResolution.all(try await BarShelves(call).specs())
    return .json { json in
      json.array("supported_resolutions") { json in
        for resolution in resolutions { json.value(resolution.name) }
      }
      json.member("supports_group_request", false)
      json.member("supports_marks", true)
      json.member("supports_search", true)
      json.member("supports_timescale_marks", false)
      json.member("supports_time", true)
      json.array("exchanges") { json in
        json.object { json in
          json.member("value", "")
          json.member("name", "All")
          json.member("desc", "")
        }
        for venue in venues(call.catalog) {
          json.object { json in
            json.member("value", venue)
            json.member("name", venue)
            json.member("desc", venue)
          }
        }
      }
      json.array("symbols_types") { json in
        json.object { json in
          json.member("name", "All")
          json.member("value", "")
        }
      }
    }
  }

  private static func venues(_ catalog: Catalog) -> [String] {
    Set(catalog.instruments().compactMap(\.venue)).sorted()
  }

  private static func symbols(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    guard let id = call.catalog.instrument(key: call.text("symbol")),
      let instrument = call.catalog.instrument(id)
    else { throw HTTPAnswer.Refusal(status: 404, reason: "unknown_symbol") }
    let resolutions = ChartResolution.all(try await BarShelves(call).specs())
    return .json { json in
      json.member("name", instrument.key)
      json.member("ticker", instrument.key)
      json.member("description", instrument.name ?? instrument.symbol)
      json.member("type", "")
      json.member("session", "24x7")
      json.member("timezone", "Etc/UTC")
      json.member("exchange", instrument.venue ?? "")
      json.member("listed_exchange", instrument.venue ?? "")
      json.member("format", "price")
      let scale = ChartText.scale(instrument)
      json.member("minmov", scale.minimum)
      json.member("minmov2", 0)
      json.member("pricescale", scale.parts)
      json.member("volume_precision", instrument.sizePrecision)
      json.member("currency_code", .optional(instrument.currency))
      json.member("has_intraday", resolutions.contains { $0.unit == .minutes })
      json.member("has_seconds", resolutions.contains { $0.unit == .seconds })
      json.member("has_daily", resolutions.contains { $0.unit == .days })
      json.member(
        "has_weekly_and_monthly",
        resolutions.contains { $0.unit == .weeks || $0.unit == .months })
      json.array("intraday_multipliers") { json in
        for resolution in resolutions where resolution.unit == .minutes {
          json.value(resolution.name)
        }
      }
      json.array("seconds_multipliers") { json in
        for resolution in resolutions where resolution.unit == .seconds {
          json.value(String(resolution.count))
        }
      }
      json.array("supported_resolutions") { json in
        for resolution in resolutions { json.value(resolution.name) }
      }
      json.member("data_status", "streaming")
    }
  }

  private static func search(_ call: RESTCall) -> HTTPAnswer {
    let wanted = (call.optionalText("query") ?? "").lowercased()
    let limit = Int(call.integer("limit") ?? 30)
    let found = call.catalog.instruments().lazy.filter { instrument in
      wanted.isEmpty || instrument.key.lowercased().contains(wanted)
        || instrument.name?.lowercased().contains(wanted) == true
    }.prefix(limit)
    return ChartText.list { json in
      for instrument in found {
        json.object { json in
          json.member("symbol", instrument.key)
          json.member("full_name", instrument.key)
          json.member("ticker", instrument.key)
          json.member("description", instrument.name ?? instrument.symbol)
          json.member("exchange", instrument.venue ?? "")
          json.member("type", "")
        }
      }
    }
  }

  // MARK: Bars

  private static func history(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let shelves = BarShelves(call)
    let resolution = try ChartResolution.find(
      call.text("resolution"), in: try await shelves.specs())
    try call.mayRead(["bar", call.text("symbol"), resolution.spec])
    let to = ChartText.time(call.integer("to") ?? 0)
    let countback = call.integer("countback")
    var query = HistoryBarQuery(
      instrument: call.text("symbol"), spec: resolution.spec,
      from: countback == nil
        ? resolution.begin(call.integer("from").map(ChartText.time) ?? .distantPast)
        : .distantPast,
      to: resolution.begin(to), limit: Int(countback ?? Int64(barsMax)), end: .newest)
    let bars = try await shelves.bars(query).bars
    guard bars.isEmpty else {
      return ChartText.bars(bars, resolution)
    }
    // Where the next bar before the range is, if there is one at all.
    (query.to, query.from, query.limit) = (query.from, .distantPast, 1)
    let earlier = query.to > .distantPast ? try await shelves.bars(query).bars.last : nil
    return .json { json in
      json.member("s", "no_data")
      if let earlier { json.member("nextTime", resolution.stamp(earlier)) }
    }
  }

  // MARK: Now

  private static func quotes(_ call: RESTCall, _ state: borrowing RESTState) -> HTTPAnswer {
    var quotes: [ChartText.Quote] = []
    for key in call.list("symbols") ?? [] {
      let pattern = SubjectPattern([.name("trade"), .name(key)])
      guard let id = call.catalog.instrument(key: key), let about = call.catalog.instrument(id),
        call.grant.maySubscribe(pattern)
      else {
        quotes.append(ChartText.Quote(key: key))
        continue
      }
      let newest = state.newest(id)
      quotes.append(
        ChartText.Quote(
          key: key, instrument: about, trade: newest.trade?.trade, quote: newest.quote?.quote))
    }
    return .json { json in
      json.member("s", "ok")
      json.array("d") { json in for quote in quotes { quote.write(to: &json) } }
    }
  }

  private static func marks(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let query = AlertQuery(
      instrument: call.text("symbol"), states: [.firing],
      from: call.integer("from").map(ChartText.time) ?? .distantPast,
      to: call.integer("to").map(ChartText.time) ?? .distantFuture, limit: 500)
    // Charts without alerts have no marks: that is no failure.
    guard let book = try? call.capabilities.find(.alertBook) else { return ChartText.marks([]) }
    do throws(PluginError) {
      let records = try await book.history(query)
      return ChartText.marks(
        records.filter {
          call.grant.maySubscribe(SubjectPattern([.name("alert"), .name($0.rule)]))
        })
    } catch {
      throw HTTPAnswer.Refusal(status: 422, reason: error.description)
    }
  }
}
