internal import BinaryProtocol
internal import EngineCore

/// The methods of the admin socket; docs/admin.md describes them.
struct AdminService: Sendable {
  let daemon: Daemon
  let taps = TapList()
  let reruns = RerunTurn()
  var engine: Engine { daemon.engine }

  var router: CallRouter {
    var router = CallRouter(health: { [engine] in
      let failed = engine.host.statuses().filter { $0.state == .failed }.map(\.name)
      return ServerHealth(
        isServing: true,
        text: failed.isEmpty ? "" : "failed: \(failed.joined(separator: ", "))")
    })
    addEngineMethods(to: &router)
    addPluginMethods(to: &router)
    addCatalogMethods(to: &router)
    addLogMethods(to: &router)
    addStreams(to: &router)
    addRerun(to: &router)
    addHistory(to: &router)
    return router
  }

  private func addEngineMethods(to router: inout CallRouter) {
    router.unary("engine.info", summary: "What this daemon is and how it is doing.") {
      [daemon] _, payload in
      _ = try AdminRequest(payload, keys: [])
      return AdminJSON.engine(daemon).bytes
    }
    router.unary("config.show", summary: "The running configuration, secrets masked.") {
      [self] _, payload in
      let request = try AdminRequest(payload, keys: ["name"])
      guard let name = try request.string("name") else {
        return engine.configuration.canonical.bytes
      }
      guard let plugin = engine.configuration.plugin(named: name) else { throw unknown(name) }
      return plugin.canonical.bytes
    }
    router.unary("config.reload", summary: "Goes over to the file as it is now.") {
      [self] _, payload in
      let request = try AdminRequest(payload, keys: ["dry_run"])
      return try await reload(isDryRun: try request.boolean("dry_run")).bytes
    }
  }

  private func reload(isDryRun: Bool) async throws -> JSONValue {
    let next: EngineConfiguration
    do {
      next = try daemon.source.load()
    } catch let error as ConfigurationError {
      return .object([
        ("applied", .bool(false)),
        ("faults", .array(error.faults.map { .string($0.description) })), ("plan", .null),
        ("text", .string("nothing was changed: the file is not valid")),
      ])
    } catch {
      throw CallError(
        .failedPrecondition, "cannot read \(daemon.source.path ?? "the configuration")")
    }
    let plan = ConfigurationPlan(from: engine.configuration, to: next)
    if !isDryRun {
      try await withCheckedThrowingContinuation { done in
        do throws(PluginError) {
          try engine.reload(next) { done.resume() }
        } catch {
          done.resume(throwing: CallError(.failedPrecondition, error.message, hint: error.hint))
        }
      }
    }
    return .object([
      ("applied", .bool(!isDryRun)), ("faults", .array([])),
      ("plan", json(plan)), ("text", .string(plan.text)),
    ])
  }

  private func json(_ plan: ConfigurationPlan) -> JSONValue {
    func names(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
    return .object([
      ("added", names(plan.added)), ("removed", names(plan.removed)),
      (
        "changed",
        .array(
          plan.changed.map { change in
            .object([
              ("name", .string(change.name)), ("paths", names(change.changes.map(\.path))),
            ])
          })
      ),
      ("unchanged", names(plan.unchanged)),
      ("live", names(plan.live.map(\.path))),
      ("needs_restart", names(plan.processRestart.map(\.path))),
    ])
  }

  func unknown(_ name: String) -> CallError {
    CallError(
      .notFound, "there is no plugin \"\(name)\"",
      hint: "there are: \(engine.host.names.sorted().joined(separator: ", "))")
  }
}
