public import EngineCore

/// A whole engine of test plugins on a clock that the test moves, with its log in memory.
///
/// Without threads the test turns it: `settle` until nothing happens by itself any more.
public final class EngineFixture: Sendable {
  public let clock = ManualClock()
  public let engine: Engine
  public let diaries: Diaries
  public static let types: [any Plugin.Type] = [
    CountingPlugin.self, LoopedPlugin.self, MisbehavingPlugin.self, RecordingPlugin.self,
    TickSource.self,
  ]

  /// - Parameters:
  ///   - plugins: the entries of `plugins`, as JSON.
  ///   - engine: members of `engine`, as JSON without braces.
  public init(
    _ plugins: String, engine members: String = "", seed: UInt64 = 7, usesThreads: Bool = false
  ) throws {
    let configuration = try Self.configuration(plugins, engine: members, seed: seed)
    engine = try Engine(
      configuration: configuration, types: Self.types, clock: clock,
      logs: LogCenter(level: .debug, clock: clock), usesThreads: usesThreads, seed: 1)
    diaries = Diaries.of(engine.catalog)
  }

  deinit {
    diaries.openGates()
    Diaries.forget(engine.catalog)
    engine.stop()
  }

  /// Checks a file of these plugins.
  public static func configuration(
    _ plugins: String, engine members: String = "", seed: UInt64 = 7
  ) throws(ConfigurationError) -> EngineConfiguration {
    // Spinning needs a clock that runs.
    let separator = members.isEmpty ? "" : ","
    let text = """
      {"engine":{"seed":\(seed),"spin":"0s"\(separator)\(members)},"plugins":[\(plugins)]}
      """
    let catalog = types.map { describe($0) }
    return try ConfigurationLoader(catalog: catalog).load(Array(text.utf8), file: "plugins.json")
  }

  private static func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
    PluginDescription(kind: type.manifest.kind, summary: "", settings: P.Settings.self)
  }

  /// The diary of a plugin.
  public subscript(name: String) -> PluginDiary { diaries[name] }

  public var host: Host { engine.host }

  public func status(_ name: String) -> PluginState? { host.status(name)?.state }

  /// Turns the lanes until nobody has anything to do. False when that does not come to pass within
  /// so many turns.
  @discardableResult
  public func settle(turns: Int = 100_000) -> Bool {
    for _ in 0..<turns where !engine.step() { return true }
    return false
  }

  /// Starts all plugins and lets them do what they can do now.
  public func start() {
    engine.start()
    settle()
  }

  /// Moves the clock, lets the host look after its plugins, and lets them do what is due.
  public func advance(nanos: Int64) {
    clock.advance(nanos: nanos)
    host.tick()
    settle()
  }

  /// Waits for threads to bring something about; the test's time limit ends it.
  public func until(_ condition: () -> Bool) async throws {
    while !condition() {
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  /// Everything that is still in the ring.
  public func events(_ kinds: Set<EventKind> = Set(EventKind.allCases)) throws -> [Event] {
    let reader = try engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: kinds), policy: .dropOldest, start: .oldest),
      name: "fixture")
    defer { reader.close() }
    var events: [Event] = []
    var passed = 1
    while passed > 0 {
      passed = reader.poll { batch in
        for index in 0..<batch.count { events.append(batch[index]) }
      }
    }
    return events
  }

  /// The states that a plugin was in, as the bus tells it: `running threw in receive`.
  public func story(of name: String) throws -> [String] {
    try events([.status]).map(\.status).filter { engine.catalog.text($0.subject) == name }
      .map { status in
        let reason = engine.catalog.text(status.reason).map { " \($0)" } ?? ""
        return "\(status.code)\(reason)"
      }
  }

  /// What was logged about a plugin, or by it.
  public func log(_ origin: String) -> [String] {
    engine.logs.history(last: 10_000) { $0.origin == origin }.map(\.message)
  }
}
