import Bars
import EngineCore
import JournalFiles
import Support
import Synchronization

@testable import Journal

/// An engine with a journal on a clock that the test moves. Letting go of it without `stop` is what
/// `kill -9` is to the files.
final class JournalStage {
  let engine: Engine
  let clock: ManualClock
  static let types: [any Plugin.Type] = [
    Journal.self, Bars.self, Feed.self, Shown.self,
  ]

  init(
    _ folder: Folder, _ members: String = "", plugins: String = "",
    faults: FaultyDisk.Switch? = nil,
    at start: Timestamp = Timestamp(nanoseconds: 1_705_312_800_000_000_000), ring: Int = 4096
  ) throws {
    func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
      PluginDescription(kind: type.manifest.kind, summary: "", settings: P.Settings.self)
    }
    let separator = members.isEmpty ? "" : ","
    let text = """
      {"engine":{"seed":1,"ring":\(ring),"deterministic":true,"spin":"0s"},"plugins":[
      {"name":"journal","type":"journal","config":{"folder":"\(folder.path)"\(separator)
      \(members)}},
      {"name":"shown","type":"shown"},\(plugins){"name":"feed","type":"feed"}]}
      """
    let configuration = try ConfigurationLoader(catalog: Self.types.map { describe($0) })
      .load(Array(text.utf8), file: "f")
    clock = ManualClock(start)
    let clock = clock
    func make() throws -> Engine {
      try Engine(
        configuration: configuration, types: Self.types, clock: clock,
        logs: LogCenter(level: .debug, clock: clock), usesThreads: false, seed: 1)
    }
    if let faults {
      let disk = FaultyDisk(disk: try PosixDisk(folder: folder.path), faults: faults)
      engine = try Journal.$disk.withValue(disk, operation: make)
    } else {
      engine = try make()
    }
    engine.start()
    turn()
  }

  func turn() {
    for _ in 0..<100_000 where !engine.step() { return }
  }

  func advance(nanos: Int64) {
    clock.advance(nanos: nanos)
    engine.host.tick()
    turn()
  }

  func stop() {
    engine.stop()
    turn()
  }

  /// Has the feed publish, in orders that always find room.
  func publish(_ count: Int, symbol: String = "A", bars: Bool = false) throws {
    var rest = count
    while rest > 0 {
      let part = min(rest, 64)
      rest -= part
      try send(
        "publish", #"{"count":\#(part),"symbol":"\#(symbol)","bars":\#(bars)}"#, to: "feed")
    }
  }

  @discardableResult
  func send(_ name: String, _ arguments: String = "{}", to plugin: String) throws -> JSONValue {
    let value = try JSONReader().read(Array(arguments.utf8))
    let answer = Answer()
    engine.host.send(PluginCommand(name: name, arguments: value), to: plugin) { result in
      answer.value.withLock { $0 = try? result.get() }
    }
    turn()
    return answer.value.withLock { $0 } ?? .null
  }

  private final class Answer: Sendable {
    let value = Mutex<JSONValue?>(nil)
  }

  /// What the ring holds.
  var recent: [Event] {
    var events: [Event] = []
    let bus = engine.bus
    guard
      let reader = try? bus.subscribe(
        SubscriptionRequest(.everything, policy: .dropOldest, start: .oldest), name: "test")
    else { return [] }
    while reader.poll({ batch in for index in batch.indices { events.append(batch[index]) } }) > 0 {
    }
    return events
  }
}
