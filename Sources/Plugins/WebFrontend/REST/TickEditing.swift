internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// Endpoints that take ticks in, and change and cancel them. Bars follow.
enum TickEditing {
  private static let symbol = RouteParameter.path(
    "symbol", "the instrument, SYMBOL or SYMBOL@VENUE")
  private static let position = RouteParameter.path(
    "seq", "the tick's position in the log", .integer(1...Int64.max))
  static let row = RouteSchema.object([
    RouteSchema.member("symbol", .word), RouteSchema.member("price", .number),
    RouteSchema.optional("size", .nullable(.number)),
    RouteSchema.optional("side", .choice(["buy", "sell", "unknown"])),
    RouteSchema.optional("time", .nullable(.time)), RouteSchema.optional("venue_seq", .integer),
  ])

  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .POST, path: RoutePath("/api/v1/ticks"),
        summary: "Takes in one tick (an object), many (a list, or lines of JSON).", right: .write,
        parameters: [
          .query("results", "of every row, or of those refused", .choice(["all", "refused"]))
        ],
        // Rows of a list are looked at one by one: each that is wrong has its own answer.
        body: .either([row, .list(.anything)]),
        answer: .object([
          RouteSchema.member("accepted", .integer), RouteSchema.member("refused", .integer),
          RouteSchema.member(
            "rows",
            .list(
              .object([
                RouteSchema.member("row", .integer), RouteSchema.optional("seq", .integer),
                RouteSchema.optional("error", .text),
              ]))),
        ]), successes: [200, 201], failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await push(call) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/ticks/{symbol}/{seq}"), summary: "One tick.",
        parameters: [symbol, position], answer: .named("Tick"), failures: [404, 422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in
          let tick = try await find(call)
          var json = JSONWriter()
          HistoryJSON.write(tick, names: EventJSON(catalog: call.catalog), to: &json)
          return HTTPAnswer(status: 200, body: json.bytes, type: "application/json")
        }),
      RouteEndpoint(
        method: .PUT, path: RoutePath("/api/v1/ticks/{symbol}/{seq}"),
        summary: "Gives a trade another price or size; its bars are amended.", right: .write,
        parameters: [symbol, position],
        body: .object([
          RouteSchema.optional("price", .number), RouteSchema.optional("size", .number),
        ]), failures: [404, 422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await change(call) }),
      RouteEndpoint(
        method: .DELETE, path: RoutePath("/api/v1/ticks/{symbol}/{seq}"),
        summary: "Cancels a trade; its bars are amended.", right: .write,
        parameters: [symbol, position], failures: [404, 422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in
          let tick = try await find(call)
          return try await correct(call, tick, price: .undefined, size: tick.event.trade.size)
        }),
    ]
  }

  // MARK: Taking in

  /// Reads the rows of a body: one object, a list, or lines of JSON.
  ///
  /// - Parameter member: an object may have the list as a member of that name.
  static func rows(
    _ call: RESTCall, member: String? = nil, isOnce: Bool = true
  ) throws(HTTPAnswer.Refusal) -> (rows: TickRows, isOne: Bool) {
    var rows = TickRows(call, isOnce: isOnce)
    if call.contentType.hasPrefix("application/x-ndjson") {
      addLines(call.body.span, to: &rows)
      return (rows, false)
    }
    let body = try call.json()
    guard let list = body.array ?? member.flatMap({ body[$0]?.array }) else {
      guard body.object != nil else {
        throw HTTPAnswer.Refusal(
          status: 422, reason: "expected an object or a list in the body, found \(body.summary)")
      }
      rows.add(body)
      return (rows, true)
    }
    for value in list { rows.add(value) }
    return (rows, false)
  }

  /// Reads lines; those without anything are no rows.
  private static func addLines(_ text: Span<UInt8>, to rows: inout TickRows) {
    var start = 0
    while start < text.count {
      var end = start
      var isBlank = true
      while end < text.count, text[end] != 0x0A {
        let byte = text[end]
        if byte != 0x20, byte != 0x0D, byte != 0x09 { isBlank = false }
        end &+= 1
      }
      if !isBlank { rows.add(line: text.extracting(start..<end)) }
      start = end + 1
    }
  }

  private static func push(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let (rows, isOne) = try rows(call)
    if isOne, case .fault(let text) = rows.rows.first {
      throw HTTPAnswer.Refusal(status: 422, reason: text)
    }
    let positions = try await call.door.push(rows)
    let showsAll = call.optionalText("results") != "refused"
    return .json(status: isOne ? 201 : 200) { json in
      write(rows.rows, positions, showsAll: showsAll, to: &json)
    }
  }

  /// What became of rows, with the positions of those that are good.
  static func write(
    _ rows: [TickRows.Row], _ positions: [UInt64], showsAll: Bool = true,
    to json: inout JSONWriter
  ) {
    json.member("accepted", positions.count)
    json.member("refused", rows.count - positions.count)
    json.array("rows") { json in
      for (index, row) in rows.enumerated() {
        switch row {
        case .event(let place):
          guard showsAll else { continue }
          json.object { json in
            json.member("row", index)
            json.member("seq", positions[place])
          }
        case .fault(let text):
          json.object { json in
            json.member("row", index)
            json.member("error", text)
          }
        }
      }
    }
  }

  // MARK: One tick

  /// The tick that a request names, as it is by now.
  static func find(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> TickPage.Tick {
    let id = try call.instrument()
    try call.mayRead(["trade", call.text("symbol")])
    return try await find(call, instrument: id, at: UInt64(call.integer("seq") ?? 0))
  }

  static func find(
    _ call: RESTCall, instrument: InstrumentID, at position: UInt64
  ) async throws(HTTPAnswer.Refusal) -> TickPage.Tick {
    let query = TickQuery(instrument: instrument, at: position)
    let page = try await call.ask(.marketHistory) { history throws(PluginError) in
      try await history.ticks(query)
    }
    if let tick = page.ticks.first, tick.event.sequence == position { return tick }
    throw HTTPAnswer.Refusal(status: 404, reason: "there is no tick at \(position)")
  }

  private static func change(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let tick = try await find(call)
    let body = try call.json()
    for member in body.object ?? [] where member.name != "price" && member.name != "size" {
      throw HTTPAnswer.Refusal(
        status: 422, reason: "expected \"price\" and \"size\", found \"\(member.name)\"")
    }
    guard body["price"] != nil || body["size"] != nil, tick.event.kind == .trade else {
      throw HTTPAnswer.Refusal(
        status: 422, reason: "expected a trade, and a \"price\" or \"size\" to give it")
    }
    var trade = tick.event.trade
    do throws(FixedPointError) {
      if let text = try number(body, "price") { trade.price = try Price(text) }
      if let text = try number(body, "size") { trade.size = try Quantity(text) }
    } catch {
      throw HTTPAnswer.Refusal(status: 422, reason: "\(error)")
    }
    return try await correct(call, tick, price: trade.price, size: trade.size)
  }

  private static func number(
    _ body: JSONValue, _ name: String
  ) throws(FixedPointError) -> String? {
    guard let value = body[name] else { return nil }
    guard let text = value.number?.text else { throw .empty }
    return text
  }

  /// Publishes a correction of a trade; an undefined price cancels it.
  static func correct(
    _ call: RESTCall, _ tick: TickPage.Tick, price: Price, size: Quantity
  ) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    guard tick.event.kind == .trade else {
      throw HTTPAnswer.Refusal(
        status: 422, reason: "expected a trade at \(tick.event.sequence), found a quote")
    }
    let trade = tick.event.trade
    let correction = Event(
      Correction(
        target: tick.event.sequence, instrument: trade.instrument, oldTime: trade.eventTime,
        oldPrice: trade.price, oldSize: trade.size, newPrice: price, newSize: size))
    let filter = SubjectFilter(call.grant.publish, catalog: call.catalog)
    guard filter.matches(Event(kind: .trade, scope: 0, instrument: trade.instrument)) else {
      throw HTTPAnswer.Refusal(
        status: 403, reason: "the token of \(call.grant.name) may not publish that instrument")
    }
    let position = try await call.door.push([correction]).first ?? 0
    // As it was said it may be said again.
    call.door.pushed.remove([PushedTicks.mark(of: trade)])
    return .json { json in
      json.member("seq", tick.event.sequence)
      json.member("cancelled", !price.isDefined)
      json.member("price", price.isDefined ? .decimal(price.text()) : .null)
      json.member("size", size.isDefined && price.isDefined ? .decimal(size.text()) : .null)
      json.member("correction_seq", position)
    }
  }
}
