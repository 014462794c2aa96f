internal import EngineCore
internal import NIOHTTP1

/// Endpoints about instruments and what is known of them now.
enum MarketRoutes {
  private static let pageMax: Int64 = 10_000
  private static let symbol = RouteParameter.path(
    "symbol", "the instrument, SYMBOL or SYMBOL@VENUE")

  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/instruments"),
        summary: "The instruments that the engine knows.",
        parameters: [
          .query("filter", "a text in symbol, venue or name"),
          .query("after", "the id behind which to go on", .integer(0...Int64(UInt32.max))),
          .query("limit", "most instruments in the answer", .integer(1...pageMax)),
        ],
        answer: .object([
          RouteSchema.member("total", .integer),
          RouteSchema.member("instruments", .list(.named("Instrument"))),
          RouteSchema.member("next", .nullable(.integer)),
        ]), work: .now { call, _ in instruments(call) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/instruments/{symbol}"),
        summary: "One instrument.", parameters: [symbol], answer: .named("Instrument"),
        failures: [404],
        work: .now { call, _ throws(HTTPAnswer.Refusal) in
          let id = try call.instrument()
          guard let instrument = call.catalog.instrument(id) else { return .json { _ in } }
          return .json { json in write(instrument, id.raw, &json) }
        }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/last"),
        summary: "The newest trade and quote of several instruments.",
        parameters: [
          .query("symbols", "instruments, with commas between them", isRequired: true)
        ],
        answer: .object([
          RouteSchema.member("last", .list(last)), RouteSchema.member("unknown", .list(.text)),
        ]),
        work: .now { call, state throws(HTTPAnswer.Refusal) in try several(call, state) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/last/{symbol}"),
        summary: "The newest trade and quote of one instrument.", parameters: [symbol],
        answer: last, failures: [404],
        work: .now { call, state throws(HTTPAnswer.Refusal) in
          let id = try call.instrument()
          try call.mayRead(["trade", call.text("symbol")])
          let newest = state.newest(id)
          return .json { json in write(call.text("symbol"), newest, call.catalog, &json) }
        }),
    ]
  }

  private static let last = RouteSchema.object([
    RouteSchema.member("symbol", .text), RouteSchema.member("trade", .nullable(.named("Tick"))),
    RouteSchema.member("quote", .nullable(.named("Tick"))),
  ])

  // MARK: Instruments

  private static func instruments(_ call: RESTCall) -> HTTPAnswer {
    let wanted = call.optionalText("filter")?.lowercased()
    let all = call.catalog.instruments()
    let matching = all.indices.filter { index in
      guard let wanted else { return true }
      return all[index].key.lowercased().contains(wanted)
        || all[index].name?.lowercased().contains(wanted) == true
    }
    let after = Int(call.integer("after") ?? 0)
    let rest = matching.drop { $0 < after }
    let page = rest.prefix(Int(call.integer("limit") ?? 1000))
    return .json { json in
      json.member("total", matching.count)
      json.array("instruments") { json in
        for index in page {
          json.object { json in write(all[index], UInt32(index + 1), &json) }
        }
      }
      // Ids count from 1: the last one of the page is one more than its index.
      json.member(
        "next", page.count < rest.count ? .integer((page.last ?? 0) + 1) : .null)
    }
  }

  static func write(_ instrument: Instrument, _ id: UInt32, _ json: inout JSONWriter) {
    json.member("id", id)
    json.member("key", instrument.key)
    json.member("symbol", instrument.symbol)
    json.member("venue", .optional(instrument.venue))
    json.member("name", .optional(instrument.name))
    json.member("price_precision", instrument.pricePrecision)
    json.member("size_precision", instrument.sizePrecision)
    json.member("increment", instrument.increment.map { .decimal($0.text()) } ?? .null)
    json.member("currency", .optional(instrument.currency))
    json.member("calendar", .optional(instrument.calendar))
  }

  // MARK: Last values

  private static func several(
    _ call: RESTCall, _ state: borrowing RESTState
  ) throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    var found: [(key: String, newest: (trade: Event?, quote: Event?))] = []
    var unknown: [String] = []
    for key in call.list("symbols") ?? [] {
      guard let id = call.catalog.instrument(key: key) else {
        unknown.append(key)
        continue
      }
      try call.mayRead(["trade", key])
      found.append((key, state.newest(id)))
    }
    return .json { json in
      json.array("last") { json in
        for (key, newest) in found {
          json.object { json in write(key, newest, call.catalog, &json) }
        }
      }
      json.array("unknown") { json in for key in unknown { json.value(key) } }
    }
  }

  private static func write(
    _ key: String, _ newest: (trade: Event?, quote: Event?), _ catalog: Catalog,
    _ json: inout JSONWriter
  ) {
    let events = EventJSON(catalog: catalog)
    json.member("symbol", key)
    for (name, event) in [("trade", newest.trade), ("quote", newest.quote)] {
      json.name(name)
      if let event { events.write(event, to: &json) } else { json.null() }
    }
  }
}
