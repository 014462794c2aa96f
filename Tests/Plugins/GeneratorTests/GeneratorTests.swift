import EngineCore
import Testing

@testable import Generator

@Suite("Generator plugin")
struct GeneratorTests {
  @Test("the default makes a trade of each of ten instruments a second")
  func standard() throws {
    let stage = try EngineStage("{}")
    for _ in 0..<9 { stage.advance(100_000_000) }
    #expect(stage.events.map(\.instrument.raw) == Array(1...10))
    let item = stage.engine.catalog.instruments().first
    #expect(item?.key == "ITEM_00" && item?.name == "Item 00")
    #expect(stage.events.allSatisfy { $0.source.raw > 0 && $0.kind == .trade })
  }

  @Test("two engines with one seed agree in every event, another seed does not")
  func repeatable() throws {
    func run(_ seed: Int) throws -> [Event] {
      let stage = try EngineStage(
        """
        {"interval":"max","time":"simulated","emit":"both","model":"gbm","seed":\(seed),
        "limit":5001}
        """)
      #expect(stage.log.last == "finished: the limit is reached")
      return stage.events
    }
    let first = try run(7)
    #expect(first.count == 5_001)
    #expect(try run(7) == first)
    #expect(try run(8) != first)
  }

  @Test("the pace can be set while it runs, and faults change nothing")
  func commands() throws {
    let stage = try EngineStage("{\"instruments\":1}")
    #expect(stage.events.count == 1)
    #expect(try stage.send("set", "{\"rate\":1000}")["rate"]?.string == "1000")
    for _ in 0..<10 { stage.advance(1_000_000) }
    #expect(stage.events.count == 11)
    #expect(
      try stage.send("set", "{\"interval\":\"1h\",\"drift\":99}").string
        == "drift: expected a number from -10.0 to 10.0, found 99")
    stage.advance(1_000_000)
    let answer = try stage.send("stats")
    #expect(answer["events"]?.int64 == 12 && answer["rate"]?.string == "1000")
    #expect(try stage.send("jump").string == "generator has no command \"jump\"")
  }

  @Test("a pause of the host is followed by no burst, and what was missed is counted")
  func hostPause() throws {
    let stage = try EngineStage("{\"instruments\":1}")
    try stage.engine.host.setPaused("it", true)
    stage.advance(10_500_000_000)
    try stage.engine.host.setPaused("it", false)
    stage.turn()
    #expect(stage.events.count == 1)
    #expect(try stage.send("stats")["missed_ticks"]?.int64 == 10)
    stage.advance(500_000_000)
    #expect(stage.events.count == 2)
  }
}
