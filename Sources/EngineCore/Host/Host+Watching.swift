internal import Synchronization

/// What the host does as time goes by.
extension Host {
  /// Restarts what is due, gives up calls that hang, sends what waited for room, and takes samples.
  /// Called some times a second by the engine, by tests with a clock of theirs.
  public func tick() {
    let nanos = nanos
    for name in names { retry(name, nanos: nanos) }
    watchCalls(nanos: nanos)
    state.withLock { state in
      flush(&state)
      for name in state.order {
        reportStall(&state, name, nanos: nanos)
        sample(&state, name, nanos: nanos)
      }
    }
  }

  // MARK: Calls that do not return

  private func watchCalls(nanos: Int64) {
    for (name, lane) in state.withLock({ $0.lanes }) {
      guard let call = lane.laneGuard.current else {
        state.withLock { $0.watches[name] = nil }
        continue
      }
      let since: Int64 = state.withLock { state in
        if let watch = state.watches[name], watch.call == call { return watch.since }
        state.watches[name] = HostState.Watch(call: call, since: nanos)
        return nanos
      }
      let options = options
      let limit = lane.laneGuard.isInStop ? options.stopLimitNanos : options.callLimitNanos
      if nanos - since >= limit { giveUp(lane, name, call, limitNanos: limit) }
    }
  }

  /// Takes a lane from a thread that does not come back: its other plugins move on at once.
  private func giveUp(_ lane: Lane, _ name: String, _ call: UInt64, limitNanos: Int64) {
    guard options.usesThreads, lane.laneGuard.abandon(call) else { return }
    // From here on that thread touches nothing of the lane.
    let hung = lane.currentRunner
    let hungName = hung?.name ?? lane.currentLaunch?.blueprint.name ?? ""
    let hungGeneration = hung?.generation ?? lane.currentLaunch?.generation ?? 0
    let place = (hung?.subscription?.handled).map { ReaderPlace(handled: $0) }
    hung?.outbox.isRevoked.store(true, ordering: .relaxed)
    hung?.subscription?.revoke()
    lane.currentContext?.inbox.close()
    lane.currentContext?.background.close()
    services.capabilities.withdraw(by: hungName)
    let onAbandon = lane.onAbandon
    let bringer = lane.loop == nil ? nil : state.withLock { loopBringer($0, name) }
    let replacement = makeLane(
      name, parker: lane.parker, loop: bringer?.makeLoop(name: "lane-\(name)"))
    replacement.runners = lane.runners.filter { $0 !== hung }
    state.withLock { state in
      // Under the lock no new mail can get in front of what is moved.
      for body in lane.takeMail() { replacement.perform(body) }
      state.lanes[name] = replacement
      state.watches[name] = nil
    }
    if !replacement.startThread() {
      services.logs.log("engine").error(
        "no thread could be started", LogField("lane", name))
    }
    for pending in hung?.pendingCommands ?? [] {
      pending.reply(.failure(PluginError("\(hungName) hung before it came to the command")))
    }
    if state.withLock({ $0.entries[hungName]?.generation == hungGeneration }) {
      let limit = Double(limitNanos) / 1e9
      crashed(hungName, "a call did not return within \(limit) s", place)
    }
    onAbandon?()
  }

  // MARK: Stalls

  /// Tells, once a stall, that a source has had no room for long, and who holds it up.
  private func reportStall(_ state: inout HostState, _ name: String, nanos: Int64) {
    guard let entry = state.entries[name], entry.supervisor.state == .running else { return }
    let since = entry.metrics.blockedSince.load(ordering: .relaxed)
    guard since != 0, since != entry.reportedStall, nanos - since >= options.stallReportNanos
    else { return }
    state.entries[name]?.reportedStall = since
    let slowest = state.entries.values
      .compactMap(\.subscription).filter { $0.policy == .lossless }
      .max { ($0.lag, $1.name) < ($1.lag, $0.name) }
    let reason =
      slowest.map { "the ring is full: \($0.name) is \($0.lag) events behind" }
      ?? "the ring is full"
    services.logs.log("engine").warning(
      "source stalled", LogField("plugin", name), LogField("reason", reason))
    publish(
      &state,
      Event(
        Status(
          scope: .source, code: .stalled, subject: services.catalog.intern(name),
          reason: services.catalog.intern(reason), source: entry.source, time: now)))
  }

  // MARK: Samples

  private func sample(_ state: inout HostState, _ name: String, nanos: Int64) {
    guard var entry = state.entries[name] else { return }
    let elapsed = nanos - entry.sample.nanos
    let eventsIn = entry.subscription?.metrics.delivered ?? entry.sample.eventsIn
    let eventsOut = entry.metrics.outbox.published
    let hop = entry.metrics.hop.snapshot
    if entry.sample.nanos == 0 {
      entry.sample.nanos = nanos
    } else if elapsed >= 900_000_000 {
      let seconds = Double(elapsed) / 1e9
      entry.sample.inRate = Double(eventsIn &- min(entry.sample.eventsIn, eventsIn)) / seconds
      entry.sample.outRate = Double(eventsOut &- min(entry.sample.eventsOut, eventsOut)) / seconds
      let recent = entry.sample.hop.map { hop.since($0) } ?? hop
      entry.sample.hopP50 = recent.quantile(0.5)
      entry.sample.hopP99 = recent.quantile(0.99)
      entry.sample.nanos = nanos
      entry.sample.eventsIn = eventsIn
      entry.sample.eventsOut = eventsOut
      entry.sample.hop = hop
    }
    state.entries[name] = entry
  }

  // MARK: Status

  /// All plugins in the order of starting.
  public func statuses() -> [PluginStatus] {
    state.withLock { state in state.order.compactMap { status(state, $0) } }
  }

  /// One plugin, or nil when there is none of that name.
  public func status(_ name: String) -> PluginStatus? {
    state.withLock { status($0, name) }
  }

  private func status(_ state: borrowing HostState, _ name: String) -> PluginStatus? {
    guard let entry = state.entries[name] else { return nil }
    let reader = entry.subscription?.metrics
    let outbox = entry.metrics.outbox
    let isRunning = entry.supervisor.state == .running
    return PluginStatus(
      name: name, kind: entry.blueprint.manifest.kind, lane: entry.blueprint.lane,
      state: entry.supervisor.state, isPaused: entry.isPaused, since: entry.supervisor.since,
      eventsIn: reader?.delivered ?? 0, eventsOut: outbox.published,
      inRate: isRunning ? entry.sample.inRate : 0, outRate: isRunning ? entry.sample.outRate : 0,
      lag: entry.subscription?.lag ?? 0, policy: entry.subscription?.policy,
      dropped: reader?.dropped ?? 0, conflated: reader?.conflated ?? 0, gaps: reader?.gaps ?? 0,
      held: outbox.held, refused: outbox.refused, stalls: outbox.stalls,
      batches: entry.metrics.batches, hopP50: entry.sample.hopP50, hopP99: entry.sample.hopP99,
      outByKind: Dictionary(
        uniqueKeysWithValues: EventKind.allCases.map { ($0, outbox.events(of: $0)) }),
      restarts: entry.supervisor.restarts, lastError: entry.supervisor.lastError,
      retryAt: entry.supervisor.retryNanos.map { now.advanced(byNanos: $0 - nanos) })
  }
}
