import EngineCore
import Support
import Testing

@Suite("Host and reload")
struct HostReloadTests {
  typealias Life = HostLifeTests

  static func reload(
    _ fixture: EngineFixture, _ plugins: String..., engine: String = ""
  ) throws -> ConfigurationPlan {
    let next = try EngineFixture.configuration(
      plugins.joined(separator: ","), engine: engine)
    let plan = try fixture.engine.reload(next)
    fixture.settle()
    return plan
  }

  @Test("a reload touches only what changed: the others keep their instance and lose nothing")
  func unchanged() throws {
    let fixture = try EngineFixture(
      [
        Life.ticks("ticks", "\"interval\":\"1s\""), Life.recording("kept"),
        Life.recording("changed"), Life.recording("gone"),
      ].joined(separator: ","))
    fixture.start()
    fixture.advance(nanos: 1_000_000_000)
    let plan = try Self.reload(
      fixture, Life.ticks("ticks", "\"interval\":\"1s\""), Life.recording("kept"),
      Life.recording("changed", "\"note\":\"x\""), Life.recording("new"))
    #expect(plan.added == ["new"] && plan.removed == ["gone"])
    #expect(plan.unchanged == ["ticks", "kept"])
    fixture.advance(nanos: 1_000_000_000)
    #expect(fixture["kept"].events.map(\.trade.size.raw) == [1, 2, 3])
    #expect(fixture["kept"].count(of: "init") == 1 && fixture["ticks"].count(of: "init") == 1)
    #expect(fixture["changed"].count(of: "init") == 2)
    #expect(fixture["gone"].count(of: "stop") == 1 && fixture.status("gone") == nil)
    #expect(fixture["new"].received == 1 && fixture.status("new") == .running)
  }

  @Test("a broken configuration changes nothing")
  func broken() throws {
    let fixture = try EngineFixture(Life.recording("a"))
    fixture.start()
    #expect(throws: ConfigurationError.self) {
      try Self.reload(fixture, Life.recording("a", "\"derives\":-1"))
    }
    // A type that this engine does not have.
    let next = try EngineFixture.configuration(Life.recording("a") + "," + Life.ticks("b"))
    let engine = try Engine(
      configuration: fixture.engine.configuration, types: [RecordingPlugin.self],
      clock: fixture.clock, logs: LogCenter(), usesThreads: false, seed: 1)
    #expect(throws: PluginError.self) { try engine.reload(next) }
    #expect(engine.configuration.plugins.map(\.name) == ["a"])
    #expect(fixture.status("a") == .running && fixture["a"].count(of: "init") == 1)
  }

  @Test("a plugin that can takes new settings in place; one that throws at them starts anew")
  func inPlace() throws {
    let fixture = try EngineFixture(Life.misbehaving("it", "\"adapts\":true"))
    fixture.start()
    _ = try Self.reload(fixture, Life.misbehaving("it", "\"adapts\":true,\"note\":\"new\""))
    #expect(fixture["it"].log.contains("reconfigure new"))
    #expect(fixture["it"].count(of: "init") == 1 && fixture["it"].count(of: "stop") == 0)
    let thrower = try EngineFixture(
      Life.misbehaving("it", "\"fault\":\"throw\",\"in\":\"reconfigure\""))
    thrower.start()
    _ = try Self.reload(thrower, Life.misbehaving("it", "\"note\":\"new\""))
    #expect(thrower.status("it") == .running && thrower["it"].count(of: "init") == 2)
  }

  @Test("a changed lane restarts the plugin there")
  func lane() throws {
    let fixture = try EngineFixture(Life.recording("it"))
    fixture.start()
    _ = try Self.reload(fixture, Life.recording("it", "", ",\"lane\":\"own\""))
    #expect(fixture.host.status("it")?.lane == "own" && fixture.status("it") == .running)
    #expect(fixture["it"].log == ["init", "start", "stop", "init", "start"])
  }

  @Test("a plugin that is disabled stops, and one that is enabled starts")
  func enabling() throws {
    let off = ",\"enabled\":false"
    let fixture = try EngineFixture(Life.recording("a") + "," + Life.recording("b", "", off))
    fixture.start()
    #expect(fixture.status("b") == .stopped)
    _ = try Self.reload(fixture, Life.recording("a", "", off), Life.recording("b"))
    #expect(fixture.status("a") == .stopped && fixture.status("b") == .running)
    _ = try Self.reload(
      fixture, Life.recording("a", "\"note\":\"x\"", off), Life.recording("b"))
    #expect(fixture.status("a") == .stopped && fixture["a"].count(of: "init") == 1)
  }

  @Test("what a person has stopped stays stopped when its settings change")
  func stoppedByHand() throws {
    let fixture = try EngineFixture(Life.recording("a"))
    fixture.start()
    fixture.host.stop("a")
    fixture.settle()
    _ = try Self.reload(fixture, Life.recording("a", "\"note\":\"x\""))
    #expect(fixture.status("a") == .stopped && fixture["a"].count(of: "init") == 1)
    fixture.host.start("a")
    fixture.settle()
    #expect(fixture.status("a") == .running)
  }

  @Test("new plugins start readers first, so that nothing is missed")
  func newReaders() throws {
    let fixture = try EngineFixture(Life.recording("old"))
    fixture.start()
    _ = try Self.reload(
      fixture, Life.ticks("ticks", "\"count\":50"), Life.recording("old"), Life.recording("new"))
    #expect(fixture["new"].received == 50 && fixture["old"].received == 50)
  }

  @Test("a new restart policy holds for a plugin that runs on")
  func policy() throws {
    let fixture = try EngineFixture(
      Life.misbehaving("bad", "\"fault\":\"throw\",\"in\":\"receive\""))
    fixture.start()
    _ = try Self.reload(
      fixture,
      Life.misbehaving(
        "bad", "\"fault\":\"throw\",\"in\":\"receive\"", ",\"restart\":{\"policy\":\"never\"}"))
    #expect(fixture["bad"].count(of: "init") == 1)
    _ = fixture.engine.bus.publisher().publish(Ticks.trade(1))
    fixture.settle()
    #expect(fixture.status("bad") == .failed)
  }
}
