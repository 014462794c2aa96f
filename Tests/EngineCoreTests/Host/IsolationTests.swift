import EngineCore
import Support
import Synchronization
import Testing

/// Plugins that misbehave on real threads, under a watchdog whose clock the tests move.
@Suite("Isolation", .timeLimit(.minutes(1)))
struct IsolationTests {
  typealias Life = HostLifeTests

  static let limits = """
    "call_limit":"2s","stop_limit":"3s","ring":1024,"restart":{"jitter":0,"intensity":2}
    """

  /// A misbehaving plugin, a well-behaved one on the same lane, and one on another.
  static func fixture(_ bad: String) throws -> EngineFixture {
    let lane = ",\"lane\":\"one\""
    return try EngineFixture(
      [
        Life.misbehaving("bad", bad, lane), Life.counting("mate", "\"reads\":[\"trade\"]", lane),
        Life.counting("far", "\"reads\":[\"trade\"]", ",\"lane\":\"two\""),
      ].joined(separator: ","), engine: limits, usesThreads: true)
  }

  /// Makes the call happen in which the plugin misbehaves.
  static func provoke(_ call: String, _ fixture: EngineFixture) throws {
    switch call {
    case "receive": #expect(fixture.engine.bus.publisher().publish(Ticks.trade(1)))
    case "timer":
      fixture.clock.advance(nanos: 20_000_000)
      // Only wakes the lane: its sleep is measured by the system's clock.
      _ = fixture["bad"].parts?.inbox.offer("wake")
    case "handle":
      fixture.host.send(PluginCommand(name: "any", arguments: .null), to: "bad") { _ in }
    case "inbox": _ = fixture["bad"].parts?.inbox.offer("message")
    case "paused": try fixture.host.setPaused("bad", true)
    case "stop": fixture.host.stop("bad")
    default: break
    }
  }

  static func config(_ fault: String, _ call: String) -> String {
    "\"fault\":\"\(fault)\",\"in\":\"\(call)\",\"times\":1"
      + (call == "timer" ? ",\"timers\":[\"10ms\"]" : "")
  }

  /// The others see everything and can be reached, more than a ring of it.
  static func expectOthersGoOn(_ fixture: EngineFixture) async throws {
    let before = fixture["mate"].received
    let publisher = fixture.engine.bus.publisher()
    for number in 0..<3000 {
      try await fixture.until { publisher.publish(Ticks.trade(number)) }
    }
    try await fixture.until { fixture["mate"].received == before + 3000 }
    try await fixture.until { fixture["far"].received == before + 3000 }
    for name in ["mate", "far"] {
      let outcome = fixture[name].parts?.inbox.offer("hello")
      #expect(outcome == .accepted)
      try await fixture.until { fixture[name].count(of: "inbox") > 0 }
      #expect(fixture.status(name) == .running)
    }
  }

  @Test(
    "a plugin that throws is restarted, the others of its lane go on",
    arguments: ["init", "start", "receive", "produce", "timer", "inbox"])
  func throwing(call: String) async throws {
    let fixture = try Self.fixture(Self.config("throw", call))
    fixture.engine.start()
    try await fixture.until { fixture.status("far") == .running }
    try await fixture.until { fixture.status("mate") == .running }
    try await fixture.until { [.running, .backoff].contains(fixture.status("bad")) }
    try Self.provoke(call, fixture)
    try await fixture.until { fixture.status("bad") == .backoff }
    #expect(fixture.host.status("bad")?.lastError == "threw in \(call)")
    try await Self.expectOthersGoOn(fixture)
    fixture.clock.advance(nanos: 600_000_000)
    fixture.host.tick()
    try await fixture.until { fixture.status("bad") == .running }
    #expect(fixture.host.status("bad")?.restarts == 1)
  }

  @Test(
    "a plugin that hangs is given up: its lane goes on, its cursor holds nobody, it is restarted",
    arguments: ["init", "start", "receive", "produce", "timer", "handle", "inbox", "paused"])
  func hanging(call: String) async throws {
    let fixture = try Self.fixture(Self.config("hang", call))
    fixture.host.start("mate")
    fixture.host.start("far")
    try await fixture.until { fixture.status("mate") == .running }
    try await fixture.until { fixture.status("far") == .running }
    fixture.host.start("bad")
    if !["init", "start", "produce"].contains(call) {
      try await fixture.until { fixture.status("bad") == .running }
      try await fixture.until { fixture["bad"].count(of: "produce") == 1 }
      try Self.provoke(call, fixture)
    }
    try await fixture.until { fixture["bad"].gate.arrived == 1 }
    fixture.host.tick()
    fixture.clock.advance(nanos: 1_999_999_999)
    fixture.host.tick()
    #expect([.starting, .running].contains(fixture.status("bad")), "it is not given up too early")
    fixture.clock.advance(nanos: 1)
    fixture.host.tick()
    #expect(fixture.status("bad") == .backoff)
    #expect(fixture.host.status("bad")?.lastError == "a call did not return within 2.0 s")
    try await Self.expectOthersGoOn(fixture)
    try await Self.expectLateReturnChangesNothing(fixture)
    fixture.clock.advance(nanos: 600_000_000)
    fixture.host.tick()
    try await fixture.until { fixture.status("bad") == .running }
    try await Self.expectOthersGoOn(fixture)
  }

  /// The hung call comes back after all.
  static func expectLateReturnChangesNothing(_ fixture: EngineFixture) async throws {
    let before = fixture.engine.bus.lastSequence
    fixture["bad"].gate.open()
    try await fixture.until { fixture["bad"].count(of: "late") == 1 }
    try await fixture.until { fixture["bad"].gate.passed == 1 }
    #expect(fixture.status("bad") == .backoff)
    #expect(fixture.engine.bus.lastSequence == before)
    #expect(throws: PluginError.self) {
      try fixture.engine.capabilities.find(MisbehavingPlugin.lateAnswer)
    }
    #expect(try fixture.events([.quote]).isEmpty, "nothing of the call was published")
  }

  @Test("a hung call is given up again and again until the plugin has failed")
  func givingUp() async throws {
    let fixture = try Self.fixture("\"fault\":\"hang\",\"in\":\"start\"")
    fixture.engine.start()
    for attempt in 1...3 {
      try await fixture.until { fixture["bad"].gate.arrived == attempt }
      fixture.host.tick()
      fixture.clock.advance(nanos: 2_000_000_000)
      fixture.host.tick()
      fixture.clock.advance(nanos: 1_500_000_000)
      fixture.host.tick()
    }
    #expect(fixture.status("bad") == .failed)
    try await fixture.until { fixture.status("far") == .running }
    try await fixture.until { fixture.status("mate") == .running }
    try await Self.expectOthersGoOn(fixture)
  }

  @Test("a plugin that refuses to stop is abandoned after the stop limit")
  func refusingToStop() async throws {
    let fixture = try Self.fixture(Self.config("hang", "stop"))
    fixture.engine.start()
    try await fixture.until { fixture.status("far") == .running }
    try await fixture.until { fixture.status("bad") == .running }
    try await fixture.until { fixture.status("mate") == .running }
    let isStopped = Atomic<Bool>(false)
    fixture.host.stop("bad") { isStopped.store(true, ordering: .releasing) }
    try await fixture.until { fixture["bad"].gate.arrived == 1 }
    fixture.host.tick()
    fixture.clock.advance(nanos: 2_999_999_999)
    fixture.host.tick()
    #expect(fixture.status("bad") == .stopping)
    fixture.clock.advance(nanos: 1)
    fixture.host.tick()
    #expect(fixture.status("bad") == .stopped)
    let hasStopped = isStopped.load(ordering: .acquiring)
    #expect(hasStopped)
    try await Self.expectOthersGoOn(fixture)
  }

  @Test("who sent a command that hangs is answered once; so is who sent one that waits behind it")
  func hangingCommand() async throws {
    let fixture = try Self.fixture(Self.config("hang", "handle"))
    fixture.engine.start()
    try await fixture.until { fixture.status("bad") == .running }
    let replies = HostWorkTests.Replies()
    replies.send("first", to: "bad", fixture)
    try await fixture.until { fixture["bad"].gate.arrived == 1 }
    replies.send("second", to: "bad", fixture)
    fixture.host.tick()
    fixture.clock.advance(nanos: 2_000_000_000)
    fixture.host.tick()
    try await fixture.until { replies.texts.count == 2 }
    fixture["bad"].gate.open()
    try await fixture.until { fixture["bad"].gate.passed == 1 }
    try await Self.expectOthersGoOn(fixture)
    #expect(
      Set(replies.texts) == [
        "error: bad did not return from the command", "error: the plugin does not run",
      ])
  }

  @Test("a reload does not wait for a plugin that hangs at its new settings")
  func hangingReconfigure() async throws {
    let fixture = try Self.fixture(Self.config("hang", "reconfigure"))
    fixture.engine.start()
    try await fixture.until { fixture.status("far") == .running }
    try await fixture.until { fixture.status("bad") == .running }
    let lane = ",\"lane\":\"one\""
    let next = try EngineFixture.configuration(
      [
        Life.misbehaving("bad", "\"note\":\"new\"", lane),
        Life.counting("mate", "\"reads\":[\"trade\"]", lane),
        Life.counting("far", "\"reads\":[\"trade\"]", ",\"lane\":\"two\""),
      ].joined(separator: ","), engine: Self.limits)
    let isDone = Atomic<Bool>(false)
    try fixture.engine.reload(next) { isDone.store(true, ordering: .releasing) }
    try await fixture.until { fixture["bad"].gate.arrived == 1 }
    fixture.host.tick()
    fixture.clock.advance(nanos: 2_000_000_000)
    fixture.host.tick()
    try await fixture.until { isDone.load(ordering: .acquiring) }
    #expect(fixture.status("bad") == .running)
    #expect(fixture.host.status("bad")?.lastError == "a call did not return within 2.0 s")
    #expect(fixture["bad"].count(of: "init") == 2)
  }

  @Test("mail that came with a call that hangs is not lost")
  func mail() async throws {
    let fixture = try Self.fixture(Self.config("hang", "init"))
    // The lane's thread takes both launches at once, or the second while the first one hangs.
    for name in ["bad", "mate", "far"] { fixture.host.start(name) }
    try await fixture.until { fixture["bad"].gate.arrived == 1 }
    fixture.host.tick()
    fixture.clock.advance(nanos: 2_000_000_000)
    fixture.host.tick()
    try await fixture.until { fixture.status("mate") == .running }
    try await fixture.until { fixture.status("far") == .running }
    try await Self.expectOthersGoOn(fixture)
  }

  @Test("a flood without end is a hang: what it holds is bounded, and its losses are told")
  func endlessFlood() async throws {
    let fixture = try Self.fixture(Self.config("flood", "inbox"))
    fixture.engine.start()
    try await fixture.until { fixture.status("far") == .running }
    try await fixture.until { fixture.status("bad") == .running }
    let blocker = try fixture.engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.trade])), name: "stands still")
    let outcome = fixture["bad"].parts?.inbox.offer("go")
    #expect(outcome == .accepted)
    try await fixture.until { fixture["bad"].count(of: .refused) > 10_000 }
    let held = fixture.host.status("bad")?.held ?? 0
    #expect(held > 0 && held <= 1024 + 256)
    fixture.host.tick()
    fixture.clock.advance(nanos: 2_000_000_000)
    fixture.host.tick()
    #expect(fixture.status("bad") == .backoff)
    blocker.close()
    fixture.host.tick()
    let gaps = try fixture.events([.gap]).map(\.gap)
    #expect(gaps.count == 1 && gaps[0].reason == .refused && gaps[0].count > 10_000)
    fixture["bad"].gate.open()
    try await Self.expectOthersGoOn(fixture)
  }

  @Test(
    "the arrival of a hung call's thread leaves the lane's replacement alone", arguments: 0..<20)
  func race(round: Int) async throws {
    let fixture = try Self.fixture(Self.config("hang", "inbox"))
    fixture.engine.start()
    try await fixture.until { fixture.status("far") == .running }
    try await fixture.until { fixture.status("mate") == .running }
    try await fixture.until { fixture.status("bad") == .running }
    _ = fixture["bad"].parts?.inbox.offer("go")
    try await fixture.until { fixture["bad"].gate.arrived == 1 }
    fixture.host.tick()
    fixture.clock.advance(nanos: 2_000_000_000)
    // The call comes back while it is given up: either is right, both at once is not.
    let gate = fixture["bad"].gate
    #expect(TestThread.start { gate.open() })
    fixture.host.tick()
    try await fixture.until { gate.passed == 1 }
    try await Self.expectOthersGoOn(fixture)
    #expect([.running, .backoff].contains(fixture.status("bad")))
  }
}
