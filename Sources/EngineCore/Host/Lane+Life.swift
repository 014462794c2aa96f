internal import Synchronization

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
      context.inbox.close()
      context.background.close()
      context.capabilities.withdraw(by: name)
      tell(name, launch.generation, .failed("\(error)", nil))
      return
    }
    let runner = makeRunner(launch, plugin, context)
    do throws(CallFailure) {
      try call(runner, budget: 0) { plugin, _ in try plugin.start() }
      let request = try call(runner, budget: 0) { plugin, _ in plugin.subscription }
      if let request { try subscribe(runner, request, launch) }
      if runner.isSource { runner.nextProduceNanos = 0 }
      runners.append(runner)
      tell(
        name, launch.generation,
        .started(runner.subscription, runner.request, after: context.startedAfter))
      if launch.isPaused { setPaused(launch.generation, true) }
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
      capabilities: services.capabilities, bus: bus, logStore: services.logStore, loop: loop,
      commands: OwnCommands { [send = launch.send] command, reply in send(command, reply) })
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
    if let place = launch.resumeAfter {
      request.start = .after(epoch: bus.epoch, sequence: place.handled)
    }
    // What is shown outside was kept before: nobody has seen what a crash takes back.
    if launch.blueprint.manifest.isFrontend, let keeper = launch.services.keeper {
      request.behind.append(keeper)
    }
    runner.request = request
    runner.readersBehind = launch.readers
    try openSubscription(runner, request, missing: .revoked)
    if let first = launch.resumeAfter?.untaken, first > 0 {
      runner.subscription?.tellLost(from: first, reason: .revoked)
    }
  }

  private func openSubscription(
    _ runner: Runner, _ request: SubscriptionRequest, missing: GapReason
  ) throws(CallFailure) {
    do {
      let subscription = try bus.subscribe(
        request, name: runner.name, nameID: runner.context.catalog.intern(runner.name),
        isDeriving: !type(of: runner.plugin).manifest.produces.isEmpty,
        behind: runner.readersBehind(request.behind), missing: missing, clock: clock)
      runner.requestedKinds = request.interest.kindMask
      runner.subscription = subscription
    } catch {
      throw .threw("\(error)")
    }
  }

  /// Asks a plugin to stop: it handles what was published until now, and what it published itself
  /// finds room, both until the limit. Its lane-mates have their turns meanwhile.
  func halt(_ name: String, _ generation: UInt64, limitNanos: Int64) {
    guard let runner = runners.first(where: { $0.generation == generation }) else {
      tell(name, generation, .stopped(through: 0))
      return
    }
    runner.halting = Halting(
      target: bus.lastSequence, deadline: clock.monotonicNanos() + limitNanos)
  }

  /// A turn of a plugin that is asked to stop.
  func halt(_ runner: Runner, nanos: Int64) throws(CallFailure) -> Bool {
    guard let halting = runner.halting else { return false }
    let isInTime = nanos < halting.deadline
    if !halting.hasStopped {
      if isInTime, runner.outbox.isHolding || runner.hasToRead(until: halting.target) {
        return try step(runner, nanos: nanos)
      }
      if isInTime, !(try call(runner, budget: 0) { plugin, _ in try plugin.drain() }) {
        return false
      }
      runner.halting?.hasStopped = true
      try call(runner, budget: 0, stops: true) { plugin, sink in plugin.stop(publishing: &sink) }
    }
    if isInTime, runner.outbox.isHolding { return runner.outbox.drain() }
    runners.removeAll { $0 === runner }
    let through = runner.subscription?.handled ?? 0
    letGo(runner)
    tell(runner.name, runner.generation, .stopped(through: through))
    return true
  }

  /// Stops or resumes asking a plugin. A paused reader holds nobody up: it gives its cursor back
  /// and goes on later where it was, or with a gap.
  func setPaused(_ generation: UInt64, _ isPaused: Bool) {
    guard let runner = runners.first(where: { $0.generation == generation }),
      runner.isPaused != isPaused
    else { return }
    do throws(CallFailure) {
      runner.isPaused = isPaused
      // A paused source waits for nobody.
      runner.waitsForRoom = false
      runner.metrics.blockedSince.store(0, ordering: .relaxed)
      try call(runner, budget: 0) { plugin, _ in plugin.paused(isPaused) }
      guard var request = runner.request else { return }
      if isPaused {
        runner.pausedAt = runner.subscription?.handled
        runner.subscription?.close()
      } else if let sequence = runner.pausedAt {
        request.start = .after(epoch: bus.epoch, sequence: sequence)
        try openSubscription(runner, request, missing: .paused)
        tell(
          runner.name, runner.generation,
          .started(runner.subscription, request, after: runner.context.startedAfter))
      }
    } catch {
      if !isAbandoned { fail(runner, "\(error)") }
    }
  }

  /// Offers new settings to a running plugin. `done` learns whether it took them.
  func reconfigure(
    _ generation: UInt64, _ blueprint: PluginBlueprint, done: @escaping @Sendable (Bool) -> Void
  ) {
    guard let runner = runners.first(where: { $0.generation == generation }) else {
      return done(false)
    }
    onAbandon = { done(false) }
    do throws(CallFailure) {
      let isTaken = try call(runner, budget: 0) { plugin, _ in
        try blueprint.reconfigure(plugin)
      }
      onAbandon = nil
      if isTaken { rescheduleIdleSource(runner) }
      done(isTaken)
    } catch {
      // Given up: the host has answered.
      guard !isAbandoned else { return }
      onAbandon = nil
      done(false)
      fail(runner, "\(error)")
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
