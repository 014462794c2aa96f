import EngineCore
import Support
import Synchronization
import Testing

/// The host turned by hand: commands, timers, inboxes, capabilities, stalls, definitions.
@Suite("Host at work")
struct HostWorkTests {
  typealias Life = HostLifeTests

  /// Collects the answers to commands.
  final class Replies: Sendable {
    private let all = Mutex<[String]>([])
    var texts: [String] { all.withLock { $0 } }

    func send(_ name: String, to plugin: String, _ fixture: EngineFixture) {
      fixture.host.send(PluginCommand(name: name, arguments: .null), to: plugin) { [self] result in
        let text =
          switch result {
          case .success(let value): value.text()
          case .failure(let error): "error: \(error)"
          }
        all.withLock { $0.append(text) }
      }
    }
  }

  @Test("a command to a reader is carried out at its place in the log, one to a source at once")
  func commands() throws {
    let fixture = try EngineFixture(
      Life.recording("reader", "\"batch\":10") + ","
        + Life.misbehaving("source", "\"reads\":false"))
    fixture.start()
    let publisher = fixture.engine.bus.publisher()
    for number in 1...25 { #expect(publisher.publish(Ticks.trade(number))) }
    let replies = Replies()
    replies.send("echo", to: "reader", fixture)
    // The command is on the bus as soon as the lane has its mail; these come behind it.
    let lane = try #require(fixture.host.status("reader")?.lane)
    #expect(lane == "main")
    fixture.settle()
    for number in 26...30 { #expect(publisher.publish(Ticks.trade(number))) }
    fixture.settle()
    #expect(replies.texts == [#"{"received":25,"arguments":null}"#])
    replies.send("go", to: "source", fixture)
    fixture.settle()
    #expect(replies.texts.last == "\"go\"")
    let recorded = try fixture.events([.command]).map(\.command)
    #expect(
      recorded.map { fixture.engine.catalog.text($0.command) } == [
        #"{"command":"echo","arguments":null}"#, #"{"command":"go","arguments":null}"#,
      ])
    #expect(recorded.map { fixture.engine.catalog.text($0.plugin) } == ["reader", "source"])
  }

  @Test(
    "a command that cannot be carried out is answered with the reason, and costs nobody anything")
  func commandErrors() throws {
    let fixture = try EngineFixture(
      Life.recording("reader") + ","
        + Life.misbehaving("bad", "\"fault\":\"throw\",\"in\":\"handle\"") + ","
        + Life.ticks("ticks", "\"count\":0"))
    let replies = Replies()
    replies.send("echo", to: "reader", fixture)
    replies.send("echo", to: "nobody", fixture)
    fixture.start()
    replies.send("sing", to: "reader", fixture)
    fixture.settle()
    replies.send("any", to: "bad", fixture)
    fixture.settle()
    replies.send("any", to: "ticks", fixture)
    fixture.settle()
    #expect(
      replies.texts == [
        "error: reader is stopped, not running (enginectl start reader)",
        "error: there is no plugin \"nobody\" (there are: bad, reader, ticks)",
        "error: no sing here", "error: threw in handle",
        "error: ticks has no command \"any\" (it takes no commands)",
      ])
    for name in ["reader", "bad", "ticks"] { #expect(fixture.status(name) == .running) }
  }

  @Test("a command that a plugin did not come to before it crashed is answered")
  func commandAndCrash() throws {
    let fixture = try EngineFixture(
      Life.misbehaving("bad", "\"fault\":\"throw\",\"in\":\"receive\""))
    fixture.start()
    _ = fixture.engine.bus.publisher().publish(Ticks.trade(1))
    let replies = Replies()
    replies.send("any", to: "bad", fixture)
    fixture.settle()
    #expect(replies.texts == ["error: bad stopped before it came to the command"])
  }

  @Test("timers fire once each, in order of their times, through time events for a reader")
  func timers() throws {
    for reads in [true, false] {
      let fixture = try EngineFixture(
        Life.misbehaving(
          "it", "\"reads\":\(reads),\"timers\":[\"30ms\",\"10ms\",\"20ms\",\"10ms\"]"))
      fixture.start()
      func fired() -> [String] { fixture["it"].log.filter { $0.hasPrefix("timer") } }
      fixture.advance(nanos: 9_999_999)
      #expect(fired().isEmpty)
      fixture.advance(nanos: 1)
      #expect(fired() == ["timer 2", "timer 4"])
      fixture.advance(nanos: 60_000_000)
      #expect(fired() == ["timer 2", "timer 4", "timer 3", "timer 1"])
      fixture.advance(nanos: 3_600_000_000_000)
      #expect(fired().count == 4)
      #expect(try fixture.events([.time]).count == (reads ? 2 : 0))
    }
  }

  @Test("a wall clock that jumps an hour back delays no timer and no source")
  func clockJump() throws {
    let fixture = try EngineFixture(
      [
        Life.misbehaving("reader", "\"timers\":[\"10ms\"]"),
        Life.misbehaving("other", "\"reads\":false,\"timers\":[\"10ms\"]"),
        Life.ticks("ticks", "\"interval\":\"10ms\""),
      ].joined(separator: ","))
    fixture.start()
    fixture.clock.jump(nanos: -3_600_000_000_000)
    fixture.advance(nanos: 10_000_000)
    #expect(fixture["reader"].count(of: "timer") == 1)
    #expect(fixture["other"].count(of: "timer") == 1)
    #expect(fixture["ticks"].count(of: .accepted) == 2)
    fixture.clock.jump(nanos: 7_200_000_000_000)
    fixture.advance(nanos: 10_000_000)
    #expect(fixture["ticks"].count(of: .accepted) == 3)
  }

  @Test(
    "a reader that loses its time event to a gap still gets its timers",
    arguments: ["drop-oldest", "conflate"])
  func timersAfterGap(policy: String) throws {
    let fixture = try EngineFixture(
      Life.recording("it", "\"policy\":\"\(policy)\",\"ticker\":\"10ms\""),
      engine: "\"ring\":1024")
    fixture.start()
    let publisher = fixture.engine.bus.publisher()
    fixture.clock.advance(nanos: 10_000_000)
    // One turn puts the time event on the bus and one reads it: between them the ring goes round.
    try fixture.host.setPaused("it", true)
    fixture.settle()
    for number in 0..<5000 { #expect(publisher.publish(Ticks.trade(number))) }
    try fixture.host.setPaused("it", false)
    fixture.settle()
    for _ in 0..<5 { fixture.advance(nanos: 10_000_000) }
    #expect(fixture["it"].count(of: "timer") >= 5)
  }

  @Test("a source is asked again as it said: now, at a time, or not before something happens")
  func next() throws {
    let fixture = try EngineFixture(
      Life.misbehaving("idle", "\"reads\":false") + ","
        + Life.misbehaving("now", "\"reads\":false,\"asks\":true") + ","
        + Life.ticks("at", "\"interval\":\"5s\""))
    fixture.engine.start()
    for _ in 0..<50 { fixture.engine.step() }
    #expect(fixture["idle"].count(of: "produce") == 1)
    #expect(fixture["now"].count(of: "produce") > 30)
    #expect(fixture["at"].count(of: "produce") == 1)
    #expect(fixture["idle"].parts?.inbox.offer("wake up") == .accepted)
    fixture.clock.advance(nanos: 4_999_999_999)
    for _ in 0..<3 { fixture.engine.step() }
    #expect(fixture["idle"].count(of: "produce") == 2)
    #expect(fixture["at"].count(of: "produce") == 1)
    fixture.clock.advance(nanos: 1)
    for _ in 0..<3 { fixture.engine.step() }
    #expect(fixture["at"].count(of: "produce") == 2)
  }

  @Test("an inbox holds so many messages, says that it is full, and is empty after a turn")
  func inbox() throws {
    let fixture = try EngineFixture(Life.recording("it"))
    fixture.start()
    let inbox = try #require(fixture["it"].parts?.inbox)
    for number in 0..<4096 { #expect(inbox.offer(number) == .accepted) }
    #expect(inbox.offer("one too many") == .full)
    fixture.settle()
    #expect(fixture["it"].log.filter { $0.hasPrefix("inbox") } == (0..<4096).map { "inbox \($0)" })
    #expect(inbox.offer("again") == .accepted)
    fixture.host.stop("it")
    fixture.settle()
    #expect(inbox.offer("late") == .closed)
  }

  @Test(
    "results of background work arrive in the inbox, and no more runs than allowed",
    .timeLimit(.minutes(1)))
  func background() async throws {
    let fixture = try EngineFixture(Life.recording("it"))
    fixture.start()
    let background = try #require(fixture["it"].parts?.background)
    let isOpen = Atomic<Bool>(false)
    for _ in 0..<64 {
      let outcome = background.run {
        while !isOpen.load(ordering: .relaxed), !Task.isCancelled { await Task.yield() }
        return "done"
      }
      #expect(outcome == .accepted)
    }
    #expect(background.run { nil } == .full)
    isOpen.store(true, ordering: .relaxed)
    try await fixture.until {
      fixture.settle()
      return fixture["it"].count(of: "inbox") == 64
    }
    try await fixture.until { background.run { nil } == .accepted }
    fixture.host.stop("it")
    fixture.settle()
    #expect(background.run { nil } == .closed)
  }

  @Test("who asks for what nobody offers is told whom to start; offers end with their plugin")
  func capabilities() throws {
    let capabilities = Capabilities()
    let key = CapabilityKey<any CustomStringConvertible & Sendable>(
      name: "bar history", providers: ["bars", "journal"])
    let error = #expect(throws: PluginError.self) { try capabilities.find(key) }
    #expect(
      error?.description
        == "no running plugin provides bar history (start one of: bars, journal)")
  }

  @Test("a source that has had no room for long is reported once, with who holds it up")
  func stall() throws {
    let fixture = try EngineFixture(
      [
        Life.recording("slow"), Life.ticks("ticks", "\"count\":100000"),
        Life.recording("fast", "\"reads\":[\"quote\"]"),
      ].joined(separator: ","), engine: "\"ring\":1024,\"stall_report\":\"2s\"")
    fixture.start()
    fixture.host.stop("ticks")
    fixture.settle()
    let blocker = try fixture.engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.trade])), name: "blocker")
    fixture.host.start("ticks")
    fixture.settle()
    fixture.advance(nanos: 1_999_999_999)
    #expect(try !fixture.story(of: "ticks").contains { $0.hasPrefix("stalled") })
    fixture.advance(nanos: 1)
    fixture.advance(nanos: 5_000_000_000)
    blocker.close()
    fixture.settle()
    let stalls = fixture.log("engine").filter { $0 == "source stalled" }
    #expect(stalls.count == 1)
  }

  @Test("a long command is recorded whole, and one that is too long is refused")
  func longCommand() throws {
    let fixture = try EngineFixture(Life.recording("reader"))
    fixture.start()
    func send(_ length: Int) -> String? {
      let box = Mutex<String?>(nil)
      let text = JSONValue.string(String(repeating: "x", count: length))
      fixture.host.send(
        PluginCommand(name: "echo", arguments: .object([("text", text)])), to: "reader"
      ) { result in
        if case .failure(let error) = result { box.withLock { $0 = error.message } }
      }
      fixture.settle()
      return box.withLock { $0 }
    }
    _ = send(20_000)
    let record = try #require(try fixture.events([.command]).last).command
    let text = try #require(fixture.engine.catalog.text(record.command))
    let value = try JSONReader().read(text)
    #expect(value["arguments"]?["text"]?.string?.utf8.count == 20_000)
    #expect(send(70_000)?.contains("at most 65536 are recorded") == true)
    #expect(try fixture.events([.command]).count == 1)
  }

  @Test("a definition comes before the first use of its id", arguments: 0..<20 as Range<UInt64>)
  func definitions(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let sources = (0..<3).map { index in
      let count = Int.random(in: 1...3000, using: &random)
      let instruments = Int.random(in: 1...500, using: &random)
      return Life.ticks(
        "s\(index)", "\"count\":\(count),\"instruments\":\(instruments),\"is_random\":true")
    }
    let fixture = try EngineFixture(
      (sources + [Life.recording("derives", "\"derives\":1")]).joined(separator: ","),
      engine: "\"ring\":16384", seed: seed)
    let reader = try fixture.engine.bus.subscribe(
      SubscriptionRequest(.everything), name: "checker")
    var known: Set<UInt64> = []
    func key(_ namespace: DefinitionNamespace, _ id: UInt32) -> UInt64 {
      UInt64(namespace.rawValue) << 32 | UInt64(id)
    }
    var checked = 0
    func check(_ event: Event) {
      if event.kind == .definition {
        known.insert(key(event.definition.namespace, event.definition.id))
        return
      }
      checked += 1
      if event.instrument != .none {
        #expect(known.contains(key(.instrument, event.instrument.raw)))
      }
      if event.source != .none { #expect(known.contains(key(.source, UInt32(event.source.raw)))) }
      if event.kind == .status {
        #expect(known.contains(key(.text, event.status.subject.raw)))
        if event.status.reason != .none {
          #expect(known.contains(key(.text, event.status.reason.raw)))
        }
      }
    }
    fixture.engine.start()
    var isMoving = true
    while isMoving {
      isMoving = fixture.engine.step()
      let passed = reader.poll { batch in
        for index in 0..<batch.count { check(batch[index]) }
      }
      isMoving = isMoving || passed > 0
    }
    #expect(checked > 6)
  }
}
