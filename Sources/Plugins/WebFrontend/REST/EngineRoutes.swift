internal import EngineCore
internal import Fanout
internal import NIOHTTP1

/// Endpoints about the engine and its plugins.
enum EngineRoutes {
  private static let plugin = RouteSchema.object([
    RouteSchema.member("name", .text), RouteSchema.member("type", .text),
    RouteSchema.member("state", .text), RouteSchema.member("paused", .boolean),
    RouteSchema.member("since", .time), RouteSchema.member("events_in", .integer),
    RouteSchema.member("events_out", .integer), RouteSchema.member("lag", .integer),
    RouteSchema.member("dropped", .integer), RouteSchema.member("restarts", .integer),
    RouteSchema.member("last_error", .nullable(.text)),
    RouteSchema.member("policy", .nullable(.text)), RouteSchema.member("conflated", .integer),
    RouteSchema.member("held", .integer), RouteSchema.member("refused", .integer),
    RouteSchema.member("in_rate", .number), RouteSchema.member("out_rate", .number),
    RouteSchema.member("hop_p50_ns", .nullable(.integer)),
    RouteSchema.member("hop_p99_ns", .nullable(.integer)),
  ])
  /// What who asks is allowed to.
  private static let access = RouteSchema.object([
    RouteSchema.member("name", .text), RouteSchema.member("write", .boolean),
    RouteSchema.member("admin", .boolean), RouteSchema.member("subscribe", .list(.text)),
  ])
  private static let name = RouteParameter.path("name", "the plugin's name in plugins.json")

  static var endpoints: [RouteEndpoint] {
    [
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/status"),
        summary: "What this engine is, and how it is doing.",
        answer: .object([
          RouteSchema.member("version", .text), RouteSchema.member("time", .time),
          RouteSchema.member("epoch", .text), RouteSchema.member("sequence", .integer),
          RouteSchema.member("uptime_seconds", .number),
          RouteSchema.member("instruments", .integer), RouteSchema.member("plugins", .integer),
          RouteSchema.member("failed", .list(.text)), RouteSchema.member("access", access),
          RouteSchema.optional("cpu_seconds", .number),
          RouteSchema.optional("resident_bytes", .integer),
        ]), failures: [503],
        work: .now { call, state throws(HTTPAnswer.Refusal) in try status(call, state) }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/plugins"), summary: "All plugins.",
        answer: .object([RouteSchema.member("plugins", .list(plugin))]), failures: [503],
        work: .now { _, state throws(HTTPAnswer.Refusal) in
          let plugins = try figures(state).plugins
          return .json { json in
            json.array("plugins") { json in
              for plugin in plugins { json.object { json in write(plugin, &json) } }
            }
          }
        }),
      RouteEndpoint(
        method: .GET, path: RoutePath("/api/v1/plugins/{name}"), summary: "One plugin.",
        parameters: [name], answer: plugin, failures: [404, 503],
        work: .now { call, state throws(HTTPAnswer.Refusal) in
          let plugins = try figures(state).plugins
          guard let plugin = plugins.first(where: { $0.name == call.text("name") }) else {
            throw unknown(call.text("name"), plugins)
          }
          return .json { json in write(plugin, &json) }
        }),
      RouteEndpoint(
        method: .POST, path: RoutePath("/api/v1/plugins/{name}/{action}"),
        summary: "Starts, stops, restarts, pauses or resumes a plugin.", right: .admin,
        parameters: [
          name,
          .path(
            "action", "what to do",
            .choice(["start", "stop", "restart", "pause", "resume"])),
        ],
        answer: .object([
          RouteSchema.member("name", .text), RouteSchema.member("ok", .boolean),
          RouteSchema.member("state", .nullable(.text)), RouteSchema.member("paused", .boolean),
        ]), failures: [404, 422, 503],
        work: .later { call throws(HTTPAnswer.Refusal) in try await control(call) }),
    ]
  }

  private static func figures(
    _ state: borrowing RESTState
  ) throws(HTTPAnswer.Refusal) -> EngineFigures {
    if let figures = state.figures { return figures }
    throw HTTPAnswer.Refusal(status: 503, reason: "the engine goes away")
  }

  private static func unknown(_ name: String, _ plugins: [PluginStatus]) -> HTTPAnswer.Refusal {
    HTTPAnswer.Refusal(
      status: 404,
      reason: "there is no plugin \"\(name)\": there are "
        + plugins.map(\.name).sorted().joined(separator: ", "))
  }

  private static func status(
    _ call: RESTCall, _ state: borrowing RESTState
  ) throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let figures = try figures(state)
    let (epoch, next) = (state.hub.epoch, state.hub.log.next)
    return .json { json in
      json.member("version", Release.version)
      json.member("time", "\(call.clock.now())")
      json.member("epoch", String(epoch))
      json.member("sequence", next - 1)
      json.member("uptime_seconds", Double(figures.uptimeNanos / 1_000_000) / 1000)
      json.member("instruments", call.catalog.instrumentCount)
      json.member("plugins", figures.plugins.count)
      json.array("failed") { json in
        for plugin in figures.plugins where plugin.state == .failed { json.value(plugin.name) }
      }
      json.object("access") { json in
        json.member("name", call.grant.name)
        json.member("write", call.grant.isAdmin || !call.grant.publish.isEmpty)
        json.member("admin", call.grant.isAdmin)
        json.array("subscribe") { json in
          for pattern in call.grant.subscribe { json.value(pattern.description) }
        }
      }
      if let process = (try? call.capabilities.find(.processFigures))?.figures() {
        json.member("cpu_seconds", Double(process.cpuNanos / 1_000_000) / 1000)
        json.member("resident_bytes", process.residentBytes)
      }
    }
  }

  private static func write(_ plugin: PluginStatus, _ json: inout JSONWriter) {
    json.member("name", plugin.name)
    json.member("type", plugin.kind)
    json.member("state", plugin.state.rawValue)
    json.member("paused", plugin.isPaused)
    json.member("since", "\(plugin.since)")
    json.member("events_in", plugin.eventsIn)
    json.member("events_out", plugin.eventsOut)
    json.member("lag", plugin.lag)
    json.member("dropped", plugin.dropped)
    json.member("restarts", plugin.restarts)
    json.member("last_error", .optional(plugin.lastError))
    json.member("policy", .optional(plugin.policy?.rawValue))
    json.member("conflated", plugin.conflated)
    json.member("held", plugin.held)
    json.member("refused", plugin.refused)
    json.member("in_rate", plugin.inRate)
    json.member("out_rate", plugin.outRate)
    json.member("hop_p50_ns", plugin.hopP50.map { .integer($0) } ?? .null)
    json.member("hop_p99_ns", plugin.hopP99.map { .integer($0) } ?? .null)
  }

  private static func control(_ call: RESTCall) async throws(HTTPAnswer.Refusal) -> HTTPAnswer {
    let name = call.text("name")
    let figures = try await call.ask(.engineFigures) { engine throws(PluginError) in
      engine.figures()
    }
    let plugins = figures?.plugins ?? []
    guard plugins.contains(where: { $0.name == name }) else { throw unknown(name, plugins) }
    let results = try await control(call, call.text("action"), [name])
    return .json { json in
      for member in results.first?.object ?? [] { json.member(member.name, member.value) }
    }
  }

  /// Has the daemon start, stop or pause plugins, as the admin socket would; what became of each.
  static func control(
    _ call: RESTCall, _ action: String, _ names: [String]
  ) async throws(HTTPAnswer.Refusal) -> [JSONValue] {
    let calls = try await call.ask(.adminCalls) { calls throws(PluginError) in calls }
    let request = JSONValue.object([("names", .array(names.map { .string($0) }))])
    let reply: [UInt8]?
    do {
      reply = try await calls.call(
        "plugins.\(action)", Array(request.text().utf8), isUnary: true, send: { _ in })
    } catch {
      throw HTTPAnswer.Refusal(status: 422, reason: "\(error)")
    }
    let results = (try? JSONReader().read(reply ?? []))?["results"]?.array ?? []
    if let failed = results.first(where: { $0["ok"]?.bool != true }) {
      throw HTTPAnswer.Refusal(
        status: 422,
        reason: "\(failed["name"]?.string ?? "?"): \(failed["error"]?.string ?? "it failed")")
    }
    return results
  }
}
