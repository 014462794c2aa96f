import EngineCore
import Support
import Synchronization

@testable import Notify

/// A whole engine with the plugin, on a clock that the test moves. Letting go of it without `stop`
/// is what `kill -9` is.
final class NotifyStage {
  let clock: ManualClock
  let engine: Engine
  let outbox: FakeOutbox
  let receiver: FakeReceiver?
  static let types: [any Plugin.Type] = [OutboxHolder.self, Notify.self]

  /// - Parameter receiver: stands for all that is outside; nil: channels are what they are.
  init(
    _ channels: String, outbox: FakeOutbox = FakeOutbox(), receiver: FakeReceiver? = FakeReceiver(),
    store: String = "memory", clock: ManualClock = ManualClock()
  ) throws {
    self.outbox = outbox
    self.receiver = receiver
    self.clock = clock
    engine = try Engine(
      configuration: try Self.configuration(channels, store: store), types: Self.types,
      clock: clock, logs: LogCenter(level: .debug, clock: clock), usesThreads: false, seed: 1)
    inWorld { engine.start() }
    turn()
    // The outbox may have come after the plugin, which then looks again.
    advance(seconds: 1)
  }

  static func configuration(
    _ channels: String, store: String = "memory"
  ) throws(ConfigurationError) -> EngineConfiguration {
    func describe<P: Plugin>(_ type: P.Type) -> PluginDescription {
      PluginDescription(kind: type.manifest.kind, summary: "", settings: P.Settings.self)
    }
    let text = """
      {"engine":{"seed":1,"deterministic":true,"spin":"0s"},"plugins":[
      {"name":"outbox","type":"outbox"},
      {"name":"notify","type":"notify","config":{"store":"\(store)","channels":[\(channels)]}}]}
      """
    return try ConfigurationLoader(
      catalog: types.map { describe($0) }, environment: ["HOOK_SECRET": "s3cret-of-hooks"]
    ).load(Array(text.utf8), file: "plugins.json")
  }

  private func inWorld<Result>(_ body: () throws -> Result) rethrows -> Result {
    try OutboxHolder.$outbox.withValue(outbox) {
      guard let receiver else { return try body() }
      return try Notify.$testSender.withValue(receiver.sender) { try body() }
    }
  }

  /// Lets everything happen that is due.
  func turn() {
    inWorld {
      for _ in 0..<100_000 where !engine.step() { return }
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

  /// Waits until all that can happen at this time has happened.
  func calm() async throws {
    try await until {
      let status = try send("status")
      return status["reading"]?.bool == false && status["under_way"]?.int64 == 0
        && status["unsettled"]?.int64 == 0
    }
  }

  func stop() async throws {
    engine.stop()
    try await until { engine.host.status("notify")?.state == .stopped }
  }

  /// The answer to a command, or the message of its error.
  @discardableResult
  func send(_ name: String, _ arguments: String = "{}") throws -> JSONValue {
    let value = try JSONReader().read(arguments)
    let box = Box()
    inWorld {
      engine.host.send(PluginCommand(name: name, arguments: value), to: "notify") { result in
        box.value.withLock { value in
          switch result {
          case .success(let answer): value = answer
          case .failure(let error): value = .string(error.description)
          }
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

  /// Attempts, the oldest first, each in a line.
  func history(_ arguments: String = "{}") throws -> [String] {
    (try send("history", arguments)["attempts"]?.array ?? []).reversed().map { attempt in
      ["channel", "rule", "attempt", "result", "detail"].map { name in
        attempt[name]?.string ?? attempt[name]?.int64.map { "\($0)" } ?? "?"
      }.joined(separator: " ")
    }
  }

  func log() -> [String] {
    engine.logs.history(last: 10_000) { $0.origin == "notify" }.map(\.text)
  }
}
