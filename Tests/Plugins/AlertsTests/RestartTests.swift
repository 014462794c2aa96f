import AlertRules
import EngineCore
import Support
import Testing

@testable import Alerts

/// After a restart everything is as if there had been none.
@Suite("Restarting alerts", .timeLimit(.minutes(5)))
struct RestartTests {
  private static let config = """
    {"checkpoint":"3s","flapping":{"firings":4,"window":"20s"},
    "limits":{"owner_notifications":30,"owner_window":"1m"},"rules":[
    {"id":"cross","when":"price(*) crosses above 50","for":"1s","cooldown":"5s","notify":["mail"]},
    {"id":"high","when":"high(*, 10s)","notify":["mail","log"],"owner":"ann"},
    {"id":"change","when":"change(A, 5s) > 20%","clear":"change(A, 5s) < 5%","notify":["log"]},
    {"id":"level","when":"price([A, B]) > 80","notify":["mail"],"notify_resolved":true,
     "repeat":"2s"},
    {"id":"many","when":"price(*) < 10","group":"3s","notify":["log"]},
    {"id":"once","when":"price(A) > 95","once":true,"notify":["mail"]},
    {"id":"mute","when":"stale(*) for 4s","notify":["mail"]}]}
    """

  /// What a run came to, for comparing.
  private struct Outcome: Equatable {
    var alerts: [String]
    var keys: [String]
    var states: [String]
    var silences: [String]
  }

  /// A life of ticks and commands; `interrupt` may ask for another stage: the one before is let go
  /// of first, without a word.
  private func run(
    seed: UInt64, store: MemoryAlertStore,
    _ make: () throws -> AlertsStage,
    interrupt: (AlertsStage) throws -> (() throws -> AlertsStage)?
  ) async throws -> Outcome {
    var current: AlertsStage? = try make()
    var alerts: [String] = []
    var random = SeededRandom(seed: seed)
    for step in 0..<200 {
      let next = try { () throws -> (() throws -> AlertsStage)? in
        guard let stage = current else { return nil }
        try act(step, &random, on: stage)
        alerts += stage.lines()
        return try interrupt(stage)
      }()
      guard let next else { continue }
      current = nil
      current = try next()
      alerts += current?.lines() ?? []
    }
    let stage = try #require(current)
    stage.advance(seconds: 60)
    alerts += stage.lines()
    try await stage.until { try stage.send("status")["outbox_pending"]?.int64 != nil }
    stage.stop()
    let stored = try store.load()
    let newest = try #require(stored.newest)
    return Outcome(
      alerts: alerts, keys: store.keys,
      states: newest.states.map { kept in
        var state = kept.state
        state.cause = 0
        return "\(kept.rule) \(kept.instrument) \(state.state) \(state.generation) "
          + "\(state.since) \(state.lastFired) \(state.marks.rawValue) \(state.suppressed)"
      },
      silences: newest.desk.silences.map(\.id))
  }

  /// One step: a tick, maybe a command, some time.
  private func act(
    _ step: Int, _ random: inout SeededRandom, on stage: AlertsStage
  ) throws {
    let price = Int64(random.next() % 100) + 1
    let symbol = ["A", "B", "C"][Int(random.next() % 3)]
    let deed = random.next() % 24
    let wait = Double(random.next() % 12) / 8
    try stage.trade("\(price)", symbol: symbol)
    switch deed {
    case 0: try stage.send("ack", #"{"rule":"level"}"#)
    case 1: try stage.send("silence", #"{"rule":"c*","for":"4s","id":"s\#(step)"}"#)
    case 2:
      let rule = #"{"id":"own","when":"price(\#(symbol)) > \#(price)","notify":["log"]}"#
      try stage.send("add", "{\"rule\":\(rule),\"force\":true}")
    case 3: try stage.send("disable", #"{"rule":"high"}"#)
    case 4: try stage.send("enable", #"{"rule":"high"}"#)
    case 5: try stage.send("remove", #"{"rule":"own"}"#)
    default: break
    }
    stage.advance(seconds: wait)
  }

  @Test(
    "an instance that begins with an earlier commit reads the log and comes to the same",
    arguments: 0..<6 as Range<UInt64>)
  func rolledBack(seed: UInt64) async throws {
    let plainStore = MemoryAlertStore()
    let plain = try await run(
      seed: seed, store: plainStore, { try AlertsStage(Self.config, store: plainStore) },
      interrupt: { _ in nil })
    #expect(plain.alerts.count > 100)
    #expect(plain.keys.count > 50)

    // Now and then the instance is replaced by one that knows only an earlier commit.
    var random = SeededRandom(seed: seed &+ 1000)
    let store = MemoryAlertStore()
    var earlier: MemoryAlertStore?
    var rollbacks = 0
    let broken = try await run(
      seed: seed, store: store, { try AlertsStage(Self.config, store: store) },
      interrupt: { stage in
        if earlier == nil, random.next() % 10 == 0 { earlier = store.copy() }
        guard let kept = earlier, random.next() % 10 == 0 else { return nil }
        stage.engine.host.stop("alerts")
        stage.turn()
        store.take(from: kept)
        earlier = nil
        rollbacks += 1
        stage.engine.host.start("alerts")
        stage.turn()
        return nil
      })
    #expect(rollbacks > 3)
    let isSame = plain == broken
    #expect(isSame, "\(firstDifference(plain, broken))")
    #expect(Set(broken.keys).count == broken.keys.count)
  }

  @Test(
    "an engine that is killed goes on with its journal as if it had not been",
    arguments: 0..<6 as Range<UInt64>)
  func killed(seed: UInt64) async throws {
    let plainFolder = try Folder()
    let plainStore = MemoryAlertStore()
    let plain = try await run(
      seed: seed, store: plainStore,
      { try AlertsStage(Self.config, store: plainStore, journal: plainFolder.path) },
      interrupt: { _ in nil })
    var random = SeededRandom(seed: seed &+ 2000)
    let folder = try Folder()
    let store = MemoryAlertStore()
    var kills = 0
    let broken = try await run(
      seed: seed, store: store,
      { try AlertsStage(Self.config, store: store, journal: folder.path) },
      interrupt: { stage in
        guard random.next() % 15 == 0 else { return nil }
        kills += 1
        let now = stage.clock.now()
        return { try AlertsStage(Self.config, store: store, journal: folder.path, at: now) }
      })
    #expect(kills > 3)
    let isSame = plain == broken
    #expect(isSame, "\(firstDifference(plain, broken))")
    #expect(Set(broken.keys).count == broken.keys.count)
  }

  private func firstDifference(_ left: Outcome, _ right: Outcome) -> String {
    func first(_ name: String, _ a: [String], _ b: [String]) -> String? {
      guard a != b else { return nil }
      let index = zip(a, b).prefix { $0 == $1 }.count
      let (x, y) = (index < a.count ? a[index] : "-", index < b.count ? b[index] : "-")
      return "\(name) \(index) of \(a.count) and \(b.count): \(x), got \(y)"
    }
    return [
      first("alert", left.alerts, right.alerts), first("key", left.keys, right.keys),
      first("state", left.states, right.states),
      first("silence", left.silences, right.silences),
    ].compactMap { $0 }.joined(separator: "; ")
  }

  @Test("without a journal states, rules, silences and cooldowns outlive the engine")
  func newLog() throws {
    let store = MemoryAlertStore()
    let config = #"{"rules":[{"id":"r","when":"price(A) > 10","cooldown":"1m"}]}"#
    let first = try AlertsStage(config, store: store)
    try first.trade("11")
    try first.trade("9")
    try first.send("add", #"{"rule":{"id":"own","when":"price(A) > 20"}}"#)
    try first.send("silence", #"{"rule":"own","for":"1h","id":"s"}"#)
    try first.send("disable", #"{"rule":"own"}"#)
    #expect(first.lines() == ["r A firing 1 11 0ms", "r A resolved 1 9 0ms"])

    // It ends without a word: what people were told is done is kept all the same.
    let second = try AlertsStage(
      config, store: store, at: first.clock.now().advanced(byNanos: 30_000_000_000))
    let own = try second.send("show", #"{"rule":"own"}"#)
    #expect(own["enabled"]?.bool == false)
    #expect(try second.send("silences")["silences"]?.array?.count == 1)
    try second.trade("12")
    #expect(second.lines().isEmpty)
    second.advance(seconds: 31)
    #expect(second.lines() == ["r A firing 2 12 60000ms"])
  }
}
