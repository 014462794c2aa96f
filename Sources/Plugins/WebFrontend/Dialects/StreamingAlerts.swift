internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// The routes of the market data streaming system for alerts of users. An alert is a rule whose
/// owner is the user; what the rule cannot say is in its note.
enum StreamingAlerts {
  private typealias System = StreamingSystemDialect

  private static let userOrAlert = RouteParameter.path(
    "id", "the user; to delete an alert its id")

  static var endpoints: [RouteEndpoint] {
    [
      endpoint(.POST, "alerts", "Streaming: creates an alert.", []) {
        call throws(HTTPAnswer.Refusal) in try await create(call)
      },
      endpoint(.GET, "alerts/{id}", "Streaming: the alerts of a user.", [userOrAlert]) {
        call throws(HTTPAnswer.Refusal) in
        let alerts = try await alerts(call, of: call.text("id"))
        return ChartText.list { json in for alert in alerts { json.value(alert) } }
      },
      endpoint(.DELETE, "alerts/{id}", "Streaming: deletes an alert.", [userOrAlert]) {
        call throws(HTTPAnswer.Refusal) in try await delete(call)
      },
    ]
  }

  private static func endpoint(
    _ method: HTTPMethod, _ path: String, _ summary: String, _ parameters: [RouteParameter],
    _ work: @escaping @Sendable (RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer
  ) -> RouteEndpoint {
    RouteEndpoint(
      method: method, path: RoutePath("\(System.base)/\(path)"), summary: summary,
      right: method == .GET ? .read : .write, parameters: parameters,
      body: method == .POST ? StreamingAlertConfig.schema : nil, failures: [404, 422, 503],
      failure: .named("Detail"), isLenient: true, refuse: System.refuse, work: .later(work))
  }

  // MARK: Work

  private static func create(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let body = try call.json()
    let config: StreamingAlertConfig
    do throws(StreamingAlertConfig.Fault) {
      config = try StreamingAlertConfig(body, at: call.clock.now())
    } catch {
      throw HTTPAnswer.Refusal(status: 422, reason: error.text)
    }
    guard call.catalog.instrument(key: config.symbol) != nil else {
      throw HTTPAnswer.Refusal(
        status: 422, reason: "symbol: there is no instrument \"\(config.symbol)\"")
    }
    try call.mayRead(["trade", config.symbol])
    let rule = config.rule
    _ = try await call.ask(.alertBook) { book throws(PluginError) in
      try await book.add(rule: rule)
    }
    return .json { json in
      for member in config.alert.object ?? [] { json.member(member.name, member.value) }
    }
  }

  /// The alerts that were made here, of one user or of all.
  private static func alerts(
    _ call: RESTCall, of user: String?
  ) async throws(HTTPAnswer.Refusal) -> [JSONValue] {
    try await call.ask(.alertBook) { book throws(PluginError) in
      try await book.rules(owner: user)
    }.compactMap(StreamingAlertConfig.alert(of:))
  }

  private static func delete(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let id = call.text("id")
    guard try await alerts(call, of: nil).contains(where: { $0["id"]?.string == id }) else {
      throw HTTPAnswer.Refusal(status: 404, reason: "Alert \(id) not found")
    }
    _ = try await call.ask(.alertBook) { book throws(PluginError) in
      try await book.remove(rule: id)
    }
    return .json { json in
      json.member("message", "Alert \(id) deleted")
      json.member("id", id)
    }
  }
}
