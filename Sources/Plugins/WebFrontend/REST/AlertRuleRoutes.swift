internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// Endpoints about the rules that alerts come of.
enum AlertRuleRoutes {
  private static let row = RouteSchema.object([
    RouteSchema.member("id", .text), RouteSchema.member("state", .text),
    RouteSchema.member("firing", .integer), RouteSchema.member("states", .integer),
    RouteSchema.member("severity", .text), RouteSchema.member("last_fired", .nullable(.time)),
    RouteSchema.member("origin", .text), RouteSchema.member("when", .text),
  ])

  private static let id = RouteSchema.limited(
    .text, "pattern", .string("^[A-Za-z0-9_.-]{1,64}$"))

  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/alerts/rules"), summary: "The rules of alerts.",
        parameters: [
          .query("rule", "a rule, or the beginning of its name and *"),
          .query(
            "limit", "most rules in the answer", .integer(1...Int64(AlertQuery.limitMax))),
        ],
        answer: .object([
          RouteSchema.member("rules", .list(row)), RouteSchema.member("matching", .integer),
        ]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await rules(call) }),
      RouteEndpoint(
        method: .POST, path: RoutePath("/api/v1/alerts/rules"),
        summary: "Adds a rule, or puts another one in the place of one that was added.",
        right: .write,
        body: .object([
          RouteSchema.member("id", id), RouteSchema.member("when", .word),
          RouteSchema.optional("for", .word),
          RouteSchema.optional("severity", .choice(["info", "warning", "critical"])),
          RouteSchema.optional("message", .word), RouteSchema.optional("cooldown", .word),
        ]), answer: .anything, failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in
          let rule = try call.json()
          try mayWrite(call, rule["id"]?.string ?? "")
          return .json(try await command(call, "add", [("rule", rule)]))
        }),
      RouteEndpoint(
        method: .DELETE, path: RoutePath("/api/v1/alerts/rules/{rule}"),
        summary: "Removes a rule that was added.", right: .write,
        parameters: [.path("rule", "the rule")],
        answer: .object([RouteSchema.member("removed", .text)]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in
          try mayWrite(call, call.text("rule"))
          return .json(
            try await command(call, "remove", [("rule", .string(call.text("rule")))]))
        }),
    ]
  }

  /// Sends a command to the plugin that watches rules.
  private static func command(
    _ call: RESTCall, _ name: String, _ arguments: [(String, JSONValue)]
  ) async throws(HTTPAnswer.Refusal) -> JSONValue {
    let figures = try await call.ask(.engineFigures) { engine throws(PluginError) in
      engine.figures()
    }
    guard let plugin = figures?.plugins.first(where: { $0.kind == "alerts" }) else {
      throw HTTPAnswer.Refusal(
        status: 503, reason: "no running plugin watches rules (start one of: alerts)")
    }
    let reply = try await OperationsRoutes.admin(
      call, "plugins.command",
      [
        ("name", .string(plugin.name)), ("command", .string(name)),
        ("arguments", .object(arguments)),
      ])
    return reply["reply"] ?? .object([])
  }

  private static func rules(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    var arguments: [(String, JSONValue)] = []
    if let rule = call.optionalText("rule") { arguments.append(("rule", .string(rule))) }
    if let limit = call.integer("limit") { arguments.append(("limit", .integer(limit))) }
    let reply = try await command(call, "list", arguments)
    let rules = (reply["rules"]?.array ?? []).filter { rule in
      call.grant.maySubscribe(pattern(rule["id"]?.string ?? ""))
    }
    return .json { json in
      json.member("rules", .array(rules))
      json.member("matching", reply["matching"] ?? .integer(rules.count))
    }
  }

  private static func pattern(_ rule: String) -> SubjectPattern {
    SubjectPattern([.name("alert"), .name(rule)])
  }

  /// Rules may name every instrument: a token that publishes a few ticks has no right to them.
  private static func mayWrite(
    _ call: RESTCall, _ rule: String
  ) throws(HTTPAnswer.Refusal) {
    let pattern = pattern(rule)
    if call.grant.isAdmin || call.grant.publish.contains(where: { $0.covers(pattern) }) { return }
    throw HTTPAnswer.Refusal(
      status: 403,
      reason: "the token of \(call.grant.name) may not publish alert.\(rule)")
  }
}
