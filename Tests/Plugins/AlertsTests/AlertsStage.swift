import Bars
import EngineCore
import Journal
import Support
import Synchronization

@testable import Alerts

/// A whole engine with a feed and the plugin, on a clock that the test moves. Letting go of it
/// without `stop` is what `kill -9` is to what it keeps.
final class AlertsStage {
  let clock: ManualClock
  let engine: Engine
  /// What instances that are started from now on keep things in.
  var store: any AlertStore
  private let reader: Subscription
  private(set) var alerts: [Event] = []
  static let types: [any Plugin.Type] = [TickFeed.self, Alerts.self, Bars.self, Journal.self]
  static let start = Timestamp(nanoseconds: 1_705_312_800_000_000_000)

  /// - Parameters:
  ///   - config: of the plugin.
  ///   - journal: the folder of a log that outlives the engine.
  ///   - plugins: further ones, each with a comma behind it.
  init(
    _ config: String, store: any AlertStore = MemoryAlertStore(), journal: String? = nil,
    plugins: String = "", at time: Timestamp = start, ring: Int = 65_536
  ) throws {
    self.store = store
    clock = ManualClock(time)
    let configuration = try Self.configuration(
      config, journal: journal, plugins: plugins, ring: ring)
    engine = try Engine(
      configuration: configuration, types: Self.types, clock: clock,
      logs: LogCenter(level: .debug, clock: clock), usesThreads: false, seed: 1)
    reader = try engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.alert]), policy: .dropOldest), name: "test")
    engine.start()
    turn()
  }

  static func configuration(
    _ config: String, journal: String? = nil, plugins: String = "", ring: Int = 65_536
  ) throws -> EngineConfiguration {
    func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
      PluginDescription(kind: type.manifest.kind, summary: "", settings: P.Settings.self)
    }
    let keeper = journal.map {
      "{\"name\":\"journal\",\"type\":\"journal\",\"config\":{\"folder\":\"\($0)\"}},"
    }
    let own = withoutPause(config)
    let text = """
      {"engine":{"seed":1,"ring":\(ring),"deterministic":true,"spin":"0s"},"plugins":[
      \(keeper ?? "")\(plugins){"name":"alerts","type":"alerts","config":\(own)},
      {"name":"feed","type":"feed"}]}
      """
    return try ConfigurationLoader(catalog: types.map { describe($0) })
      .load(Array(text.utf8), file: "plugins.json")
  }

  /// A commit follows the last at once, unless said otherwise: the clock stands still while a test
  /// waits for it. At the end, so that faults stay at their places.
  private static func withoutPause(_ config: String) -> String {
    guard !config.contains("commit_interval"), let end = config.lastIndex(of: "}") else {
      return config
    }
    let isEmpty = config.prefix(upTo: end).allSatisfy { $0 == "{" || $0.isWhitespace }
    return config.prefix(upTo: end) + (isEmpty ? "" : ",") + #""commit_interval":"0s"}"#
  }

  // MARK: Time

  /// Lets everything happen that is due.
  func turn() {
    Alerts.$testStore.withValue(store) {
      for _ in 0..<100_000 {
        let moved = engine.step()
        let count = reader.poll { batch in
          for index in batch.indices { alerts.append(batch[index]) }
        }
        if !moved, count == 0 { return }
      }
    }
  }

  func advance(seconds: Double) {
    clock.advance(nanos: Int64(seconds * 1e9))
    engine.host.tick()
    turn()
  }

  /// Turns until something has come about that also needs threads of the background.
  func until(_ condition: () throws -> Bool) async throws {
    turn()
    while try !condition() {
      try Task.checkCancellation()
      await Task.yield()
      turn()
    }
  }

  func stop() {
    engine.stop()
    turn()
  }

  func restart() {
    engine.host.restart("alerts")
    turn()
  }

  // MARK: Ticks and commands

  func trade(_ price: String, symbol: String = "A") throws {
    try send("publish", "{\"symbol\":\"\(symbol)\",\"price\":\(price)}", to: "feed")
  }

  /// The answer to a command, or the message of its error.
  @discardableResult
  func send(_ name: String, _ arguments: String = "{}", to plugin: String = "alerts") throws
    -> JSONValue
  {
    let value = try JSONReader().read(arguments)
    let box = Box()
    engine.host.send(PluginCommand(name: name, arguments: value), to: plugin) { result in
      box.value.withLock { value in
        switch result {
        case .success(let answer): value = answer
        case .failure(let error): value = .string(error.description)
        }
      }
    }
    turn()
    guard let answer = box.value.withLock({ $0 }) else { throw PluginError("no answer") }
    return answer
  }

  private final class Box: Sendable {
    let value = Mutex<JSONValue?>(nil)
  }

  // MARK: What was seen

  /// All events of a kind that the bus still has.
  func events(_ kind: EventKind) throws -> [Event] {
    let reader = try engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [kind]), policy: .dropOldest, start: .oldest),
      name: "look")
    var found: [Event] = []
    while reader.poll({ batch in
      for index in batch.indices where batch[index].kind == kind { found.append(batch[index]) }
    }) > 0 {}
    reader.close()
    return found
  }

  /// What became of the rules since the last call, each in a line.
  func lines() -> [String] {
    defer { alerts.removeAll() }
    return alerts.map(line)
  }

  /// Rule, instrument, state, generation, value and time.
  func line(_ event: Event) -> String {
    let alert = event.alert
    let rule = engine.catalog.name(alert.rule.raw, in: .rule) ?? "?"
    let key = engine.catalog.instrument(alert.instrument)?.key ?? "?"
    let seconds = alert.eventTime.nanos(since: Self.start) / 1_000_000
    return "\(rule) \(key) \(alert.state) \(alert.generation) \(FixedPoint.text(alert.value)) "
      + "\(seconds)ms"
  }

  func log(_ origin: String = "alerts") -> [String] {
    engine.logs.history(last: 10_000) { $0.origin == origin }.map(\.text)
  }
}
