import EngineCore
import Support
import Synchronization
import Testing

/// The host turned by hand: starting, stopping, restarting, pausing.
@Suite("Host")
struct HostLifeTests {
  static func misbehaving(_ name: String, _ config: String, _ entry: String = "") -> String {
    "{\"name\":\"\(name)\",\"type\":\"misbehaving\",\"config\":{\(config)}\(entry)}"
  }
  static func recording(_ name: String, _ config: String = "", _ entry: String = "") -> String {
    "{\"name\":\"\(name)\",\"type\":\"recording\",\"config\":{\(config)}\(entry)}"
  }
  static func counting(_ name: String, _ config: String = "", _ entry: String = "") -> String {
    "{\"name\":\"\(name)\",\"type\":\"counting\",\"config\":{\(config)}\(entry)}"
  }
  static func ticks(_ name: String, _ config: String = "", _ entry: String = "") -> String {
    "{\"name\":\"\(name)\",\"type\":\"ticks\",\"config\":{\(config)}\(entry)}"
  }

  @Test("plugins start readers first, and a reader sees the first event of a source")
  func startOrder() throws {
    let fixture = try EngineFixture(
      [Self.ticks("a", "\"count\":10"), Self.recording("b")].joined(separator: ","))
    fixture.start()
    #expect(fixture.host.names == ["b", "a"])
    #expect(fixture.status("a") == .running && fixture.status("b") == .running)
    #expect(fixture["b"].events.map(\.trade.size.raw) == Array(1...10))
  }

  @Test("a stopped engine has lost nothing: every reader has handled what was published")
  func stopping() throws {
    let fixture = try EngineFixture(
      [
        Self.ticks("ticks", "\"count\":5000"), Self.recording("slow", "\"batch\":7"),
        Self.recording("deriving", "\"derives\":1,\"batch\":3"),
        Self.counting("second"),
      ].joined(separator: ","), engine: "\"ring\":1024")
    fixture.engine.start()
    for _ in 0..<20 { fixture.engine.step() }
    let isStopped = Atomic<Bool>(false)
    fixture.engine.stop { isStopped.store(true, ordering: .relaxed) }
    #expect(fixture.settle())
    let hasStopped = isStopped.load(ordering: .relaxed)
    #expect(hasStopped)
    let count = Int(fixture["ticks"].log.last?.split(separator: " ").last ?? "") ?? 0
    #expect(count > 100 && count < 5000, "it was stopped on its way")
    #expect(fixture["slow"].received == count)
    #expect(fixture["deriving"].received == count)
    #expect(fixture["second"].received == count)
    for name in fixture.host.names { #expect(fixture.status(name) == .stopped) }
  }

  @Test("what a source has been told is accepted goes out before it stops")
  func heldOutput() throws {
    let fixture = try EngineFixture(
      [
        Self.ticks("ticks", "\"count\":1500,\"batch\":1500,\"heeds_room\":false"),
        Self.recording("slow", "\"batch\":1"),
      ].joined(separator: ","), engine: "\"ring\":1024")
    fixture.engine.start()
    for _ in 0..<5 { fixture.engine.step() }
    #expect((fixture.host.status("ticks")?.held ?? 0) > 0)
    fixture.host.stop("ticks")
    #expect(fixture.status("ticks") == .stopping)
    fixture.settle()
    #expect(fixture.status("ticks") == .stopped)
    #expect(fixture["slow"].received == 1500)
    #expect(fixture["ticks"].count(of: .refused) == 0)
  }

  @Test("output that finds no room until the stop limit is told as a gap")
  func lostAtStop() throws {
    let fixture = try EngineFixture(
      Self.ticks("ticks", "\"count\":1500,\"batch\":1500,\"heeds_room\":false"),
      engine: "\"ring\":1024,\"stop_limit\":\"2s\"")
    let reader = try fixture.engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.trade, .gap])), name: "stands still")
    fixture.start()
    let held = fixture.host.status("ticks")?.held ?? 0
    #expect(held > 0)
    fixture.host.stop("ticks")
    fixture.settle()
    #expect(fixture.status("ticks") == .stopping)
    fixture.advance(nanos: 2_000_000_000)
    #expect(fixture.status("ticks") == .stopped)
    #expect(fixture.host.status("ticks")?.refused == held)
    var seen = 0
    var lost: UInt64 = 0
    for _ in 0..<10 {
      reader.poll { batch in
        for index in 0..<batch.count {
          if batch[index].kind == .gap { lost += batch[index].gap.count } else { seen += 1 }
        }
      }
      fixture.host.tick()
    }
    #expect(lost == held && seen + Int(lost) == 1500)
  }

  @Test("starting, stopping and failing is told on the bus, with names and reasons")
  func status() throws {
    let fixture = try EngineFixture(
      Self.misbehaving("bad", "\"fault\":\"throw\",\"in\":\"receive\",\"times\":1") + ","
        + Self.ticks("ticks", "\"count\":1"))
    fixture.start()
    fixture.advance(nanos: 500_000_000)
    fixture.host.stop("bad")
    fixture.settle()
    #expect(
      try fixture.story(of: "bad") == [
        "starting", "running", "backoff threw in receive", "starting", "running", "stopping",
        "stopped",
      ])
    #expect(fixture.host.status("bad")?.lastError == "threw in receive")
    #expect(fixture.host.status("bad")?.restarts == 1)
    let last = try #require(try fixture.events([.status]).last?.status)
    #expect(last.code == .stopped && last.previous == .stopping && last.scope == .plugin)
  }

  @Test("after too many crashes a plugin has failed, and a person can start it again")
  func givingUp() throws {
    let fixture = try EngineFixture(
      Self.misbehaving("bad", "\"fault\":\"throw\",\"in\":\"start\",\"times\":4"),
      engine: "\"restart\":{\"intensity\":3,\"initial\":\"10ms\",\"jitter\":0}")
    fixture.start()
    for _ in 0..<20 { fixture.advance(nanos: 100_000_000) }
    #expect(fixture.status("bad") == .failed)
    #expect(fixture["bad"].count(of: "init") == 4)
    fixture.host.start("bad")
    fixture.settle()
    #expect(fixture.status("bad") == .running)
    #expect(fixture.host.status("bad")?.retryAt == nil)
  }

  @Test("after a crash a reader goes on with the next event")
  func resuming() throws {
    let fixture = try EngineFixture(
      Self.misbehaving("bad", "\"fault\":\"throw\",\"in\":\"receive\",\"after\":1,\"times\":1")
        + "," + Self.recording("good"))
    fixture.start()
    let publisher = fixture.engine.bus.publisher()
    func publish(_ number: Int) {
      _ = publisher.publish(Ticks.trade(number))
      fixture.settle()
    }
    publish(1)
    publish(2)
    #expect(fixture.status("bad") == .backoff)
    publish(3)
    fixture.advance(nanos: 500_000_000)
    publish(4)
    let trades = fixture["bad"].events.filter { $0.kind == .trade }
    #expect(trades.map(\.time.nanoseconds) == [1, 3, 4], "2 was what it threw at")
    let gaps = fixture["bad"].events.filter { $0.kind == .gap }.map(\.gap)
    #expect(gaps.map(\.reason) == [.revoked] && gaps.first?.count == 1)
    #expect(gaps.first?.first == trades[0].sequence + 1, "and it is told so")
    #expect(fixture["good"].received == 4)
  }

  @Test("a restart that fails does not lose the reader's place")
  func resumingTwice() throws {
    // Starts twice; of the starts after the crash the first one fails.
    let fixture = try EngineFixture(
      Self.misbehaving("bad", "\"fault\":\"throw\",\"in\":\"start\",\"after\":1,\"times\":1"))
    fixture.start()
    let publisher = fixture.engine.bus.publisher()
    _ = publisher.publish(Ticks.trade(1))
    fixture.settle()
    #expect(fixture["bad"].parts?.inbox.offer(MisbehavingPlugin.Crash()) == .accepted)
    fixture.settle()
    #expect(fixture.status("bad") == .backoff)
    _ = publisher.publish(Ticks.trade(2))
    fixture.advance(nanos: 500_000_000)
    #expect(fixture.status("bad") == .backoff, "starting failed")
    _ = publisher.publish(Ticks.trade(3))
    fixture.advance(nanos: 1_000_000_000)
    #expect(fixture.status("bad") == .running)
    #expect(fixture["bad"].events.map(\.time.nanoseconds) == [1, 2, 3])
  }

  @Test("a paused source is not asked; resumed it goes on where it was")
  func pausedSource() throws {
    let fixture = try EngineFixture(
      Self.ticks("ticks", "\"count\":1000,\"interval\":\"1s\"") + "," + Self.recording("reader"))
    fixture.start()
    #expect(fixture["reader"].received == 1)
    try fixture.host.setPaused("ticks", true)
    for _ in 0..<10 { fixture.advance(nanos: 1_000_000_000) }
    #expect(fixture["reader"].received == 1)
    #expect(fixture.host.status("ticks")?.isPaused == true)
    try fixture.host.setPaused("ticks", false)
    fixture.settle()
    fixture.advance(nanos: 1_000_000_000)
    #expect(fixture["reader"].events.map(\.trade.size.raw) == [1, 2, 3])
    #expect(
      fixture["ticks"].log.filter { $0.hasPrefix("paused") } == ["paused true", "paused false"])
    #expect(try fixture.story(of: "ticks") == ["starting", "running", "paused", "running"])
  }

  @Test(
    "a paused reader holds nobody up, and has everything or an exact gap afterwards",
    arguments: [500, 5000])
  func pausedReader(count: Int) throws {
    let fixture = try EngineFixture(
      Self.recording("reader", "\"reads\":[\"trade\",\"gap\"]"), engine: "\"ring\":1024")
    fixture.start()
    let publisher = fixture.engine.bus.publisher()
    _ = publisher.publish(Ticks.trade(0))
    fixture.settle()
    try fixture.host.setPaused("reader", true)
    fixture.settle()
    let first = fixture.engine.bus.lastSequence + 1
    for number in 1...count { #expect(publisher.publish(Ticks.trade(number))) }
    try fixture.host.setPaused("reader", false)
    fixture.settle()
    let events = fixture["reader"].events.dropFirst()
    let gaps = events.filter { $0.kind == .gap }.map(\.gap)
    let lost = gaps.reduce(0) { $0 + $1.count }
    let trades = events.filter { $0.kind == .trade }
    #expect(trades.map(\.sequence).max() == first + UInt64(count) - 1)
    if count < 1024 {
      #expect(gaps.isEmpty && trades.count == count)
    } else {
      #expect(gaps.first?.reason == .paused)
      #expect(gaps.count == 1 && gaps[0].last + 1 == trades.first?.sequence)
      #expect(UInt64(trades.count) == first + UInt64(count) - 1 - gaps[0].last)
      #expect(lost == gaps[0].last - gaps[0].first + 1)
    }
  }

  @Test("a plugin that crashes while it is paused comes back paused, and can be resumed")
  func pausedCrash() throws {
    let fixture = try EngineFixture(
      Self.misbehaving("bad", "\"fault\":\"throw\",\"in\":\"inbox\",\"times\":1,\"asks\":true"))
    fixture.engine.start()
    for _ in 0..<10 { fixture.engine.step() }
    try fixture.host.setPaused("bad", true)
    fixture.settle()
    #expect(fixture["bad"].parts?.inbox.offer("x") == .accepted)
    fixture.settle()
    #expect(fixture.status("bad") == .backoff)
    fixture.advance(nanos: 500_000_000)
    #expect(fixture.status("bad") == .running && fixture.host.status("bad")?.isPaused == true)
    let asked = fixture["bad"].count(of: "produce")
    fixture.settle()
    #expect(fixture["bad"].count(of: "produce") == asked)
    try fixture.host.setPaused("bad", false)
    for _ in 0..<10 { fixture.engine.step() }
    #expect(fixture["bad"].count(of: "produce") > asked)
  }

  @Test("only what runs can be paused, and the message says what to do")
  func pausingStopped() throws {
    let fixture = try EngineFixture(Self.recording("reader"))
    let stopped = #expect(throws: PluginError.self) { try fixture.host.setPaused("reader", true) }
    #expect(stopped?.description == "reader is stopped, not running (enginectl start reader)")
    let unknown = #expect(throws: PluginError.self) { try fixture.host.setPaused("x", true) }
    #expect(unknown?.description == "there is no plugin \"x\" (there are: reader)")
  }
}
