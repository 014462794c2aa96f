internal import CPlatform
internal import Synchronization

/// The composition: bus, catalog, log and host of one configuration. What a reader opens first.
///
/// `engined` makes one with the system's clock and threads; tests make one with a clock of theirs
/// and turn it by `step`.
public final class Engine: Sendable {
  public let bus: Bus
  public let catalog: Catalog
  public let host: Host
  public let logs: LogCenter
  public let clock: any EngineClock
  public let capabilities = Capabilities()
  /// When it was made.
  public let started: Timestamp
  private let startedNanos: Int64
  private let types: [any Plugin.Type]
  private let current: Mutex<EngineConfiguration>
  private let announcer: Announcer
  private let processors: Int
  /// The log on disk, when a plugin keeps one.
  public let logStore: (any LogStore)?

  /// Makes an engine with all plugins of the configuration, stopped.
  ///
  /// - Parameters:
  ///   - types: the plugin types that the configuration was checked against.
  ///   - usesThreads: false when `step` turns the lanes.
  ///   - processors: that the process may use; nil to ask the system.
  ///   - seed: for everything random; the configuration's goes before it.
  public init(
    configuration: EngineConfiguration, types: [any Plugin.Type], clock: any EngineClock,
    logs: LogCenter, usesThreads: Bool = true, processors: Int? = nil, seed: UInt64
  ) throws(PluginError) {
    self.types = types
    self.clock = clock
    self.logs = logs
    started = clock.now()
    startedNanos = clock.monotonicNanos()
    let settings = configuration.engine
    // What is turned step by step must not depend on the machine.
    self.processors = processors ?? (usesThreads ? Int(tw_processor_count()) : .max)
    let isDeterministic = settings.isDeterministic || !usesThreads
    let kept = try configuration.openLog(types: types, now: started, logs: logs)
    logStore = kept?.store
    bus = Bus(
      capacity: settings.ringSlots,
      epoch: kept?.store.epoch ?? UInt64(bitPattern: started.nanoseconds),
      lastSequence: kept?.store.lastSequence ?? 0)
    catalog = Catalog()
    if let store = kept?.store {
      try catalog.restore(try store.names())
      try bus.refill(from: store)
    }
    announcer = Announcer(
      catalog: catalog, bus: bus,
      recovered: catalog.definitionCount.load(ordering: .relaxed))
    current = Mutex(configuration)
    var options = HostOptions(settings)
    options.isDeterministic = isDeterministic
    options.usesThreads = usesThreads
    let services = HostServices(
      bus: bus, catalog: catalog, announcer: announcer, clock: clock, logs: logs,
      capabilities: capabilities, logStore: kept?.store, keeper: kept?.keeper,
      holdMax: settings.ringSlots, inboxMax: 4096, backgroundMax: 64)
    let seed = settings.seed.map { UInt64(bitPattern: $0) } ?? seed
    host = Host(services: services, options: options, seed: seed)
    for instrument in configuration.instruments { catalog.define(Instrument(instrument)) }
    for plugin in configuration.plugins {
      applyLogLevel(plugin)
      try host.add(try blueprint(plugin, settings))
    }
    offer(EngineReport(engine: self), as: .engineFigures)
  }

  /// Answers a kind of question of the plugins for what is around the engine, as long as it is
  /// there.
  public func offer<Answer: Sendable>(_ answer: Answer, as key: CapabilityKey<Answer>) {
    // No plugin has this name, so no plugin's end withdraws it.
    capabilities.offer(answer, as: key, by: "")
  }

  /// How long ago it was made, on the clock that does not jump.
  public var uptimeNanos: Int64 { clock.monotonicNanos() - startedNanos }

  /// The configuration that runs.
  public var configuration: EngineConfiguration { current.withLock { $0 } }

  func blueprint(
    _ plugin: PluginConfiguration, _ settings: EngineSettings
  ) throws(PluginError) -> PluginBlueprint {
    guard let type = types.first(where: { $0.manifest.kind == plugin.kind }) else {
      throw PluginError("there is no plugin type \"\(plugin.kind)\"")
    }
    func make<P: Plugin>(_ type: P.Type) -> PluginBlueprint {
      PluginBlueprint(
        type, name: plugin.name, settings: plugin.settings(as: P.Settings.self),
        lane: lane(plugin, type.manifest, settings),
        restart: RestartPolicy(plugin.restart))
    }
    return make(type)
  }

  /// The lane that a plugin is given; nil for the usual one of its kind.
  private func lane(
    _ plugin: PluginConfiguration, _ manifest: PluginManifest, _ settings: EngineSettings
  ) -> String? {
    if let lane = plugin.lane { return lane }
    if settings.lanes == 1 { return PluginBlueprint.mainLane }
    // Two lanes leave a processor free, which frontends, commits and other programs need; else
    // sources share that of their readers.
    let areShared = settings.lanes == nil && processors <= EngineSettings.usualLanes
    return areShared && manifest.isSource && !manifest.bringsLoop ? PluginBlueprint.mainLane : nil
  }

  private func applyLogLevel(_ plugin: PluginConfiguration) {
    logs.setLevel(plugin.logLevel, of: plugin.name)
  }

  // MARK: Starting and stopping

  /// The plugins in the order in which they start: who keeps the log, other readers, sources.
  private var startOrder: [String] {
    let keeper = host.services.keeper
    return host.names.filter { $0 == keeper } + host.names.filter { $0 != keeper }
  }

  /// Starts every plugin that is enabled, readers first. `done` is called once all have started or
  /// failed to.
  public func start(done: @escaping @Sendable () -> Void = {}) {
    let configuration = configuration
    let names = startOrder.filter { configuration.plugin(named: $0)?.isEnabled ?? true }
    inTurn(names[...], host.start, done: done)
  }

  /// Stops every plugin, sources first, so that readers handle what is still on its way. The kept
  /// log is closed: another engine may go on with it.
  public func stop(done: @escaping @Sendable () -> Void = {}) {
    inTurn(startOrder.reversed()[...], host.stop) { [self] in
      host.endLanes()
      logStore?.close(now: clock.now())
      done()
    }
  }

  private func inTurn(
    _ names: ArraySlice<String>,
    _ change: @escaping @Sendable (String, @escaping @Sendable () -> Void) -> Void,
    done: @escaping @Sendable () -> Void
  ) {
    guard let first = names.first else { return done() }
    change(first) { [self] in inTurn(names.dropFirst(), change, done: done) }
  }

  // MARK: Reloading

  /// Goes over to another configuration: stops what is gone, starts what is new, hands new settings
  /// to what has changed and leaves the rest alone. Returns the plan; `done` is called when it is
  /// carried out.
  @discardableResult
  public func reload(
    _ next: EngineConfiguration, done: @escaping @Sendable () -> Void = {}
  ) throws(PluginError) -> ConfigurationPlan {
    let previous = configuration
    let plan = ConfigurationPlan(from: previous, to: next)
    var blueprints: [String: PluginBlueprint] = [:]
    for plugin in next.plugins {
      blueprints[plugin.name] = try blueprint(plugin, next.engine)
    }
    current.withLock { $0 = next }
    if previous.engine.log.level != next.engine.log.level {
      logs.setLevel(next.engine.log.level)
    }
    for instrument in next.instruments { catalog.define(Instrument(instrument)) }
    for plugin in next.plugins { applyLogLevel(plugin) }
    host.apply(HostOptions(next.engine))
    carryOut(plan, from: previous, to: next, blueprints, done: done)
    return plan
  }

  private func carryOut(
    _ plan: ConfigurationPlan, from previous: EngineConfiguration, to next: EngineConfiguration,
    _ blueprints: [String: PluginBlueprint], done: @escaping @Sendable () -> Void
  ) {
    for change in plan.changed where !change.concernsPlugin {
      blueprints[change.name].map(host.update)
    }
    let changed = plan.changed.filter { change in
      change.concernsPlugin || change.changes.contains { $0.path == "enabled" }
    }.map(\.name)
    let removed = host.names.reversed().filter(plan.removed.contains)
    inTurn(
      removed[...],
      { [host] name, done in
        host.stop(name) {
          host.remove(name)
          done()
        }
      }
    ) { [self] in
      inTurn(
        changed[...],
        { [host] name, done in
          guard let blueprint = blueprints[name] else { return done() }
          if next.plugin(named: name)?.isEnabled == false {
            return host.stop(name) { host.reconfigure(blueprint, done: done) }
          }
          // What a person has stopped stays so, unless the file says that it shall run now.
          let isNews = previous.plugin(named: name)?.isEnabled == false
          let isStopped = host.status(name)?.state == .stopped
          host.reconfigure(blueprint) {
            isStopped && !isNews ? done() : host.start(name, done: done)
          }
        }
      ) { [self] in
        let added = add(plan.added.compactMap { blueprints[$0] }).filter {
          next.plugin(named: $0)?.isEnabled == true
        }
        inTurn(added[...], host.start, done: done)
      }
    }
  }

  /// Adds new plugins and returns their names in the order of starting.
  private func add(_ blueprints: [PluginBlueprint]) -> [String] {
    for blueprint in blueprints {
      do throws(PluginError) {
        try host.add(blueprint)
      } catch {
        logs.log("engine").error(
          "plugin could not be added", LogField("plugin", blueprint.name),
          LogField("error", error))
      }
    }
    return host.names.filter { name in blueprints.contains { $0.name == name } }
  }

  // MARK: Reading

  /// A reader for a client of the admin socket; shown nothing that is not in the kept log.
  public func subscribe(
    _ request: SubscriptionRequest, name: String
  ) throws(SubscribeError) -> Subscription {
    try bus.subscribe(
      request, name: name, nameID: catalog.intern(name), behind: host.keeperReader(),
      clock: clock)
  }

  // MARK: Turning by hand

  /// Gives every lane one turn, in the order of their names. False when nobody had anything to do.
  /// Only for engines without threads.
  @discardableResult
  public func step() -> Bool {
    var moved = false
    for lane in host.lanesInOrder() where lane.turn() { moved = true }
    return moved
  }

  /// When something is due by itself, on the monotonic clock; nil when nothing is.
  public var nextDeadline: Int64? {
    let deadline = host.lanesInOrder().reduce(Int64.max) { min($0, $1.nextDeadline()) }
    return deadline == .max ? nil : deadline
  }
}

/// CPU time that this process has used, in nanoseconds.
public func processCPUNanos() -> Int64 { tw_process_cpu_ns() }

extension HostOptions {
  init(_ settings: EngineSettings) {
    callLimitNanos = settings.callLimitNanos
    stopLimitNanos = settings.stopLimitNanos
    stallReportNanos = settings.stallReportNanos
    spinNanos = settings.spinNanos
    isDeterministic = settings.isDeterministic
  }
}

extension RestartPolicy {
  init(_ settings: RestartSettings) {
    self.init(
      restarts: settings.policy == .onFailure, initialNanos: settings.initialNanos,
      maximumNanos: settings.maximumNanos, factor: settings.factor, jitter: settings.jitter,
      intensity: settings.intensity, windowNanos: settings.windowNanos)
  }
}

extension Instrument {
  init(_ configuration: InstrumentConfiguration) {
    self.init(
      symbol: configuration.symbol, venue: configuration.venue, name: configuration.name,
      pricePrecision: configuration.pricePrecision, sizePrecision: configuration.sizePrecision,
      increment: configuration.increment.flatMap { try? Price($0) },
      currency: configuration.currency, calendar: configuration.calendar)
  }
}
