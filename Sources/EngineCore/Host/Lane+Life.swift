/// Bringing plugins up and down, on the lane.
extension Lane {
  func launch(_ launch: Launch) {
    let name = launch.blueprint.name
    let context = makeContext(launch)
    let plugin: any Plugin
    do throws(CallFailure) {
      plugin = try make(launch, context)
    } catch {
      guard !isAbandoned else { return }
      context.background.close()
      tell(name, launch.generation, .failed("\(error)", handled: nil))
      return
    }
    let runner = makeRunner(launch, plugin, context)
    do throws(CallFailure) {
      try call(runner, budget: 0) { plugin, _ in try plugin.start() }
      let request = try call(runner, budget: 0) { plugin, _ in plugin.subscription }
      if let request { try subscribe(runner, request, launch) }
      if runner.isSource { runner.nextProduceNanos = 0 }
      runners.append(runner)
      tell(name, launch.generation, .started(runner.subscription, request))
    } catch {
      guard !isAbandoned else { return }
      fail(runner, "\(error)")
    }
  }

  private func makeContext(_ launch: Launch) -> PluginContext {
    let services = launch.services
    let log = services.logs.log(launch.blueprint.name)
    let inbox = Inbox(limit: services.inboxMax) { [parker] in parker.unpark() }
    return PluginContext(
      name: launch.blueprint.name, source: launch.source, clock: services.clock,
      seed: launch.seed, catalog: services.catalog, log: log,
      timers: Timers(clock: services.clock), inbox: inbox,
      background: Background(limit: services.backgroundMax, inbox: inbox, log: log),
      capabilities: services.capabilities)
  }

  private func makeRunner(
    _ launch: Launch, _ plugin: any Plugin, _ context: PluginContext
  ) -> Runner {
    let isReader = !launch.blueprint.manifest.consumes.isEmpty
    return Runner(
      name: launch.blueprint.name, generation: launch.generation, plugin: plugin,
      context: context,
      outbox: Outbox(
        bus: bus, announcer: launch.services.announcer, source: launch.source,
        role: isReader ? .deriving : .source, holdLimit: launch.services.holdMax,
        metrics: launch.metrics.outbox),
      metrics: launch.metrics)
  }

  private func subscribe(
    _ runner: Runner, _ request: SubscriptionRequest, _ launch: Launch
  ) throws(CallFailure) {
    var request = request
    if let sequence = launch.resumeAfter {
      request.start = .after(epoch: bus.epoch, sequence: sequence)
    }
    runner.request = request
    runner.readersBehind = launch.readers
    try openSubscription(runner, request)
  }

  private func openSubscription(
    _ runner: Runner, _ request: SubscriptionRequest
  ) throws(CallFailure) {
    do {
      let subscription = try bus.subscribe(
        request, name: runner.name, nameID: runner.context.catalog.intern(runner.name),
        isDeriving: !type(of: runner.plugin).manifest.produces.isEmpty,
        behind: runner.readersBehind(request.behind), clock: clock)
      runner.requestedKinds = request.interest.kindMask
      runner.subscription = subscription
    } catch {
      throw .threw("\(error)")
    }
  }

  /// Handles what was published until now, then stops the plugin.
  func halt(_ name: String, _ generation: UInt64, limitNanos: Int64) {
    guard let runner = runners.first(where: { $0.generation == generation }) else {
      tell(name, generation, .stopped)
      return
    }
    let deadline = clock.monotonicNanos() + limitNanos
    let target = bus.lastSequence
    do throws(CallFailure) {
      while let subscription = runner.subscription, subscription.policy == .lossless,
        !runner.isPaused, subscription.handled < target, clock.monotonicNanos() < deadline
      {
        // Behind another reader it may have to wait: then it stops where it is.
        if try !step(runner, nanos: clock.monotonicNanos()) { break }
      }
    } catch {
      if isAbandoned { return }
      runner.context.log.error("failed while it was stopping", LogField("error", error.description))
    }
    retire(runner)
    if !isAbandoned { tell(name, generation, .stopped) }
  }

  /// Stops or resumes asking a plugin. A paused reader holds nobody up: it gives its cursor back
  /// and goes on later where it was, or with a gap.
  func setPaused(_ generation: UInt64, _ isPaused: Bool) {
    guard let runner = runners.first(where: { $0.generation == generation }),
      runner.isPaused != isPaused
    else { return }
    do throws(CallFailure) {
      runner.isPaused = isPaused
      try call(runner, budget: 0) { plugin, _ in plugin.paused(isPaused) }
      guard var request = runner.request else { return }
      if isPaused {
        runner.pausedAt = runner.subscription?.handled
        runner.subscription?.close()
      } else if let sequence = runner.pausedAt {
        request.start = .after(epoch: bus.epoch, sequence: sequence)
        try openSubscription(runner, request)
        tell(runner.name, runner.generation, .started(runner.subscription, request))
      }
    } catch {
      if !isAbandoned { fail(runner, "\(error)") }
    }
  }

  /// Offers new settings to a running plugin. `done` learns whether it took them.
  func reconfigure(
    _ generation: UInt64, _ blueprint: PluginBlueprint, done: @Sendable (Bool) -> Void
  ) {
    guard let runner = runners.first(where: { $0.generation == generation }) else {
      return done(false)
    }
    do throws(CallFailure) {
      let isTaken = try call(runner, budget: 0) { plugin, _ in
        try blueprint.reconfigure(plugin)
      }
      if isTaken { rescheduleIdleSource(runner) }
      done(isTaken)
    } catch {
      done(false)
      if !isAbandoned { fail(runner, "\(error)") }
    }
  }

  /// Carries a command out: at once for a source, for a reader when its place in the log is
  /// reached.
  func handle(_ generation: UInt64, _ pending: PendingCommand, record: Event) {
    guard let runner = runners.first(where: { $0.generation == generation }) else {
      return pending.reply(.failure(PluginError("the plugin does not run")))
    }
    let isLogged = runner.publish(record)
    if isLogged, runner.subscription?.policy == .lossless, !runner.isPaused {
      runner.pendingCommands.append(pending)
      return
    }
    do throws(CallFailure) {
      try carryOut(pending, runner)
    } catch {
      if !isAbandoned { fail(runner, "\(error)") }
    }
  }
}
