internal import BinaryProtocol
internal import EngineCore
internal import Plugins

/// Listing and controlling plugins.
extension AdminService {
  func addPluginMethods(to router: inout CallRouter) {
    router.unary("plugins.list", summary: "All plugins with their state and rates.") {
      [self] _, payload in
      _ = try AdminRequest(payload, keys: [])
      let plugins = engine.host.statuses().map { AdminJSON.plugin($0) }
      return JSONValue.object([("plugins", .array(plugins))]).bytes
    }
    router.unary("plugins.status", summary: "One plugin with its settings and commands.") {
      [self] _, payload in
      let request = try AdminRequest(payload, keys: ["name"])
      return try status(try request.required("name")).bytes
    }
    addControl("start", "Starts plugins.", to: &router) { host, name, done in
      host.start(name, done: done)
    }
    addControl("stop", "Stops plugins.", to: &router) { host, name, done in
      host.stop(name, done: done)
    }
    addControl("restart", "Stops plugins and starts them again.", to: &router) {
      host, name, done in host.restart(name, done: done)
    }
    addPause("pause", true, "Stops asking plugins, without stopping them.", to: &router)
    addPause("resume", false, "Goes on after a pause.", to: &router)
    router.unary("plugins.command", summary: "Sends a command to a plugin.") {
      [self] _, payload in
      let request = try AdminRequest(payload, keys: ["name", "command", "arguments"])
      return try await command(request).bytes
    }
  }

  private func status(_ name: String) throws(CallError) -> JSONValue {
    guard let status = engine.host.status(name),
      let type = allPlugins.first(where: { $0.manifest.kind == status.kind })
    else { throw unknown(name) }
    func kinds(_ kinds: Set<EventKind>) -> JSONValue {
      .array(kinds.map(\.name).sorted().map { .string($0) })
    }
    let manifest = type.manifest
    return .object(
      AdminJSON.members(of: status) + [
        ("summary", .string(manifest.summary)),
        ("source_id", engine.catalog.id(of: name, in: .source).map { .integer($0) } ?? .null),
        ("consumes", kinds(manifest.consumes)), ("produces", kinds(manifest.produces)),
        (
          "commands",
          .array(
            manifest.commands.map {
              .object([("name", .string($0.name)), ("summary", .string($0.summary))])
            })
        ),
        ("config", engine.configuration.plugin(named: name)?.config.canonical ?? .null),
      ])
  }

  // MARK: Control

  private typealias Change = @Sendable (Host, String, @escaping @Sendable () -> Void) -> Void

  private func addControl(
    _ verb: String, _ summary: String, to router: inout CallRouter, _ change: @escaping Change
  ) {
    let wanted: PluginState = verb == "stop" ? .stopped : .running
    router.unary("plugins.\(verb)", summary: summary) { [self] _, payload in
      let names = try named(payload, isStopping: verb == "stop")
      var results: [JSONValue] = []
      for name in names {
        guard engine.host.status(name) != nil else {
          results.append(result(name, unknown(name)))
          continue
        }
        await withCheckedContinuation { done in
          change(engine.host, name) { done.resume() }
        }
        results.append(result(name, wanted: wanted))
      }
      return JSONValue.object([("results", .array(results))]).bytes
    }
  }

  private func addPause(
    _ verb: String, _ isPaused: Bool, _ summary: String, to router: inout CallRouter
  ) {
    router.unary("plugins.\(verb)", summary: summary) { [self] _, payload in
      let results = try named(payload, isStopping: false).map { name -> JSONValue in
        do throws(PluginError) {
          try engine.host.setPaused(name, isPaused)
          return result(name, wanted: .running)
        } catch {
          return result(name, CallError(.failedPrecondition, error.message, hint: error.hint))
        }
      }
      return JSONValue.object([("results", .array(results))]).bytes
    }
  }

  /// The plugins that a request names, in the order of the file's start order, or of stopping.
  private func named(_ payload: [UInt8], isStopping: Bool) throws(CallError) -> [String] {
    let request = try AdminRequest(payload, keys: ["names", "all"])
    if try request.boolean("all") {
      return isStopping ? engine.host.names.reversed() : engine.host.names
    }
    guard let names = try request.strings("names"), !names.isEmpty else {
      throw CallError(.invalidArgument, "expected \"names\" or \"all\": true, found neither")
    }
    return names
  }

  private func result(_ name: String, wanted: PluginState) -> JSONValue {
    let status = engine.host.status(name)
    let isReached = status?.state == wanted
    return .object([
      ("name", .string(name)), ("ok", .bool(isReached)),
      ("state", .optional(status?.state.rawValue)),
      ("paused", .bool(status?.isPaused ?? false)),
      ("error", .optional(isReached ? nil : status?.lastError ?? "it is not \(wanted.rawValue)")),
      ("hint", .optional(isReached ? nil : "enginectl logs --plugin \(name)")),
    ])
  }

  private func result(_ name: String, _ error: CallError) -> JSONValue {
    .object([
      ("name", .string(name)), ("ok", .bool(false)),
      ("state", .optional(engine.host.status(name)?.state.rawValue)),
      ("paused", .bool(engine.host.status(name)?.isPaused ?? false)),
      ("error", .string(error.message)), ("hint", .optional(error.hint)),
    ])
  }

  private func command(_ request: AdminRequest) async throws -> JSONValue {
    let name = try request.required("name")
    let command = PluginCommand(
      name: try request.required("command"), arguments: request.any("arguments"))
    let reply = await withCheckedContinuation { done in
      engine.host.send(command, to: name) { done.resume(returning: $0) }
    }
    switch reply {
    case .success(let value): return .object([("reply", value)])
    case .failure(let error):
      throw CallError(.failedPrecondition, error.message, hint: error.hint)
    }
  }
}
