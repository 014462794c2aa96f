import Bars
import EngineCore
import Journal
import Support
import Synchronization

@testable import History

/// Publishes trades and corrections that a test gives it.
final class TickFeed: Plugin {
  struct Settings: PluginSettings {
    static let keys: [ConfigurationKey] = []
    init(from object: inout ConfigurationObject) {}
  }

  static let manifest = PluginManifest(
    kind: "tick-feed", summary: "Publishes what a test gives it.",
    produces: [.trade, .correction], isSource: true,
    commands: [PluginCommandDescription("trade", "a trade"), .init("correct", "a correction")])

  private let context: PluginContext

  init(settings: Settings, context: PluginContext) throws { self.context = context }

  func handle(_ command: PluginCommand, publishing output: inout EventSink) throws -> JSONValue {
    func number(_ name: String) -> Int64 { command.arguments[name]?.int64 ?? 0 }
    let id = context.catalog.define(
      Instrument(
        symbol: command.arguments["symbol"]?.string ?? "A", name: "the name", pricePrecision: 3))
    let time = Timestamp(nanoseconds: number("time"))
    let size = Quantity(raw: 2_000_000_000)
    guard command.name == "correct" else {
      output.publish(
        Trade(
          instrument: id, price: Price(raw: number("price")), size: size, side: .buy,
          eventTime: time, receiveTime: context.clock.now()))
      return .null
    }
    let price = number("price")
    output.publish(
      Event(
        Correction(
          target: UInt64(number("target")), instrument: id, oldTime: time,
          oldPrice: Price(raw: number("old")), oldSize: size,
          newPrice: price == 0 ? .undefined : Price(raw: price), newSize: size)))
    return .null
  }
}

/// An engine that makes bars and keeps them, on a clock that the test moves. Letting go of it
/// without `stop` is what `kill -9` is to its files.
final class HistoryStage {
  let folder: Folder
  let clock: ManualClock
  let engine: Engine
  static let types: [any Plugin.Type] = [TickFeed.self, Bars.self, Journal.self, History.self]
  static let begin = Timestamp(nanoseconds: 1_705_312_800_000_000_000)

  init(
    _ folder: Folder, journal: Bool = true, ring: Int = 16_384, at start: Timestamp = begin,
    config: String = "", bars: String = #""specs":["1s","1m"]"#
  ) throws {
    self.folder = folder
    func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
      PluginDescription(kind: type.manifest.kind, summary: "", settings: P.Settings.self)
    }
    let journal =
      journal
      ? #"{"name":"journal","type":"journal","config":{"folder":"\#(folder.path)/journal"}},"# : ""
    let text = """
      {"engine":{"seed":1,"ring":\(ring),"deterministic":true,"spin":"0s"},"plugins":[\(journal)
      {"name":"bars","type":"bars","config":{\(bars),"partial":"off","max_delay":"0s"}},
      {"name":"history","type":"history",
      "config":{"store":"\(folder.path)/history.sqlite"\(config)}},
      {"name":"feed","type":"tick-feed"}]}
      """
    let configuration = try ConfigurationLoader(catalog: Self.types.map { describe($0) })
      .load(Array(text.utf8), file: "f")
    clock = ManualClock(start)
    engine = try Engine(
      configuration: configuration, types: Self.types, clock: clock,
      logs: LogCenter(level: .debug, clock: clock), usesThreads: false, seed: 1)
    engine.start()
    turn()
  }

  deinit { engine.stop() }

  func turn() { for _ in 0..<100_000 where !engine.step() { return } }

  func advance(seconds: Double) {
    clock.advance(nanos: Int64(seconds * 1e9))
    engine.host.tick()
    turn()
  }

  /// Turns until something has come about that needs threads of the background.
  func until(_ condition: () async throws -> Bool) async throws {
    turn()
    while try await !condition() {
      try Task.checkCancellation()
      await Task.yield()
      advance(seconds: 0.01)
    }
  }

  func stop() {
    engine.stop()
    turn()
  }

  /// A trade at the clock's time, or so many seconds before it; its position.
  @discardableResult
  func trade(_ price: Int64, ago: Double = 0, symbol: String = "A") throws -> UInt64 {
    let time = clock.now().nanoseconds - Int64(ago * 1e9)
    try send(
      "trade",
      "{\"price\":\(price * 1_000_000_000),\"time\":\(time),\"symbol\":\"\(symbol)\"}", to: "feed")
    var position: UInt64 = 0
    let recent = engine.bus
    let reader = try recent.subscribe(
      SubscriptionRequest(Interest(kinds: [.trade]), policy: .dropOldest, start: .oldest),
      name: "test")
    defer { reader.close() }
    while reader.poll({ batch in
      for index in batch.indices { position = max(position, batch[index].sequence) }
    }) > 0 {}
    return position
  }

  func correct(_ target: UInt64, from old: Int64, to new: Int64, time: Timestamp) throws {
    try send(
      "correct",
      "{\"target\":\(target),\"old\":\(old * 1_000_000_000),\"price\":\(new * 1_000_000_000),"
        + "\"time\":\(time.nanoseconds)}", to: "feed")
  }

  @discardableResult
  func send(_ name: String, _ arguments: String = "{}", to plugin: String = "history") throws
    -> JSONValue
  {
    let value = try JSONReader().read(Array(arguments.utf8))
    let box = Box()
    engine.host.send(PluginCommand(name: name, arguments: value), to: plugin) { result in
      box.value.withLock { $0 = result.mapError { $0 as any Error } }
    }
    turn()
    guard let result = box.value.withLock({ $0 }) else { throw PluginError("no answer") }
    return try result.get()
  }

  private final class Box: Sendable {
    let value = Mutex<Result<JSONValue, any Error>?>(nil)
  }

  var history: any MarketHistory {
    get throws { try engine.capabilities.find(.marketHistory) }
  }

  /// Bars as lines, all of one spec.
  func bars(_ spec: String = "1s", symbol: String = "A") async throws -> [String] {
    try await history.bars(HistoryBarQuery(instrument: symbol, spec: spec, limit: 10_000)).bars
      .map { "\($0.start) \($0.open) \($0.high) \($0.low) \($0.close) n\($0.count) \($0.state)" }
  }

  /// Closed bars as the log has told them: the newest of each interval.
  func told(_ spec: String = "1s", symbol: String = "A") throws -> [String] {
    var found: [Timestamp: Bar] = [:]
    let (id, instrument) = (
      engine.catalog.id(of: spec, in: .spec), engine.catalog.instrument(key: symbol)
    )
    let reader = try engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.bar]), policy: .dropOldest, start: .oldest),
      name: "test")
    defer { reader.close() }
    while reader.poll({ batch in
      for index in batch.indices where batch[index].kind == .bar {
        let bar = batch[index].bar
        if UInt32(bar.spec.raw) == id, bar.instrument == instrument, bar.state != .open {
          found[bar.start] = bar
        }
      }
    }) > 0 {}
    return found.values.filter { $0.state != .void }.sorted { $0.start < $1.start }
      .map { "\($0.start) \($0.open) \($0.high) \($0.low) \($0.close) n\($0.count) \($0.state)" }
  }
}
