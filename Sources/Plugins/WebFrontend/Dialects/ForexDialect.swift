internal import EngineCore
internal import NIOHTTP1

/// The routes of the FX OHLC microservice: ticks that are created, read, changed and deleted by id,
/// and bars by minute, hour and day.
///
/// An id is a position in the log. Days are those of a spec that begins at 22:00 UTC, where there
/// is one.
enum ForexDialect {
  private static let symbol = RouteParameter.query("symbol", "the instrument", isRequired: true)
  private static let range: [RouteParameter] = [
    .query("start", "this time or later", .time), .query("end", "through this time", .time),
  ]
  private static let id = RouteParameter.path("id", "the tick's id", .integer(1...Int64.max))

  static var endpoints: [RouteEndpoint] {
    [
      endpoint(
        .POST, "/ticks/", "Forex: creates a tick.", right: .write, body: TickEditing.row,
        success: 201
      ) {
        call throws(HTTPAnswer.Refusal) in
        try await create(call)
      },
      endpoint(
        .POST, "/ticks/bulk", "Forex: creates ticks.", right: .write,
        body: .either([.list(.anything), .object([])]), success: 201
      ) {
        call throws(HTTPAnswer.Refusal) in
        try await createMany(call)
      },
      endpoint(.GET, "/ticks/", "Forex: ticks of a range.", [symbol] + range) {
        call throws(HTTPAnswer.Refusal) in
        try await ticks(call)
      },
      endpoint(.GET, "/ticks/{id}", "Forex: one tick.", [id]) {
        call throws(HTTPAnswer.Refusal) in
        try await tick(call).answer(call)
      },
      endpoint(
        .PUT, "/ticks/{id}", "Forex: changes the price of a tick.", [id], right: .write,
        body: .object([RouteSchema.member("price", .number)])
      ) {
        call throws(HTTPAnswer.Refusal) in try await change(call)
      },
      endpoint(.DELETE, "/ticks/{id}", "Forex: deletes a tick.", [id], right: .write, success: 204)
      {
        call throws(HTTPAnswer.Refusal) in
        let tick = try await tick(call)
        _ = try await TickEditing.correct(
          call, tick.tick, price: .undefined, size: tick.tick.event.trade.size)
        return HTTPAnswer(status: 204)
      },
      bars("minute", "1"), bars("hour", "60"), bars("day", "1D"),
    ]
  }

  private static func endpoint(
    _ method: HTTPMethod, _ path: String, _ summary: String, _ parameters: [RouteParameter] = [],
    right: RouteEndpoint.Right = .read, body: RouteSchema? = nil, success: Int = 200,
    _ work: @escaping @Sendable (RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer
  ) -> RouteEndpoint {
    RouteEndpoint(
      method: method, path: RoutePath(path), summary: summary, right: right,
      parameters: parameters, body: body,
      successes: [success], failures: [404, 422, 503], failure: .named("Detail"),
      isLenient: true, refuse: refuse, work: .later(work))
  }

  private static func bars(_ name: String, _ resolution: String) -> RouteEndpoint {
    endpoint(.GET, "/ohlc/\(name)", "Forex: bars by \(name).", [symbol] + range) {
      call throws(HTTPAnswer.Refusal) in
      try await bars(call, resolution)
    }
  }

  /// Failures as FastAPI writes them.
  @Sendable private static func refuse(_ refusal: HTTPAnswer.Refusal) -> HTTPAnswer {
    let isInput = refusal.status == 400 || refusal.status == 422
    var answer = HTTPAnswer.json(status: isInput ? 422 : refusal.status) { json in
      guard isInput else { return json.member("detail", refusal.reason) }
      json.array("detail") { json in
        json.object { json in
          json.member("type", "value_error")
          json.array("loc") { json in
            json.value("request")
            json.value(String(refusal.reason.prefix { $0 != ":" && $0 != " " }))
          }
          json.member("msg", refusal.reason)
        }
      }
    }
    answer.headers += refusal.headers
    return answer
  }

  // MARK: Ticks

  private struct Found {
    let tick: TickPage.Tick

    func answer(_ call: RESTCall, status: Int = 200) -> HTTPAnswer {
      .json(status: status) { json in ForexDialect.write(tick.event, call.catalog, &json) }
    }
  }

  private static func write(_ event: Event, _ catalog: Catalog, _ json: inout JSONWriter) {
    let trade = event.trade
    json.member("id", event.sequence)
    json.member("symbol", catalog.instrument(trade.instrument)?.key ?? "")
    json.name("price")
    json.rawNumber(trade.price.text())
    json.member("time", "\(trade.eventTime)")
  }

  private static func create(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    var rows = TickRows(call, isOnce: false)
    rows.add(try call.json())
    if case .fault(let text) = rows.rows.first {
      throw HTTPAnswer.Refusal(status: 422, reason: text)
    }
    let positions = try await call.door.push(rows)
    var event = rows.events[0]
    event.sequence = positions.first ?? 0
    return Found(tick: TickPage.Tick(event: event, isCorrected: false)).answer(call, status: 201)
  }

  private static func createMany(
    _ call: RESTCall
  ) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let (rows, _) = try TickEditing.rows(call, member: "ticks", isOnce: false)
    let positions = try await call.door.push(rows)
    return .json(status: 201) { json in
      json.member("created", rows.events.count)
      json.array("ids") { json in for position in positions { json.value(position) } }
      json.array("errors") { json in
        for (index, row) in rows.rows.enumerated() {
          guard case .fault(let text) = row else { continue }
          json.object { json in
            json.member("row", index)
            json.member("detail", text)
          }
        }
      }
    }
  }

  private static func ticks(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let id = try call.instrument()
    try call.mayRead(["trade", call.text("symbol")])
    let query = TickQuery(
      instrument: id, from: call.time("start") ?? .distantPast, to: end(call),
      limit: TickQuery.limitMax)
    let page = try await call.ask(.marketHistory) { history throws(PluginError) in
      try await history.ticks(query)
    }
    let ticks = page.ticks.sorted { $0.event.time < $1.event.time }
    return ChartText.list { json in
      for tick in ticks { json.object { json in write(tick.event, call.catalog, &json) } }
    }
  }

  /// A range has its end.
  private static func end(_ call: RESTCall) -> Timestamp {
    call.time("end")?.advanced(byNanos: 1) ?? .distantFuture
  }

  private static func tick(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> Found {
    let position = UInt64(call.integer("id") ?? 0)
    let tick: TickPage.Tick
    do throws(HTTPAnswer.Refusal) {
      tick = try await TickEditing.find(call, instrument: .none, at: position)
    } catch {
      guard error.status == 404 else { throw error }
      throw HTTPAnswer.Refusal(status: 404, reason: "Tick not found")
    }
    guard tick.event.kind == .trade else {
      throw HTTPAnswer.Refusal(status: 404, reason: "Tick not found")
    }
    let key = call.catalog.instrument(tick.event.instrument)?.key ?? ""
    try call.mayRead(["trade", key])
    return Found(tick: tick)
  }

  private static func change(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let found = try await tick(call)
    let body = try call.json()
    guard let text = body["price"]?.number?.text else {
      throw HTTPAnswer.Refusal(
        status: 422, reason: "price: expected a number, found \(body.summary)")
    }
    var trade = found.tick.event.trade
    do throws(FixedPointError) {
      trade.price = try Price(text)
    } catch {
      throw HTTPAnswer.Refusal(status: 422, reason: "price: \(error)")
    }
    _ = try await TickEditing.correct(call, found.tick, price: trade.price, size: trade.size)
    var event = Event(trade)
    event.sequence = found.tick.event.sequence
    return Found(tick: TickPage.Tick(event: event, isCorrected: true)).answer(call)
  }

  // MARK: Bars

  private static func bars(
    _ call: RESTCall, _ resolution: String
  ) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    _ = try call.instrument()
    let shelves = BarShelves(call)
    let specs = try await shelves.specs()
    let evening = specs.first { resolution == "1D" && $0.contains("+22:00") }
    var spec = evening ?? ""
    if evening == nil { spec = try ChartResolution.find(resolution, in: specs).spec }
    try call.mayRead(["bar", call.text("symbol"), spec])
    let answer = try await shelves.bars(
      HistoryBarQuery(
        instrument: call.text("symbol"), spec: spec, from: call.time("start") ?? .distantPast,
        to: end(call), limit: HistoryBarQuery.limitMax))
    return ChartText.list { json in
      for bar in answer.bars {
        json.object { json in
          json.member("bucket", "\(bar.start)")
          json.member("symbol", call.text("symbol"))
          for (name, price) in [
            ("open", bar.open), ("high", bar.high), ("low", bar.low), ("close", bar.close),
          ] {
            json.name(name)
            json.rawNumber(price.text())
          }
          json.member("tick_count", bar.count)
        }
      }
    }
  }
}
