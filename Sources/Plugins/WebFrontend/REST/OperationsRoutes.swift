internal import EngineCore
internal import NIOHTTP1

/// Endpoints for those who look after the engine: its log, its clients, who reads what of whom.
enum OperationsRoutes {
  private static let linesMax: Int64 = 1000

  private static let line = RouteSchema.object([
    RouteSchema.member("number", .integer), RouteSchema.member("time", .time),
    RouteSchema.member("level", .text), RouteSchema.member("plugin", .text),
    RouteSchema.member("message", .text), RouteSchema.member("fields", .anything),
  ])
  private static let client = RouteSchema.object([
    RouteSchema.member("id", .text), RouteSchema.member("plugin", .text),
    RouteSchema.member("connection", .integer), RouteSchema.member("peer", .text),
    RouteSchema.member("client", .text), RouteSchema.member("token", .text),
    RouteSchema.optional("unwritten_bytes", .integer),
    RouteSchema.member("subscriptions", .list(.anything)),
  ])
  private static let subject = RouteSchema.object([
    RouteSchema.member("subject", .text), RouteSchema.member("events", .nullable(.integer)),
    RouteSchema.member("producers", .list(.text)), RouteSchema.member("consumers", .list(.text)),
  ])

  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/logs"), summary: "The newest log lines.",
        right: .watch,
        parameters: [
          .query("after", "lines with greater numbers", .integer(0...Int64.max)),
          .query("level", "of this level or above", .choice(LogLevel.allCases.map(\.rawValue))),
          .query("plugin", "of this plugin, or of the engine"),
          .query("limit", "most lines in the answer, the newest", .integer(1...linesMax)),
        ],
        answer: .object([RouteSchema.member("lines", .list(line))]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await lines(call) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/clients"),
        summary: "Clients of all frontends, with their subscriptions and what they lost.",
        right: .watch, answer: .object([RouteSchema.member("clients", .list(client))]),
        failures: [503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await clients(call) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/subjects"),
        summary: "Subjects with the plugins that produce and read them.",
        answer: .object([RouteSchema.member("subjects", .list(subject))]), failures: [422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in
          .json(try await admin(call, "subjects.list", []))
        }),
    ]
  }

  /// Asks as the admin socket would.
  static func admin(
    _ call: RESTCall, _ method: String, _ members: [(String, JSONValue)]
  ) async throws(HTTPAnswer.Refusal) -> JSONValue {
    let calls = try await call.ask(.adminCalls) { calls throws(PluginError) in calls }
    do {
      let reply = try await calls.call(
        method, Array(JSONValue.object(members).text().utf8), isUnary: true, send: { _ in })
      return try JSONReader(depthMaximum: 64).read(reply ?? [])
    } catch {
      throw HTTPAnswer.Refusal(status: 422, reason: "\(error)")
    }
  }

  private static func lines(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    var members: [(String, JSONValue)] = [("last", .integer(call.integer("limit") ?? 200))]
    for name in ["level", "plugin"] {
      if let text = call.optionalText(name) { members.append((name, .string(text))) }
    }
    let lines = try await admin(call, "logs.read", members)["lines"]?.array ?? []
    let after = call.integer("after") ?? 0
    return .json { json in
      json.array("lines") { json in
        for line in lines where (line["number"]?.int64 ?? 0) > after {
          json.object { json in
            for member in line.object ?? [] where member.name != "text" {
              json.member(member.name, member.value)
            }
          }
        }
      }
    }
  }

  private static func clients(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let figures = try await call.ask(.engineFigures) { engine throws(PluginError) in
      engine.figures()
    }
    var found: [(plugin: String, client: JSONValue)] = []
    for plugin in figures?.plugins ?? []
    where ["websocket", "binary"].contains(plugin.kind) && plugin.state == .running {
      let reply = try await admin(
        call, "plugins.command",
        [("name", .string(plugin.name)), ("command", .string("connections"))])
      found += (reply["reply"]?.array ?? []).map { (plugin.name, $0) }
    }
    return .json { json in
      json.array("clients") { json in
        for (plugin, client) in found {
          json.object { json in
            json.member("id", "\(plugin)/\(client["connection"]?.int64 ?? 0)")
            json.member("plugin", plugin)
            for member in client.object ?? [] { json.member(member.name, member.value) }
          }
        }
      }
    }
  }
}

extension HTTPAnswer {
  /// An answer that is an object already.
  static func json(_ value: JSONValue) -> HTTPAnswer {
    .json { json in for member in value.object ?? [] { json.member(member.name, member.value) } }
  }
}
