import EngineCore
import Support
import Synchronization

@testable import Replay
@testable import TickFiles

/// A whole engine with one plugin, turned by hand on a clock that a test moves.
final class EngineStage {
  let clock = ManualClock()
  let engine: Engine
  private let reader: Subscription
  private(set) var events: [Event] = []

  init(_ config: String) throws {
    let description = PluginDescription(
      kind: "replay", summary: "", settings: ReplaySettings.self)
    let text = """
      {"engine":{"seed":1},"plugins":[{"name":"it","type":"replay","config":\(config)}]}
      """
    let configuration = try ConfigurationLoader(catalog: [description])
      .load(Array(text.utf8), file: "f")
    engine = try Engine(
      configuration: configuration, types: [Replay.self], clock: clock,
      logs: LogCenter(level: .debug, clock: clock), usesThreads: false, seed: 1)
    reader = try engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.trade, .quote, .bar])), name: "test")
    engine.start()
    turn()
  }

  /// Lets everything happen that is due, up to so many events.
  func turn(upTo most: Int = 10_000) {
    for _ in 0..<10_000 where events.count < most {
      let moved = engine.step()
      let count = reader.poll { batch in
        for index in batch.indices { events.append(batch[index]) }
      }
      if !moved, count == 0 { return }
    }
  }

  /// The decimals of each instrument as the bus tells them.
  func definitions() throws -> [String: UInt8] {
    let reader = try engine.bus.subscribe(
      SubscriptionRequest(
        Interest(kinds: [.definition]), policy: .dropOldest, start: .oldest), name: "definitions")
    defer { reader.close() }
    var told: [String: UInt8] = [:]
    while reader.poll({ batch in
      for index in batch.indices where batch[index].definition.namespace == .instrument {
        let definition = batch[index].definition
        told[engine.catalog.text(definition.text) ?? ""] = definition.pricePrecision
      }
    }) > 0 {}
    return told
  }

  func advance(_ nanos: Int64) {
    clock.advance(nanos: nanos)
    turn()
  }

  /// The answer to a command, or the message of its error.
  func send(_ name: String, _ arguments: String = "{}") throws -> JSONValue {
    let value = try JSONReader().read(Array(arguments.utf8))
    let box = Box()
    engine.host.send(PluginCommand(name: name, arguments: value), to: "it") { result in
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

  /// What the plugin logged.
  var log: [String] {
    engine.logs.history(last: 1_000) { $0.origin == "it" }.map(\.message)
  }
}
