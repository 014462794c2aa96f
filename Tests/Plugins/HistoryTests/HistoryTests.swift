import EngineCore
import GRDB
import Support
import Testing

@testable import History

@Suite("History", .timeLimit(.minutes(1)))
struct HistoryTests {
  /// Trades with some late ones, over so many seconds.
  private func trade(_ stage: HistoryStage, seconds: Int, seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<seconds * 2 {
      let ago = random.next() % 6 == 0 ? Double(random.next() % 50) / 10 : 0
      try stage.trade(
        Int64(random.next() % 100) + 1, ago: ago, symbol: random.next() % 3 == 0 ? "B" : "A")
      stage.advance(seconds: 0.5)
    }
    stage.advance(seconds: 3)
  }

  private func isStored(_ stage: HistoryStage) throws -> Bool {
    let status = try stage.send("status")
    return status["waiting"]?.int64 == 0 && status["is_catching_up"]?.bool == false
      && status["received"]?.int64 == status["stored"]?.int64
  }

  @Test("closed and amended bars are answered as the log told them", arguments: [true, false])
  func answers(journal: Bool) async throws {
    let stage = try HistoryStage(try Folder(), journal: journal)
    try trade(stage, seconds: 90, seed: 1)
    for (spec, symbol) in [("1s", "A"), ("1s", "B"), ("1m", "A"), ("1m", "B")] {
      let told = try stage.told(spec, symbol: symbol)
      // Received, whether stored or not.
      #expect(try await stage.bars(spec, symbol: symbol) == told)
      #expect(told.count > (spec == "1s" ? 30 : 0))
    }
    try await stage.until { try isStored(stage) }
    #expect(try await stage.bars() == stage.told())
    #expect(try stage.told().contains { $0.hasSuffix("amended") })
    let series = try await stage.history.series()
    #expect(series.map { "\($0.instrument.key) \($0.spec)" } == ["A 1s", "A 1m", "B 1s", "B 1m"])
    #expect(series.allSatisfy { $0.instrument.pricePrecision == 3 })
  }

  @Test("what a crash took back, and what came while it was stopped, is read from the journal")
  func crash() async throws {
    let folder = try Folder()
    var stage = try HistoryStage(folder)
    try trade(stage, seconds: 10, seed: 2)
    try await stage.until { try isStored(stage) }
    stage.engine.host.stop("history")
    stage.turn()
    try trade(stage, seconds: 20, seed: 3)
    let told = try stage.told()
    let time = stage.clock.now()
    stage.stop()
    stage = try HistoryStage(folder, at: time)
    try await stage.until { try stage.send("status")["is_catching_up"]?.bool == false }
    #expect(try await stage.bars() == told)
    #expect(try stage.send("status")["lost_positions"]?.int64 == 0)
  }

  @Test("what did not fit is read from the log later")
  func slow() async throws {
    let folder = try Folder()
    let stage = try HistoryStage(folder, ring: 1024, config: #","pending":64"#)
    try trade(stage, seconds: 20, seed: 4)
    try await stage.until { try isStored(stage) }
    // The disk takes nothing for a while.
    try DatabaseQueue(path: "\(folder.path)/history.sqlite").inDatabase { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      try trade(stage, seconds: 400, seed: 5)
      #expect(try stage.send("status")["waiting"]?.int64 ?? 0 > 0)
      try db.execute(sql: "ROLLBACK")
    }
    try await stage.until { try stage.send("status")["missed"]?.int64 ?? 0 > 0 }
    // The ring has the end of the log only.
    try await stage.until {
      let told = try stage.told()
      return Array(try await stage.bars().suffix(told.count)) == told
    }
    #expect(try await stage.bars().count > 300)
    #expect(try stage.send("status")["lost_positions"]?.int64 == 0)
  }

  @Test("a new log goes on with the bars of the one before")
  func epochs() async throws {
    let folder = try Folder()
    let first = try HistoryStage(folder, journal: false)
    try trade(first, seconds: 10, seed: 5)
    let told = try first.told()
    let time = first.clock.now()
    first.stop()
    let later = time.advanced(byNanos: 10_000_000_000)
    let second = try HistoryStage(folder, journal: false, at: later)
    try trade(second, seconds: 10, seed: 6)
    #expect(try await second.bars() == told + second.told())
  }

  @Test("a store that was migrated down is let go of, and taken up again by a restart")
  func migrate() async throws {
    let stage = try HistoryStage(try Folder())
    try trade(stage, seconds: 5, seed: 7)
    try await stage.until { try isStored(stage) }
    #expect(throws: (any Error).self) { try stage.send("migrate", #"{"to":9}"#) }
    let down = try stage.send("migrate", #"{"to":1}"#)
    #expect(down["from"]?.int64 == 2 && down["released"]?.bool == true)
    await #expect(throws: PluginError.self) { try await stage.bars() }
    try trade(stage, seconds: 5, seed: 8)
    stage.engine.host.restart("history")
    stage.turn()
    try await stage.until { try stage.send("status")["is_catching_up"]?.bool == false }
    #expect(try await stage.bars() == stage.told())
  }
}
