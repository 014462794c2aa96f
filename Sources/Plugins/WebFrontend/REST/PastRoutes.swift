internal import EngineCore
internal import NIOHTTP1
internal import WebProtocol

/// Endpoints about bars and ticks of the past.
enum PastRoutes {
  /// What an answer is written as.
  private enum Format: String, CaseIterable {
    case json
    case csv
    case ndjson
  }

  static let limitUsual = 500
  private static let format = RouteParameter.query(
    "format", "json, csv or ndjson", .choice(Format.allCases.map(\.rawValue)))
  private static let symbol = RouteParameter.path(
    "symbol", "the instrument, SYMBOL or SYMBOL@VENUE")
  private static let range: [RouteParameter] = [
    .query("from", "this time or later", .time), .query("to", "before this time", .time),
  ]

  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/bars/{symbol}/{spec}"),
        summary: "Bars of one instrument, oldest first; the open one last.",
        parameters: [symbol, .path("spec", "the bar spec, such as 1m")] + range + [
          .query(
            "limit", "most bars in the answer",
            .integer(1...Int64(HistoryBarQuery.limitMax))),
          .query(
            "countback", "so many bars before \"to\", however far back",
            .integer(1...Int64(HistoryBarQuery.limitMax))),
          .query("end", "which end of the range to begin with", .choice(["oldest", "newest"])),
          format,
        ],
        answer: .object([
          RouteSchema.member("symbol", .text), RouteSchema.member("spec", .text),
          RouteSchema.member("bars", .list(.named("Bar"))),
          RouteSchema.member("next", .nullable(.time)),
        ]), otherTypes: ["text/csv", "application/x-ndjson"], failures: [404, 422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await bars(call) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/ticks/{symbol}"),
        summary: "Trades and quotes of one instrument, in the order of the log.",
        parameters: [symbol] + range + [
          .query("kind", "trade, quote or both", .choice(["trade", "quote", "both"])),
          .query("after", "the position behind which to go on", .integer(0...Int64.max)),
          .query("limit", "most ticks in the answer", .integer(1...Int64(TickQuery.limitMax))),
          .query("end", "which end of the range to begin with", .choice(["oldest", "newest"])),
          format,
        ],
        answer: .object([
          RouteSchema.member("symbol", .text),
          RouteSchema.member("ticks", .list(.named("Tick"))),
          RouteSchema.member("next", .nullable(.integer)),
          RouteSchema.member("recorded_from", .integer),
        ]), otherTypes: ["text/csv", "application/x-ndjson"], failures: [404, 422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await ticks(call) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/series"),
        summary: "Which bars of the past there are, by instrument and spec.",
        answer: .object([
          RouteSchema.member(
            "series",
            .list(
              .object([
                RouteSchema.member("symbol", .text), RouteSchema.member("spec", .text),
                RouteSchema.member("bars", .integer), RouteSchema.member("first", .time),
                RouteSchema.member("last", .time),
              ])))
        ]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await series(call) }),
    ]
  }

  private static func checkRange(_ call: RESTCall) throws(HTTPAnswer.Refusal) {
    guard let from = call.time("from"), let to = call.time("to"), from >= to else { return }
    throw HTTPAnswer.Refusal(status: 422, reason: "from: expected a time before \"to\" (\(to))")
  }

  // MARK: Bars

  private static func bars(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    try checkRange(call)
    let (key, spec) = (call.text("symbol"), call.text("spec"))
    try call.mayRead(["bar", key, spec])
    let countback = call.integer("countback")
    let query = HistoryBarQuery(
      instrument: key, spec: spec,
      from: countback == nil ? call.time("from") ?? .distantPast : .distantPast,
      to: call.time("to") ?? .distantFuture,
      limit: Int(countback ?? call.integer("limit") ?? Int64(limitUsual)),
      end: countback != nil || call.optionalText("end") == "newest" ? .newest : .oldest)
    let answer = try await BarShelves(call).bars(query)
    let last = query.end == .oldest ? answer.bars.last?.start : answer.bars.first?.start
    let next = answer.hasMore ? last.map { "\($0)" } : nil
    return written(call, answer.bars, next: next)
  }

  /// Bars in the form that is asked for. There may be tens of thousands of them.
  private static func written(_ call: RESTCall, _ bars: [Bar], next: String?) -> HTTPAnswer {
    var text = BarText()
    var body: [UInt8] = []
    switch format(call) {
    case .json:
      var head = JSONWriter()
      head.beginObject()
      head.member("symbol", call.text("symbol"))
      head.member("spec", call.text("spec"))
      body = head.bytes
      body += Array(",\"bars\":[".utf8)
      text.append(bars, as: .elements, to: &body)
      body += Array("],\"next\":\(next.map { "\"\($0)\"" } ?? "null")}\n".utf8)
      return .json(body)
    case .ndjson:
      text.append(bars, as: .lines, to: &body)
      return HTTPAnswer(status: 200, body: body, type: linesType)
    case .csv:
      body = Array((BarText.columns.joined(separator: ",") + "\r\n").utf8)
      text.append(bars, as: .fields, to: &body)
      return HTTPAnswer(status: 200, body: body, type: tableType)
    }
  }

  // MARK: Ticks

  private static func ticks(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    try checkRange(call)
    let id = try call.instrument()
    let kinds: [EventKind] =
      switch call.optionalText("kind") {
      case "quote": [.quote]
      case "both": [.trade, .quote]
      default: [.trade]
      }
    for kind in kinds { try call.mayRead([kind.name, call.text("symbol")]) }
    let query = TickQuery(
      instrument: id, kinds: Set(kinds), from: call.time("from") ?? .distantPast,
      to: call.time("to") ?? .distantFuture, after: UInt64(call.integer("after") ?? 0),
      limit: Int(call.integer("limit") ?? Int64(limitUsual)),
      isNewest: call.optionalText("end") == "newest")
    let page = try await call.ask(.marketHistory) { history throws(PluginError) in
      try await history.ticks(query)
    }
    let names = EventJSON(catalog: call.catalog)
    let columns = kinds == [.quote] ? quoteColumns : tradeColumns
    func write(_ tick: TickPage.Tick, _ json: inout JSONWriter) {
      HistoryJSON.write(tick, names: names, to: &json)
    }
    return written(
      call, "ticks", page.ticks, columns: columns,
      behind: [
        ("next", page.next.map { .integer($0) } ?? .null),
        ("recorded_from", .integer(page.recordedFrom)),
      ], write)
  }

  private static let tradeColumns = ["seq", "time", "price", "size", "side", "source"]
  private static let quoteColumns = [
    "seq", "time", "bid", "ask", "bid_size", "ask_size", "source",
  ]

  private static func series(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let series = try await call.ask(.marketHistory) { history throws(PluginError) in
      try await history.series()
    }
    return .json { json in
      json.array("series") { json in
        for row in series {
          json.object { json in
            json.member("symbol", row.instrument.key)
            json.member("spec", row.spec)
            json.member("bars", row.bars)
            json.member("first", "\(row.first)")
            json.member("last", "\(row.last)")
          }
        }
      }
    }
  }

  // MARK: Forms

  private static let linesType = "application/x-ndjson"
  private static let tableType = "text/csv; charset=utf-8"

  private static func format(_ call: RESTCall) -> Format {
    Format(rawValue: call.optionalText("format") ?? "json") ?? .json
  }

  /// An answer in the form that is asked for: one document, or a line a row.
  private static func written<Row>(
    _ call: RESTCall, _ name: String, _ rows: [Row], columns: [String],
    behind: [(String, JSONValue)],
    _ write: (Row, inout JSONWriter) -> Void
  ) -> HTTPAnswer {
    switch format(call) {
    case .json:
      return .json { json in
        json.member("symbol", call.text("symbol"))
        json.array(name) { json in for row in rows { write(row, &json) } }
        for member in behind { json.member(member.0, member.1) }
      }
    case .ndjson:
      var body: [UInt8] = []
      for row in rows {
        var json = JSONWriter()
        write(row, &json)
        body += json.bytes + [0x0A]
      }
      return HTTPAnswer(status: 200, body: body, type: linesType)
    case .csv:
      return HTTPAnswer(
        status: 200, body: RowText.csv(rows, names: columns, write),
        type: tableType)
    }
  }
}
