internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// Endpoints about alerts.
enum AlertRoutes {
  private static let selection: [RouteParameter] = [
    .query("rule", "a rule, or the beginning of its name and *"),
    .query("symbol", "an instrument, or the beginning of its key and *"),
    .query("state", "the state that they are in", .choice(AlertState.allCases.map { "\($0)" })),
  ]

  private static let state = RouteSchema.object([
    RouteSchema.member("rule", .text), RouteSchema.member("symbol", .text),
    RouteSchema.member("state", .text), RouteSchema.member("severity", .text),
    RouteSchema.member("generation", .integer), RouteSchema.member("since", .time),
    RouteSchema.member("last_fired", .nullable(.time)), RouteSchema.member("value", .text),
    RouteSchema.member("threshold", .text), RouteSchema.member("silenced", .boolean),
    RouteSchema.member("flapping", .boolean), RouteSchema.member("suppressed", .integer),
  ])

  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/alerts"),
        summary: "The states of alert rules for instruments.",
        parameters: selection + [
          .query(
            "limit", "most states in the answer", .integer(1...Int64(AlertQuery.limitMax)))
        ],
        answer: .object([RouteSchema.member("alerts", .list(state))]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await states(call) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/alerts/history"),
        summary: "What became of which rule for which instrument, newest first.",
        parameters: selection + [
          .query("from", "this time or later", .time), .query("to", "before this time", .time),
          .query("before", "transitions with smaller numbers", .integer(0...Int64.max)),
          .query(
            "limit", "most transitions in the answer", .integer(1...Int64(AlertQuery.limitMax))),
        ],
        answer: .object([
          RouteSchema.member("transitions", .list(.anything)),
          RouteSchema.member("next", .nullable(.integer)),
        ]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await history(call) }),
      RouteEndpoint(
        method: .POST, path: RoutePath("/api/v1/alerts/{rule}/acknowledge"),
        summary: "Takes note that a person has seen what fires.", right: .write,
        parameters: [.path("rule", "the rule")],
        body: .object([
          RouteSchema.optional("symbol", .text), RouteSchema.optional("by", .text),
        ]), isBodyOptional: true,
        answer: .object([RouteSchema.member("acknowledged", .integer)]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await acknowledge(call) }),
    ]
  }

  private static func query(_ call: RESTCall) -> AlertQuery {
    let wanted = call.optionalText("state")
    let states = wanted.map { name in Set(AlertState.allCases.filter { "\($0)" == name }) }
    return AlertQuery(
      rule: call.optionalText("rule"), instrument: call.optionalText("symbol"), states: states,
      from: call.time("from") ?? .distantPast, to: call.time("to") ?? .distantFuture,
      before: call.integer("before").map { UInt64($0) } ?? .max,
      limit: Int(call.integer("limit") ?? 100))
  }

  /// Whether who asks may read alerts of a rule.
  private static func mayRead(_ call: RESTCall, _ rule: String) -> Bool {
    call.grant.maySubscribe(SubjectPattern([.name("alert"), .name(rule)]))
  }

  private static func states(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let query = query(call)
    let states = try await call.ask(.alertBook) { book throws(PluginError) in
      try await book.states(query)
    }
    return .json { json in
      json.array("alerts") { json in
        for state in states.prefix(query.limit) where mayRead(call, state.rule) {
          json.object { json in write(state, &json) }
        }
      }
    }
  }

  private static func write(_ state: AlertStatus, _ json: inout JSONWriter) {
    json.member("rule", state.rule)
    json.member("symbol", state.instrument)
    json.member("state", "\(state.state)")
    json.member("severity", state.severity)
    json.member("generation", state.generation)
    json.member("since", "\(state.since)")
    json.member("last_fired", .optional(state.lastFired.map { "\($0)" }))
    json.member("value", state.value)
    json.member("threshold", state.threshold)
    json.member("silenced", state.isSilenced)
    json.member("flapping", state.isFlapping)
    json.member("suppressed", state.suppressed)
  }

  private static func history(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let query = query(call)
    let records = try await call.ask(.alertBook) { book throws(PluginError) in
      try await book.history(query)
    }
    return .json { json in
      json.array("transitions") { json in
        for record in records where mayRead(call, record.rule) { json.value(record.json) }
      }
      json.member(
        "next", records.count < query.limit ? .null : .optionalInteger(records.last?.number))
    }
  }

  private static func acknowledge(
    _ call: RESTCall
  ) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let body = call.body.isEmpty ? JSONValue.object([]) : try call.json()
    for (name, value) in (body.object ?? []).map({ ($0.name, $0.value) }) {
      guard ["symbol", "by"].contains(name), value.string != nil else {
        throw HTTPAnswer.Refusal(
          status: 422,
          reason: "expected texts \"symbol\" and \"by\", found \"\(name)\": \(value.summary)")
      }
    }
    guard body.object != nil else {
      throw HTTPAnswer.Refusal(
        status: 422, reason: "expected an object in the body, found \(body.summary)")
    }
    let count = try await call.ask(.alertBook) { book throws(PluginError) in
      try await book.acknowledge(
        rule: call.text("rule"), instrument: body["symbol"]?.string,
        by: body["by"]?.string ?? (call.grant.name.isEmpty ? nil : call.grant.name))
    }
    return .json { json in json.member("acknowledged", count) }
  }
}

extension JSONValue {
  fileprivate static func optionalInteger(_ number: UInt64?) -> JSONValue {
    number.map { .integer($0) } ?? .null
  }
}
