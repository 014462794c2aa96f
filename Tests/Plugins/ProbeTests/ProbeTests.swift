import EngineCore
import Support
import Synchronization
import Testing

@testable import Probe

@Suite("Probe plugin")
struct ProbeTests {
  /// An engine with one probe, turned by hand.
  private final class Stage {
    let engine: Engine
    let clock = ManualClock()

    init(_ config: String, ring: Int = 1024) throws {
      let description = PluginDescription(kind: "probe", summary: "", settings: ProbeSettings.self)
      let text = """
        {"engine":{"ring":\(ring)},
        "plugins":[{"name":"it","type":"probe","config":\(config)}]}
        """
      let configuration = try ConfigurationLoader(catalog: [description])
        .load(Array(text.utf8), file: "f")
      engine = try Engine(
        configuration: configuration, types: [Probe.self], clock: clock,
        logs: LogCenter(level: .debug, clock: clock), usesThreads: false, seed: 1)
      engine.start()
      turn()
    }

    func turn() { while engine.step() {} }

    func publish(_ events: [Event]) -> Int {
      let publisher = engine.bus.publisher()
      return publisher.publish(events.span)
    }

    func send(_ command: String) -> JSONValue? {
      let answer = Answer()
      engine.host.send(PluginCommand(name: command, arguments: .object([])), to: "it") { result in
        answer.value.withLock { value in
          switch result {
          case .success(let json): value = json
          case .failure(let error): value = .string(error.description)
          }
        }
      }
      turn()
      return answer.value.withLock { $0 }
    }

    var log: [String] {
      engine.logs.history(last: 100) { $0.origin == "it" }.map(\.message)
    }
  }

  private final class Answer: Sendable {
    let value = Mutex<JSONValue?>(nil)
  }

  @Test("it counts what its subjects match, by kind, and forgets on reset")
  func counts() throws {
    let stage = try Stage("{\"subjects\":[\"trade.>\",\"quote.>\"]}")
    #expect(stage.publish([Ticks.trade(1), Ticks.quote(2), Ticks.quote(3), Ticks.bar(4)]) == 4)
    let stats = stage.send("stats")
    #expect(stats?["trades"]?.int64 == 1 && stats?["quotes"]?.int64 == 2)
    #expect(stats?["events"]?.int64 == 3 && stats?["out_of_order"]?.int64 == 0)
    #expect(stage.send("reset") == .null)
    #expect(stage.send("stats")?["events"]?.int64 == 0)
    #expect(
      stage.send("jump")?.string == "probe has no command \"jump\" (it takes: stats, reset)")
  }

  @Test("the checksum depends on every price, and two that saw the same agree")
  func checksum() throws {
    func sum(_ events: [Event]) throws -> String? {
      let stage = try Stage("{\"checksum\":true}")
      _ = stage.publish(events)
      return stage.send("stats")?["checksum"]?.string
    }
    let events = (1...50).map { $0 % 2 == 0 ? Ticks.trade($0) : Ticks.quote($0) }
    var other = events
    other[20] = Ticks.quote(22)
    let first = try sum(events)
    #expect(try sum(events) == first)
    #expect(try sum(other) != first)
  }

  @Test("what a slow probe lost is counted to the event", arguments: [1025, 5000])
  func losses(count: Int) throws {
    let stage = try Stage("{\"subjects\":[\"trade.>\"],\"policy\":\"drop-oldest\"}")
    // A batch is at most as long as the ring: event by event.
    for number in 1...count { #expect(stage.publish([Ticks.trade(number)]) == 1) }
    stage.turn()
    let stats = stage.send("stats")
    let seen = try #require(stats?["trades"]?.int64)
    let lost = try #require(stats?["lost"]?.int64)
    #expect(stats?["gaps"]?.int64 == 1)
    #expect(lost > 0 && seen + lost >= Int64(count))
    #expect(stats?["out_of_order"]?.int64 == 0)
  }

  @Test("it logs its counts as often as asked, when the expected number came, and at the end")
  func reports() throws {
    let stage = try Stage("{\"report\":\"1s\",\"expect\":3,\"subjects\":[\"trade.>\"]}")
    _ = stage.publish([Ticks.trade(1), Ticks.trade(2), Ticks.trade(3)])
    stage.turn()
    #expect(stage.log.contains("expected events have arrived"))
    #expect(!stage.log.contains("counted"))
    stage.clock.advance(nanos: 1_000_000_000)
    stage.turn()
    #expect(stage.log.filter { $0 == "counted" }.count == 1)
    stage.engine.host.stop("it")
    stage.turn()
    #expect(stage.log.filter { $0 == "counted" }.count == 2)
  }

  @Test("a subject that is none is a fault of the file")
  func badSubject() throws {
    #expect(throws: ConfigurationError.self) { try Stage("{\"subjects\":[\"trade..x\"]}") }
  }
}
