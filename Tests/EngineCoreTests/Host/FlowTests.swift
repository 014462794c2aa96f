import EngineCore
import Support
import Testing

/// Plugins that read without losses and publish: alone, in circles, and next to floods.
@Suite("Flow", .timeLimit(.minutes(1)))
struct FlowTests {
  typealias Life = HostLifeTests

  static func refused(_ fixture: EngineFixture) -> UInt64 {
    fixture.host.statuses().reduce(0) { $0 + $1.refused }
  }

  /// Events of one kind that plugins have put on the bus.
  static func published(_ kind: EventKind, _ fixture: EngineFixture) -> UInt64 {
    fixture.host.statuses().reduce(0) { $0 + ($1.outByKind[kind] ?? 0) }
  }

  @Test("a lossless reader that publishes K events of each always completes", arguments: 1...20)
  func derived(factor: Int) throws {
    let count = 3000
    let fixture = try EngineFixture(
      [
        Life.ticks("ticks", "\"count\":\(count)"),
        Life.recording("derives", "\"derives\":\(factor),\"keeps\":false"),
        Life.counting("end"),
      ].joined(separator: ","), engine: "\"ring\":1024")
    fixture.engine.start()
    #expect(fixture.settle(turns: 1_000_000))
    fixture.host.tick()
    fixture.settle()
    #expect(fixture["derives"].received == count)
    let refused = Self.refused(fixture)
    #expect(UInt64(fixture["end"].received) + refused == UInt64(count * factor))
    #expect(fixture["derives"].count(of: .refused) == Int(refused))
    if factor <= 2 { #expect(refused == 0) }
    let told = try fixture.events([.gap]).reduce(UInt64(0)) { $0 + $1.gap.count }
    // Old gaps may have left the ring; what is there is never more than what was refused.
    #expect(told <= refused)
  }

  @Test(
    "a circle of two that publish comes to an end, and what is missing is reported",
    arguments: [1, 2, 3, 5, 8])
  func circle(factor: Int) throws {
    let count = 300
    let fixture = try EngineFixture(
      [
        Life.ticks("ticks", "\"count\":\(count)"),
        Life.recording(
          "a", "\"derives\":\(factor),\"makes\":\"quote\",\"generations\":4,\"keeps\":false"),
        Life.recording(
          "b",
          "\"reads\":[\"quote\"],\"derives\":\(factor),\"makes\":\"trade\",\"generations\":4,"
            + "\"keeps\":false"),
      ].joined(separator: ","), engine: "\"ring\":1024")
    fixture.engine.start()
    #expect(fixture.settle(turns: 1_000_000))
    let trades = UInt64(fixture["a"].received)
    let quotes = UInt64(fixture["b"].received)
    #expect(Self.published(.trade, fixture) == trades)
    #expect(Self.published(.quote, fixture) == quotes)
    let generations = (0...4).map { count * Int(pow(factor, $0)) }
    if Self.refused(fixture) == 0 {
      #expect(trades + quotes == UInt64(generations.reduce(0, +)))
    } else {
      #expect(factor > 1)
    }
    #expect(
      fixture["a"].count(of: .refused) + fixture["b"].count(of: .refused)
        == Int(Self.refused(fixture)))
  }

  private func pow(_ base: Int, _ exponent: Int) -> Int {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }

  @Test("a circle on two threads comes to an end too", arguments: [1, 2])
  func circleOnThreads(factor: Int) async throws {
    let count = 2000
    let fixture = try EngineFixture(
      [
        Life.ticks("ticks", "\"count\":\(count)"),
        Life.recording(
          "a", "\"derives\":\(factor),\"generations\":3,\"keeps\":false", ",\"lane\":\"one\""),
        Life.recording(
          "b",
          "\"reads\":[\"quote\"],\"derives\":\(factor),\"makes\":\"trade\",\"generations\":3,"
            + "\"keeps\":false", ",\"lane\":\"two\""),
      ].joined(separator: ","), engine: "\"ring\":1024", usesThreads: true)
    fixture.engine.start()
    let trades = count * (1 + pow(factor, 2))
    let quotes = count * (factor + pow(factor, 3))
    try await fixture.until {
      let received = (fixture["a"].received, fixture["b"].received)
      if Self.refused(fixture) == 0 { return received == (trades, quotes) }
      let asked = fixture["ticks"].count(of: .accepted) + fixture["ticks"].count(of: .stalled)
      return asked == count
        && fixture.host.statuses().allSatisfy { $0.held == 0 }
        && Self.published(.trade, fixture) == UInt64(received.0)
        && Self.published(.quote, fixture) == UInt64(received.1)
    }
    if Self.refused(fixture) == 0 {
      #expect(fixture["a"].received == trades && fixture["b"].received == quotes)
    }
  }

  @Test("a long delivery is handed over in parts, and ends once")
  func longDelivery() throws {
    let fixture = try EngineFixture(
      Life.counting("end", "\"reads\":[\"trade\"],\"batch\":16384,\"parts\":true"),
      engine: "\"ring\":65536")
    fixture.start()
    let publisher = fixture.engine.bus.publisher()
    for number in 1...10_000 { _ = publisher.publish(Ticks.trade(number)) }
    fixture.settle()
    #expect(
      fixture["end"].log.filter { $0.contains("receive") || $0.contains("batchEnded") }
        == ["receive 4096", "receive 4096", "receive 1808", "batchEnded at 10000"])
  }

  @Test("sources at full speed wait for a slow lossless reader and lose nothing")
  func slowReader() async throws {
    let fixture = try EngineFixture(
      [
        Life.ticks("x", "\"count\":50000", ",\"lane\":\"x\""),
        Life.ticks("y", "\"count\":50000", ",\"lane\":\"y\""),
        Life.counting("slow", "\"reads\":[\"trade\"],\"batch\":1,\"keeps\":true"),
      ].joined(separator: ","), engine: "\"ring\":1024", usesThreads: true)
    fixture.engine.start()
    try await fixture.until { fixture["slow"].received == 100_000 }
    #expect(Self.refused(fixture) == 0)
    for source in Set(fixture["slow"].events.map(\.source)) {
      let sizes = fixture["slow"].events.filter { $0.source == source }.map(\.trade.size.raw)
      #expect(sizes == Array(1...50_000))
    }
  }

  @Test("a reader behind another gets what that one has handled, also when nothing more comes")
  func behind() async throws {
    let fixture = try EngineFixture(
      Life.misbehaving("journal", "\"fault\":\"hang\",\"in\":\"receive\"", ",\"lane\":\"j\"") + ","
        + Life.recording("front", "\"behind\":[\"journal\"]", ",\"lane\":\"f\""),
      usesThreads: true)
    // The journal first: the other has to find it.
    for name in ["journal", "front"] {
      fixture.host.start(name)
      try await fixture.until { fixture.status(name) == .running }
    }
    #expect(fixture.engine.bus.publisher().publish(Ticks.trade(1)))
    try await fixture.until { fixture["journal"].gate.arrived == 1 }
    #expect(fixture["front"].received == 0)
    fixture["journal"].gate.open()
    try await fixture.until { fixture["front"].received == 1 }
  }

  @Test(
    "who floods the bus with so many a call is held back within a limit; the others have their turns",
    arguments: [2_000, 20_000])
  func flood(count: Int) throws {
    let fixture = try EngineFixture(
      [
        Life.misbehaving(
          "flood",
          "\"fault\":\"flood\",\"in\":\"produce\",\"events\":\(count),\"asks\":true,"
            + "\"reads\":false", ",\"lane\":\"all\""),
        Life.counting("mate", "\"batch\":100", ",\"lane\":\"all\""),
        Life.ticks("ticks", "\"interval\":\"1ms\"", ",\"lane\":\"all\""),
      ].joined(separator: ","), engine: "\"ring\":1024")
    fixture.engine.start()
    var mostHeld: UInt64 = 0
    for _ in 0..<200 {
      fixture.clock.advance(nanos: 1_000_000)
      fixture.engine.step()
      mostHeld = max(mostHeld, fixture.host.status("flood")?.held ?? 0)
    }
    #expect(mostHeld > 0 && mostHeld <= 1024 + 256)
    #expect(fixture["mate"].received > 10_000)
    #expect(fixture["ticks"].count(of: "produce") > 20)
    let refused = fixture.host.status("flood")?.refused ?? 0
    #expect(refused > 0 || count < 1024 + 1024 + 256)
    #expect(fixture["flood"].count(of: .refused) == Int(refused))
    let gaps = try fixture.events([.gap]).map(\.gap)
    if refused > 0 {
      #expect(gaps.allSatisfy { $0.reason == .refused })
      #expect(fixture.log("flood").contains { $0.hasPrefix("events refused") })
    }
    #expect(fixture.status("flood") == .running)
  }
}
