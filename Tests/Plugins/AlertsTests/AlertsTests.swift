import EngineCore
import Support
import Testing

@testable import Alerts

/// Rules on the bus.
@Suite("The plugin alerts", .timeLimit(.minutes(2)))
struct AlertsTests {
  private static let breakout =
    #"{"id":"breakout","when":"price(A) > 10","for":"5s","clear":"price(A) < 9","cooldown":"1m","notify":["mail"],"message":"{symbol} at {value}"}"#

  @Test("a rule becomes pending, fires when its time has come, and is over when it clears")
  func life() throws {
    let stage = try AlertsStage("{\"rules\":[\(Self.breakout)]}")
    try stage.trade("9.5")
    #expect(stage.lines().isEmpty)
    try stage.trade("10.5")
    #expect(stage.lines() == ["breakout A pending 0 10.5 0ms"])
    stage.advance(seconds: 4.9)
    #expect(stage.lines().isEmpty)
    stage.advance(seconds: 0.2)
    #expect(stage.lines() == ["breakout A firing 1 10.5 5000ms"])
    try stage.trade("9.2")
    #expect(stage.lines().isEmpty)
    try stage.trade("8.9")
    #expect(stage.lines() == ["breakout A resolved 1 8.9 5100ms"])
  }

  @Test("an alert names its cause and its reason")
  func cause() throws {
    let stage = try AlertsStage(#"{"rules":[{"id":"r","when":"price(A) > 10"}]}"#)
    try stage.trade("9")
    try stage.trade("11")
    let alert = try #require(stage.alerts.first).alert
    var trades: [Event] = []
    let reader = try stage.engine.bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.trade]), policy: .dropOldest, start: .oldest),
      name: "look")
    while reader.poll({ batch in for index in batch.indices { trades.append(batch[index]) } }) > 0 {
    }
    #expect(alert.causeSequence == trades.last?.sequence)
    #expect(stage.engine.catalog.text(alert.reason) == "the condition became true")
    #expect(alert.value == 11_000_000_000)
    #expect(alert.threshold == 10_000_000_000)
  }

  @Test("a rule for all instruments watches each from its first event on")
  func all() throws {
    let stage = try AlertsStage(#"{"rules":[{"id":"r","when":"price(*) > 10"}]}"#)
    for symbol in ["X", "Y", "X"] { try stage.trade("11", symbol: symbol) }
    #expect(stage.lines() == ["r X firing 1 11 0ms", "r Y firing 1 11 0ms"])
  }

  @Test("an instrument of the configuration that never speaks is found to be mute")
  func mute() throws {
    let stage = try AlertsStage(
      #"{"rules":[{"id":"m","when":"stale([A, B]) for 30s"}]}"#)
    try stage.trade("1", symbol: "A")
    try stage.trade("1", symbol: "B")
    stage.advance(seconds: 20)
    try stage.trade("1", symbol: "A")
    stage.advance(seconds: 11)
    #expect(stage.lines() == ["m B firing 1 30 30000ms"])
  }

  @Test("rules on bars see the bars of the plugin beside them")
  func bars() throws {
    let stage = try AlertsStage(
      #"{"rules":[{"id":"b","when":"bar(A, 1s).close > 10"}]}"#,
      plugins: #"{"name":"bars","type":"bars","config":{"specs":["1s"],"max_delay":"0s"}},"#)
    try stage.trade("11")
    stage.advance(seconds: 1.5)
    try stage.trade("12")
    stage.advance(seconds: 2)
    #expect(stage.lines().first == "b A firing 1 11 1500ms")
  }

  private static func swings(_ count: Int) -> String {
    let pair = #"{"symbol":"A","price":10.1},{"symbol":"A","price":9.9}"#
    return "{\"ticks\":[\(Array(repeating: pair, count: count).joined(separator: ","))]}"
  }

  @Test("a price that swings 10,000 times is told five times, and once when it is calm")
  func flapping() async throws {
    let store = MemoryAlertStore()
    let stage = try AlertsStage(
      #"{"rules":[{"id":"f","when":"price(A) > 10","notify":["mail"],"notify_resolved":true}]}"#,
      store: store)
    let pairs = Self.swings(100)
    for _ in 0..<100 {
      stage.clock.advance(nanos: 1_000_000_000)
      try stage.send("publish", pairs, to: "feed")
    }
    stage.advance(seconds: 601)
    let lines = stage.lines()
    #expect(lines.count { $0.contains(" firing ") } == 5)
    #expect(lines.count { $0.contains(" resolved ") } == 5)
    // Five firings, four ends, and the end of the fifth when it was calm.
    try await stage.until { store.keys.count == 10 }
    let history = try stage.send("history", #"{"limit":1}"#)["transitions"]?.array?.first
    #expect(history?["suppressed"]?.int64 == 9995)
    #expect(history?["flapping"]?.bool == true)
  }

  @Test("with hysteresis a price that swings 10,000 times fires once, and is over once")
  func hysteresis() async throws {
    let store = MemoryAlertStore()
    let stage = try AlertsStage(
      #"{"rules":[{"id":"h","when":"price(A) > 10","clear":"price(A) < 9.5","notify":["mail"]}]}"#,
      store: store)
    let pairs = Self.swings(100)
    for _ in 0..<100 {
      stage.clock.advance(nanos: 1_000_000)
      try stage.send("publish", pairs, to: "feed")
    }
    try stage.trade("9.4")
    #expect(stage.lines() == ["h A firing 1 10.1 1ms", "h A resolved 1 9.4 100ms"])
    try await stage.until { store.keys == ["h/A/1/1 mail"] }
    let history = try stage.send("history", #"{"limit":1}"#)["transitions"]?.array?.first
    #expect(history?["suppressed"]?.int64 == 0)
  }

  // MARK: Commands

  @Test("a rule that is added works at once and is shown with its states")
  func add() throws {
    let stage = try AlertsStage("{}")
    try stage.trade("11")
    let reply = try stage.send("add", #"{"rule":{"id":"x","when":"price(A) > 10"}}"#)
    #expect(stage.lines() == ["x A firing 1 11 0ms"])
    #expect(reply["origin"]?.string == "command")
    #expect(reply["states"]?.array?.first?["state"]?.string == "firing")
    let list = try stage.send("list")
    #expect(list["rules"]?.array?.first?["id"]?.string == "x")
    #expect(list["rules"]?.array?.first?["firing"]?.int64 == 1)
    try stage.send("remove", #"{"rule":"x"}"#)
    #expect(stage.lines() == ["x A resolved 1 11 0ms"])
    #expect(try stage.send("list")["all"]?.int64 == 0)
  }

  @Test(
    "a wrong rule is refused with its column",
    arguments: [
      (#"{"id":"x","when":"price(AA) > 1"}"#, "expected a known instrument, found \"AA\""),
      (#"{"id":"x","when":"price(A) >"}"#, "when:11: expected"),
      (#"{"id":"x","when":"change(A, 5m) > 2"}"#, "did you mean \"2%\"?"),
      (#"{"id":"x y","when":"price(A) > 1"}"#, "expected 1 to 64 letters"),
      (#"{"id":"x","when":"price(A) > 1","fro":"5s"}"#, "did you mean \"for\"?"),
      (#"{"id":"x"}"#, "when: expected"),
      (#"{"id":"x","when":"high(A, 1h)","for":"5s"}"#, "for: expected no duration"),
      (#"{"id":"x","when":"price(A) > 1","message":"{valu}"}"#, "did you mean"),
    ])
  func refused(rule: String, message: String) throws {
    let stage = try AlertsStage("{}")
    try stage.trade("11")
    let reply = try stage.send("add", "{\"rule\":\(rule)}").string ?? "it was taken"
    #expect(reply.contains(message), "\(reply)")
    #expect(try stage.send("list")["all"]?.int64 == 0)
  }

  @Test("rules of the configuration are changed there")
  func foreign() throws {
    let stage = try AlertsStage("{\"rules\":[\(Self.breakout)]}")
    let removed = try stage.send("remove", #"{"rule":"breakout"}"#).string
    #expect(removed?.contains("comes from the configuration") == true)
    try stage.trade("11")
    let added = try stage.send("add", #"{"rule":{"id":"breakout","when":"price(A) > 1"}}"#).string
    #expect(added?.contains("take another id") == true)
    let missing = try stage.send("show", #"{"rule":"breakut"}"#).string
    #expect(missing?.contains("did you mean \"breakout\"?") == true)
  }

  @Test("a rule that is disabled ends what it fires for, and stays so until it is enabled")
  func disable() throws {
    let stage = try AlertsStage(#"{"rules":[{"id":"r","when":"price(A) > 10"}]}"#)
    try stage.trade("11")
    try stage.send("disable", #"{"rule":"r"}"#)
    try stage.trade("9")
    try stage.trade("12")
    #expect(stage.lines() == ["r A firing 1 11 0ms", "r A resolved 1 11 0ms"])
    try stage.send("enable", #"{"rule":"r"}"#)
    #expect(stage.lines() == ["r A firing 2 12 0ms"])
  }

  @Test("what was seen is acknowledged, for one instrument or for all")
  func acknowledge() throws {
    let stage = try AlertsStage(#"{"rules":[{"id":"r","when":"price(*) > 10"}]}"#)
    for symbol in ["X", "Y", "Z"] { try stage.trade("11", symbol: symbol) }
    _ = stage.lines()
    let one = try stage.send("ack", #"{"rule":"r","symbol":"Y"}"#)
    #expect(one["acknowledged"]?.int64 == 1)
    #expect(stage.lines() == ["r Y acknowledged 1 11 0ms"])
    #expect(try stage.send("ack", #"{"rule":"r"}"#)["acknowledged"]?.int64 == 2)
    #expect(try stage.send("ack", #"{"rule":"r"}"#)["acknowledged"]?.int64 == 0)
  }

  @Test("a silence holds notifications back until it ends, and not transitions")
  func silence() async throws {
    let store = MemoryAlertStore()
    let stage = try AlertsStage(
      #"{"rules":[{"id":"r","when":"price(A) > 10","notify":["mail","log"]}]}"#, store: store)
    try stage.send("silence", #"{"rule":"r*","for":"1m","id":"night"}"#)
    #expect(try stage.send("silences")["silences"]?.array?.first?["id"]?.string == "night")
    try stage.trade("11")
    #expect(stage.lines() == ["r A firing 1 11 0ms"])
    try await stage.until { store.commits > 2 }
    #expect(store.keys.isEmpty)
    stage.advance(seconds: 61)
    try await stage.until { store.keys.count == 2 }
    #expect(store.keys == ["r/A/1/1 mail", "r/A/1/1 log"])
    #expect(try stage.send("unsilence", #"{"id":"x"}"#).string?.contains("no silence") == true)
  }

  @Test("alerts that follow one another within the interval are committed together")
  func interval() async throws {
    let store = MemoryAlertStore()
    let stage = try AlertsStage(
      #"{"commit_interval":"1s","rules":[{"id":"r","when":"price(*) > 10"}]}"#, store: store)
    func commits() throws -> Int64? { try stage.send("status")["commits"]?.int64 }
    try stage.trade("11", symbol: "A")
    try await stage.until { try commits() == 1 }
    for symbol in ["B", "C"] { try stage.trade("11", symbol: symbol) }
    #expect(try commits() == 1)
    stage.advance(seconds: 1)
    try await stage.until { try commits() == 2 }
    let kept = try store.history(AlertQuery()).map(\.instrument)
    #expect(kept == ["C", "B", "A"])
  }

  @Test("an explanation says what was seen and why it does not fire")
  func explain() throws {
    let stage = try AlertsStage("{\"rules\":[\(Self.breakout)]}")
    #expect(
      try stage.send("explain", #"{"rule":"breakout"}"#).string?.contains("no instrument") == true)
    try stage.trade("9.5")
    let reply = try stage.send("explain", #"{"rule":"breakout"}"#)
    #expect(reply["symbol"]?.string == "A")
    let part = try #require(reply["parts"]?.array?.first { $0["part"]?.string == "price(A) > 10" })
    #expect(part["true"]?.bool == false)
    #expect(reply["reasons"]?.array?.first?.string == "the condition is not true")
  }

  @Test("history has every transition, newest first, also those that are not committed yet")
  func history() throws {
    let stage = try AlertsStage(#"{"rules":[{"id":"r","when":"price(A) > 10"}]}"#)
    for price in ["11", "9", "12"] { try stage.trade(price) }
    let all = try stage.send("history")["transitions"]?.array ?? []
    #expect(all.map { $0["to"]?.string } == ["firing", "resolved", "firing"])
    #expect(all.map { $0["number"]?.int64 } == [3, 2, 1])
    let firing = try stage.send("history", #"{"state":"firing","limit":1}"#)["transitions"]?.array
    #expect(firing?.map { $0["number"]?.int64 } == [3])
  }

  @Test("a list is as long as was asked for, and says how many there are")
  func limits() throws {
    let rules = (0..<5).map { #"{"id":"r\#($0)","when":"price(A) > 10"}"# }
    let stage = try AlertsStage("{\"rules\":[\(rules.joined(separator: ","))]}")
    let list = try stage.send("list", #"{"limit":3}"#)
    #expect(list["rules"]?.array?.count == 3)
    #expect(list["matching"]?.int64 == 5)
    for command in ["list", "history"] {
      let long = try stage.send(command, #"{"limit":10001}"#).string
      #expect(long?.contains("a number from 1 to 10000, found 10001") == true, "\(long ?? "-")")
    }
  }

  @Test("commands that cannot be carried out say why")
  func wrong() throws {
    let stage = try AlertsStage("{}")
    #expect(try stage.send("frobnicate").string?.contains("it takes: list") == true)
    #expect(try stage.send("silence", #"{"rule":"r"}"#).string?.contains("either") == true)
    #expect(
      try stage.send("silence", #"{"for":"1h"}"#).string?.contains("a rule, an instrument") == true)
    #expect(try stage.send("rules", #"{"version":7}"#).string?.contains("no such change") == true)
  }
}
