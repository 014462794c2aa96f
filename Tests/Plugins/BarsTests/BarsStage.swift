import Bars
import EngineCore
import Support
import Synchronization

/// Publishes trades, quotes and corrections that a test gives it, through its inbox.
final class Feed: Plugin {
  struct Settings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
  }

  static let manifest = PluginManifest(
    kind: "feed", summary: "Publishes what a test gives it.",
    produces: [.trade, .quote, .correction], isSource: true,
    commands: [PluginCommandDescription("publish", "a trade")])

  private let context: PluginContext

  init(settings: Settings, context: PluginContext) throws { self.context = context }

  func handle(_ command: PluginCommand, publishing output: inout EventSink) throws -> JSONValue {
    func number(_ name: String) -> Int64 { command.arguments[name]?.int64 ?? 0 }
    let id = context.catalog.define(Instrument(symbol: command.arguments["symbol"]?.string ?? "A"))
    let time = Timestamp(nanoseconds: number("time"))
    if command.name == "correct" {
      output.publish(
        Event(
          Correction(
            target: UInt64(number("target")), instrument: id, oldTime: time,
            oldPrice: Price(raw: number("old")), oldSize: Quantity(raw: 1_000_000_000),
            newPrice: number("price") == 0 ? .undefined : Price(raw: number("price")),
            newSize: Quantity(raw: 1_000_000_000))))
      return .null
    }
    output.publish(
      Trade(
        instrument: id, price: Price(raw: number("price")), size: Quantity(raw: 1_000_000_000),
        side: .buy, eventTime: time, receiveTime: context.clock.now()))
    return .null
  }
}

/// A whole engine with a feed and a bars plugin on a clock that the test moves.
final class BarsStage {
  let clock = ManualClock(Timestamp(nanoseconds: 1_705_312_800_000_000_000))
  let engine: Engine
  private let reader: Subscription
  private(set) var events: [Event] = []
  static let types: [any Plugin.Type] = [Feed.self, Bars.self, Faulty.self]

  init(_ config: String, ring: Int = 131_072) throws {
    func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
      PluginDescription(kind: type.manifest.kind, summary: "", settings: P.Settings.self)
    }
    let text = """
      {"engine":{"seed":1,"ring":\(ring),"deterministic":true,"spin":"0s"},"plugins":[
      {"name":"feed","type":"feed"},{"name":"bars","type":"bars","config":\(config)},
      {"name":"faulty","type":"faulty"}]}
      """
    let configuration = try ConfigurationLoader(catalog: Self.types.map { describe($0) })
      .load(Array(text.utf8), file: "f")
    engine = try Engine(
      configuration: configuration, types: Self.types, clock: clock,
      logs: LogCenter(level: .debug, clock: clock), usesThreads: false, seed: 1)
    reader = try engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.bar, .watermark]), policy: .dropOldest), name: "test")
    engine.start()
    turn()
  }

  deinit { engine.stop() }

  /// Lets everything happen that is due.
  func turn() {
    for _ in 0..<100_000 {
      let moved = engine.step()
      let count = reader.poll { batch in
        for index in batch.indices { events.append(batch[index]) }
      }
      if !moved, count == 0 { return }
    }
  }

  func advance(seconds: Double) {
    clock.advance(nanos: Int64(seconds * 1e9))
    engine.host.tick()
    turn()
  }

  /// A trade at the clock's time, or so many seconds before it.
  func trade(_ price: Int64, ago: Double = 0, symbol: String = "A") throws {
    let time = clock.now().nanoseconds - Int64(ago * 1e9)
    _ = try send(
      "publish",
      "{\"price\":\(price * 1_000_000_000),\"time\":\(time),\"symbol\":\"\(symbol)\"}", to: "feed")
  }

  /// The answer to a command, or the message of its error.
  @discardableResult
  func send(_ name: String, _ arguments: String = "{}", to plugin: String = "bars") throws
    -> JSONValue
  {
    let value = try JSONReader().read(Array(arguments.utf8))
    let box = Box()
    engine.host.send(PluginCommand(name: name, arguments: value), to: plugin) { result in
      box.value.withLock { value in
        switch result {
        case .success(let answer): value = answer
        case .failure(let error): value = .string(error.message)
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

  /// What has been published since the last call, each in a line.
  func lines() -> [String] {
    defer { events.removeAll() }
    return events.map(line)
  }

  private func line(_ event: Event) -> String {
    let name = engine.catalog.name(UInt32(event.scope), in: .spec) ?? "?"
    if event.kind == .watermark {
      let mark = event.watermark
      return "\(name) [\(clockText(mark.start)), \(clockText(mark.end))) "
        + "\(mark.bars) bars, \(mark.empty) without"
    }
    let bar = event.bar
    let flags = bar.flags.names.filter { $0 != "incomplete_left" }.map { " \($0)" }.joined()
    let reason = bar.reason == .none ? "" : " \(bar.reason)"
    return "\(engine.catalog.instrument(bar.instrument)?.key ?? "?") \(name) "
      + "\(clockText(bar.start)) \(bar.open) \(bar.high) \(bar.low) \(bar.close) n\(bar.count) "
      + "\(bar.state) r\(bar.revision)\(reason)\(flags)"
  }

  private func clockText(_ time: Timestamp) -> String { String("\(time)".dropFirst(11).dropLast()) }

  /// The final bars of all that was published: values by instrument, spec and start.
  func final() -> [String: String] {
    var final: [String: String] = [:]
    for event in events where event.kind == .bar {
      let bar = event.bar
      if bar.state == .open { continue }
      final["\(bar.instrument.raw) \(bar.spec.raw) \(bar.start)"] =
        "\(bar.open) \(bar.high) \(bar.low) \(bar.close) \(bar.volume) \(bar.count) "
        + "\(bar.buyVolume) \(bar.state == .void)"
    }
    return final
  }
}

/// Crashes when told to. Its lane-mates go on.
final class Faulty: Plugin {
  struct Settings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
  }

  static let manifest = PluginManifest(kind: "faulty", summary: "Does nothing.")
  init(settings: Settings, context: PluginContext) throws {}
}
