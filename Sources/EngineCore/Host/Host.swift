internal import Synchronization

/// Owns the plugins: makes, starts, stops, watches and restarts them, and tells the bus.
///
/// Any thread may call it. Decisions are taken under one lock by `Supervisor`s; the work is done on
/// the lanes, which report back. `tick` makes time pass: waits before restarts, calls that hang.
public final class Host: Sendable {
  let state = Mutex(HostState())
  let services: HostServices
  private let currentOptions: Mutex<HostOptions>
  private let log: Log
  private let seed: UInt64

  init(services: HostServices, options: HostOptions, seed: UInt64) {
    self.services = services
    currentOptions = Mutex(options)
    self.seed = seed
    log = services.logs.log("engine")
  }

  /// Limits that hold now.
  var options: HostOptions { currentOptions.withLock { $0 } }

  /// Takes over new limits; whether there are threads and lanes stays as it is.
  func apply(_ options: HostOptions) {
    currentOptions.withLock { current in
      current.callLimitNanos = options.callLimitNanos
      current.stopLimitNanos = options.stopLimitNanos
      current.stallReportNanos = options.stallReportNanos
    }
  }

  var now: Timestamp { services.clock.now() }
  var nanos: Int64 { services.clock.monotonicNanos() }

  // MARK: Plugins come and go

  /// Adds a plugin, stopped. A plugin of that name is replaced; it must be stopped.
  public func add(_ blueprint: PluginBlueprint) throws(PluginError) {
    guard let source = services.catalog.source(blueprint.name) else {
      throw PluginError("the engine has as many sources as it can have")
    }
    let now = now
    state.withLock { state in
      let supervisor = Supervisor(
        policy: blueprint.restart, seed: seed(of: blueprint.name), now: now)
      state.entries[blueprint.name] = HostState.Entry(
        blueprint: blueprint, supervisor: supervisor, source: source)
      state.order = StartOrder.of(state.entries.values.map(\.blueprint))
    }
  }

  /// Forgets a plugin that is stopped.
  func remove(_ name: String) {
    state.withLock { state in
      state.entries[name] = nil
      state.order.removeAll { $0 == name }
    }
  }

  /// The same for the same engine seed and name, on every machine.
  func seed(of name: String) -> UInt64 {
    name.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Names in the order of starting.
  public var names: [String] { state.withLock { $0.order } }

  // MARK: Requests

  /// Asks a plugin to start. `done` is called once it runs or has failed to.
  public func start(_ name: String, done: @escaping @Sendable () -> Void = {}) {
    change(name, done: done) { entry, now in
      // Whoever starts it wants it to run, also when it had crashed while it was paused.
      if [.stopped, .backoff, .failed].contains(entry.supervisor.state) { entry.isPaused = false }
      return entry.supervisor.startRequested(now: now)
    }
  }

  /// Asks a plugin to stop. `done` is called once it has.
  public func stop(_ name: String, done: @escaping @Sendable () -> Void = {}) {
    change(name, done: done) { entry, now in
      entry.isPaused = false
      entry.resumeAfter = nil
      return entry.supervisor.stopRequested(now: now)
    }
  }

  /// Stops and starts a plugin.
  public func restart(_ name: String, done: @escaping @Sendable () -> Void = {}) {
    stop(name) { [self] in start(name, done: done) }
  }

  /// Runs a decision of a plugin's supervisor and carries it out.
  private func change(
    _ name: String, reason: String? = nil, position: UInt64 = 0,
    done: (@Sendable () -> Void)? = nil,
    _ decide: (inout HostState.Entry, Timestamp) -> Supervisor.Action
  ) {
    let now = now
    var ready: [@Sendable () -> Void] = []
    state.withLock { state in
      guard var entry = state.entries[name] else {
        if let done { ready = [done] }
        return
      }
      let before = entry.supervisor.state
      let action = decide(&entry, now)
      if let done { entry.waiters.append(done) }
      let isSettled = entry.supervisor.state != .starting && entry.supervisor.state != .stopping
      if isSettled {
        ready = entry.waiters
        entry.waiters = []
      }
      state.entries[name] = entry
      if before != entry.supervisor.state {
        let after = entry.supervisor.state
        transition(&state, name, from: before, to: after, reason: reason, position: position)
      }
      switch action {
      case .none: break
      case .launch: launch(&state, name)
      case .halt: halt(&state, name)
      }
    }
    for done in ready { done() }
  }

  private func launch(_ state: inout HostState, _ name: String) {
    guard var entry = state.entries[name] else { return }
    state.nextGeneration += 1
    entry.generation = state.nextGeneration
    entry.subscription = nil
    entry.request = nil
    entry.metrics = RunnerMetrics()
    entry.sample = HostState.Sample()
    let launch = Launch(
      blueprint: entry.blueprint, generation: entry.generation, source: entry.source,
      seed: seed(of: name), metrics: entry.metrics, resumeAfter: entry.resumeAfter,
      isPaused: entry.isPaused,
      services: services, readers: { [weak self] names in self?.readers(names) ?? [] },
      send: { [weak self] command, reply in
        guard let self else { return reply(.failure(PluginError("the engine has stopped"))) }
        send(command, to: name, reply: reply)
      })
    state.entries[name] = entry
    lane(&state, entry.blueprint.lane).perform { lane in lane.launch(launch) }
  }

  private func halt(_ state: inout HostState, _ name: String) {
    guard let entry = state.entries[name] else { return }
    let limit = options.stopLimitNanos
    lane(&state, entry.blueprint.lane).perform { lane in
      lane.halt(name, entry.generation, limitNanos: limit)
    }
  }

  /// The lane of that name, with a thread if the engine uses threads.
  func lane(_ state: inout HostState, _ name: String) -> Lane {
    let bringer = loopBringer(state, name)
    let name = options.isDeterministic && bringer == nil ? "all" : name
    if let lane = state.lanes[name] { return lane }
    let lane = makeLane(name, loop: bringer?.makeLoop(name: "lane-\(name)"))
    state.lanes[name] = lane
    if options.usesThreads, !lane.startThread() {
      log.error("no thread could be started", LogField("lane", name))
    }
    return lane
  }

  /// The plugin type that brings the thread of a lane, if one does.
  func loopBringer(_ state: borrowing HostState, _ lane: String) -> (any Plugin.Type)? {
    guard options.usesThreads else { return nil }
    return state.entries.values.first {
      $0.blueprint.lane == lane && $0.blueprint.manifest.bringsLoop
    }?.blueprint.type
  }

  func makeLane(
    _ name: String, parker: Parker = Parker(), loop: (any LaneLoop)?
  ) -> Lane {
    Lane(
      name: name, bus: services.bus, clock: services.clock, spinNanos: options.spinNanos,
      parker: parker, loop: loop
    ) { [weak self] report in self?.received(report) }
  }

  func lanesInOrder() -> [Lane] {
    state.withLock { state in state.lanes.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// Lets the threads end; what is stopped by then stays stopped.
  func endLanes() {
    for lane in lanesInOrder() { lane.end() }
  }

  /// The readers of plugins that run now.
  private func readers(_ names: [String]) -> [Subscription] {
    guard !names.isEmpty else { return [] }
    return state.withLock { state in names.compactMap { reader(state, $0) } }
  }

  /// The reader of the plugin that keeps the log, while it runs.
  func keeperReader() -> [Subscription] { readers(services.keeper.map { [$0] } ?? []) }

  /// The reader of a plugin; none while it is paused, when nobody waits for it.
  private func reader(_ state: borrowing HostState, _ name: String) -> Subscription? {
    guard let entry = state.entries[name], !entry.isPaused else { return nil }
    return entry.subscription
  }

  /// Starts a crashed plugin again when its wait is over.
  func retry(_ name: String, nanos: Int64) {
    change(name) { entry, now in entry.supervisor.tick(now: now, nanos: nanos) }
  }

  // MARK: Reports from lanes

  private func received(_ report: LaneReport) {
    guard state.withLock({ $0.entries[report.runner]?.generation == report.generation }) else {
      return
    }
    switch report.outcome {
    case .started(let subscription, let request, let position):
      change(report.runner, position: position) { entry, now in
        entry.subscription = subscription
        entry.request = request
        entry.supervisor.launched(now: now)
        return .none
      }
      // It may have been asked to stop while it started: its lane does that next by itself.
      refreshReadersBehind(report.runner)
    case .failed(let error, let place):
      crashed(report.runner, error, place)
    case .stopped(let position):
      tellRefused(report.runner)
      change(report.runner, position: position) { entry, now in
        entry.subscription = nil
        return entry.supervisor.halted(now: now)
      }
      refreshReadersBehind(report.runner)
    }
  }

  func crashed(_ name: String, _ error: String, _ place: ReaderPlace?) {
    let nanos = nanos
    log.error("plugin failed", LogField("plugin", name), LogField("error", error))
    tellRefused(name)
    change(name, reason: error) { entry, now in
      entry.subscription = nil
      // An instance that did not come to reading leaves it where the one before it was.
      entry.resumeAfter = place ?? entry.resumeAfter
      return entry.supervisor.crashed(error, now: now, nanos: nanos)
    }
    refreshReadersBehind(name)
  }

  /// Readers behind this one follow its new cursor, or nobody's.
  func refreshReadersBehind(_ name: String) {
    state.withLock { state in
      for entry in state.entries.values {
        guard let behind = entry.request?.behind, behind.contains(name) else { continue }
        let readers = behind.compactMap { reader(state, $0) }
        let generation = entry.generation
        lane(&state, entry.blueprint.lane).perform { lane in
          let runner = lane.runners.first { $0.generation == generation }
          runner?.subscription?.stay(behind: readers)
        }
      }
    }
  }

  // MARK: Telling

  /// Tells the losses that a plugin that is gone could not tell itself.
  private func tellRefused(_ name: String) {
    state.withLock { state in
      guard let count = state.entries[name]?.metrics.outbox.takeRefused(), count > 0 else { return }
      log.warning(
        "events lost: they found no room until the plugin was gone", LogField("plugin", name),
        LogField("count", count))
      publish(
        &state,
        Event(
          Gap(
            subscriber: services.catalog.intern(name), reason: .refused, first: 0, last: 0,
            count: count, time: now)))
    }
  }

  /// Logs and publishes a change of state.
  private func transition(
    _ state: inout HostState, _ name: String, from before: PluginState, to after: PluginState,
    reason: String?, position: UInt64
  ) {
    log.debug(
      "plugin state", LogField("plugin", name), LogField("from", before.rawValue),
      LogField("to", after.rawValue))
    if after == .running { log.info("plugin runs", LogField("plugin", name)) }
    if after == .stopped { log.info("plugin stopped", LogField("plugin", name)) }
    let subject = services.catalog.intern(name)
    publish(
      &state,
      Event(
        Status(
          scope: .plugin, code: after.statusCode, previous: before.statusCode, subject: subject,
          reason: services.catalog.intern(reason ?? ""),
          source: state.entries[name]?.source ?? .none, time: now, position: position)))
  }

  /// Puts an event of the host's own on the bus, or keeps it until there is room.
  func publish(_ state: inout HostState, _ event: Event) {
    if state.unsent.count < 4096 { state.unsent.append(event) }
    flush(&state)
  }

  func flush(_ state: inout HostState) {
    guard !state.unsent.isEmpty, services.announcer.announce() else { return }
    let publisher = services.bus.publisher(role: .deriving)
    state.unsent.removeFirst(publisher.publish(state.unsent.span))
  }
}

/// Limits and ways of the host, from the configuration.
public struct HostOptions: Sendable {
  /// A call into a plugin may take this long.
  public var callLimitNanos: Int64 = 5_000_000_000
  /// So may stopping, from the request to its end.
  public var stopLimitNanos: Int64 = 5_000_000_000
  /// A source that found no room for so long is reported.
  public var stallReportNanos: Int64 = 1_000_000_000
  /// Readers look for news this long before they sleep.
  public var spinNanos: Int64 = 20_000
  /// One lane for all, turned in a fixed order.
  public var isDeterministic = false
  /// False: `Engine.step` turns the lanes.
  public var usesThreads = true

  public init() {}
}
