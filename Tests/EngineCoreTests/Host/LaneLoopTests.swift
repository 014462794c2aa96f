import EngineCore
import Support
import Testing

@Suite("Lanes on loops", .timeLimit(.minutes(1)))
struct LaneLoopTests {
  private static func fixture(_ config: String = "", engine: String = "") async throws
    -> EngineFixture
  {
    let fixture = try EngineFixture(
      "{\"name\":\"it\",\"type\":\"looped\",\"config\":{\(config)}}", engine: engine,
      usesThreads: true)
    fixture.engine.start()
    try await fixture.until { fixture.status("it") == .running }
    return fixture
  }

  @Test("the plugin lives on the thread it brought, is woken by the bus, and sleeps otherwise")
  func reading() async throws {
    let fixture = try await Self.fixture()
    #expect(fixture["it"].log.contains("start on the loop"))
    #expect(fixture.host.status("it")?.lane == "it")
    let publisher = fixture.engine.bus.publisher()
    for number in 1...100 {
      #expect(publisher.publish(Ticks.trade(number)))
      try await fixture.until { fixture["it"].received == number }
    }
    #expect(fixture["it"].events.map(\.trade.eventTime.nanoseconds) == (1...100).map { $0 })
  }

  @Test("what it publishes in a turn is on the bus at its end, with its sequence")
  func publishing() async throws {
    let fixture = try await Self.fixture()
    for number in 1...50 {
      fixture["it"].post(number)
      _ = fixture["it"].parts?.inbox.offer("look")
      try await fixture.until { fixture["it"].received == number }
    }
    let last = try #require(fixture["it"].events.last)
    try await fixture.until { fixture["it"].log.contains("out \(last.sequence)") }
  }

  @Test("a plugin that can take nothing holds the ring, and goes on when it can")
  func refusing() async throws {
    let fixture = try await Self.fixture(engine: "\"ring\":1024")
    // What the start has put on the bus does not stand in the way.
    try await fixture.until { fixture.host.status("it")?.lag == 0 }
    fixture["it"].isFull = true
    let publisher = fixture.engine.bus.publisher()
    var taken = 0
    while publisher.publish(Ticks.trade(taken + 1)) { taken += 1 }
    #expect(taken >= 1000 && fixture["it"].received <= 8)
    fixture["it"].isFull = false
    _ = fixture["it"].parts?.inbox.offer("look")
    try await fixture.until { fixture["it"].received == taken }
  }

  @Test("it is asked until it has drained, then stopped; the loop ends with the lane")
  func draining() async throws {
    let fixture = try await Self.fixture("\"drains\":5")
    fixture.host.stop("it")
    try await fixture.until { fixture.status("it") == .stopped }
    #expect(fixture["it"].count(of: "drain") == 6)
    #expect(fixture["it"].log.last == "stop" || fixture["it"].log.last?.hasPrefix("out") == true)
    fixture.host.start("it")
    try await fixture.until { fixture.status("it") == .running }
  }

  @Test("a loop whose plugin hangs is left behind: the next instance has a new one")
  func hanging() async throws {
    let fixture = try await Self.fixture(
      "\"hangs\":true", engine: IsolationTests.limits)
    #expect(fixture.engine.bus.publisher().publish(Ticks.trade(1)))
    try await fixture.until { fixture["it"].gate.arrived == 1 }
    fixture.host.tick()
    fixture.clock.advance(nanos: 3_000_000_000)
    fixture.host.tick()
    try await fixture.until {
      fixture.clock.advance(nanos: 1_000_000_000)
      fixture.host.tick()
      return fixture["it"].count(of: "start on the loop") == 2 && fixture.status("it") == .running
    }
    #expect(fixture.engine.bus.publisher().publish(Ticks.trade(2)))
    try await fixture.until { fixture["it"].events.last?.trade.eventTime.nanoseconds == 2 }
    fixture["it"].gate.open()
  }
}
