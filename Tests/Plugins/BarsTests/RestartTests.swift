import EngineCore
import Support
import Testing

/// After a restart everything is as if there had been none.
@Suite("Restarting bars")
struct RestartTests {
  private static let config =
    #"{"specs":["1s","1m","5m","7t"],"partial":"500ms","max_delay":"0s","history":64}"#

  /// Trades on a clock, with a restart in between or without.
  private func run(
    seed: UInt64, ring: Int, restarts: Set<Int>, config: String = config
  ) throws -> BarsStage {
    let stage = try BarsStage(config, ring: ring)
    var random = SeededRandom(seed: seed)
    for step in 0..<240 {
      let price = Int64(random.next() % 100) + 1
      let late = random.next() % 8 == 0 ? Double(random.next() % 30) / 10 : 0
      let symbol = random.next() % 2 == 0 ? "A" : "B"
      try stage.trade(price, ago: late, symbol: symbol)
      if restarts.contains(step) {
        stage.engine.host.restart("bars")
        stage.turn()
      }
      stage.advance(seconds: Double(random.next() % 20) / 10)
    }
    stage.advance(seconds: 2)
    stage.advance(seconds: 2)
    return stage
  }

  @Test(
    "with the whole log in memory the same bars come out, once", arguments: 0..<6 as Range<UInt64>)
  func whole(seed: UInt64) throws {
    let plain = try run(seed: seed, ring: 131_072, restarts: [])
    let restarted = try run(seed: seed, ring: 131_072, restarts: [20, 77, 78, 150])
    #expect(plain.final() == restarted.final())
    var revisions: [String: UInt16] = [:]
    var states: [String: BarState] = [:]
    for event in restarted.events where event.kind == .bar {
      let bar = event.bar
      let key = "\(bar.instrument.raw) \(bar.spec.raw) \(bar.start)"
      if let before = revisions[key] {
        #expect(bar.revision > before, "\(key)")
        #expect(bar.state != .open || states[key] == .open, "\(key)")
      }
      revisions[key] = bar.revision
      states[key] = bar.state
    }
    let marks = restarted.events.filter { $0.kind == .watermark }.map(\.watermark)
    for id in Set(marks.map(\.id)) {
      let own = marks.filter { $0.id == id }
      for (mark, next) in zip(own, own.dropFirst()) { #expect(next.start == mark.end) }
    }
  }

  @Test(
    "bars whose first ticks are gone go on from what was told of them",
    arguments: 0..<6 as Range<UInt64>)
  func truncated(seed: UInt64) throws {
    let config = #"{"specs":["1s","1m","5m"],"partial":"500ms","max_delay":"0s","history":64}"#
    // Partial bars told every half second: the last ones are in the ring, most ticks are not.
    let plain = try run(seed: seed, ring: 1024, restarts: [], config: config)
    let restarted = try run(seed: seed, ring: 1024, restarts: [200, 220], config: config)
    #expect(plain.engine.bus.firstSequence > 1)
    let (expected, got) = (plain.final(), restarted.final())
    let different = Set(expected.keys).union(got.keys).filter { expected[$0] != got[$0] }
    #expect(
      different.isEmpty,
      "\(different.map { "\($0): \(expected[$0] ?? "-"), got \(got[$0] ?? "-")" })")
  }

  @Test("specs that were added while it ran are there after a restart, removed ones are not")
  func commands() throws {
    let stage = try BarsStage(Self.config)
    try stage.trade(1)
    try stage.send("add", #"{"spec":"2s"}"#)
    try stage.send("remove", #"{"spec":"5m"}"#)
    stage.engine.host.restart("bars")
    stage.turn()
    let specs = try stage.send("list")["specs"]?.array?.compactMap { $0["spec"]?.string }
    #expect(specs == ["1s", "1m", "7t", "2s"])
  }

  @Test("a rebuild finds what differs from the ticks in the log, and here nothing does")
  func rebuild() throws {
    let stage = try run(seed: 3, ring: 131_072, restarts: [])
    let answer = try stage.send("rebuild")
    #expect((answer["checked"]?.int64 ?? 0) > 100)
    #expect(answer["amended"]?.int64 == 0)
  }
}
