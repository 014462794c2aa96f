import EngineCore
import Support
import Testing

@testable import History

@Suite("Ticks of the past", .timeLimit(.minutes(1)))
struct TickTests {
  private func id(_ stage: HistoryStage, _ symbol: String = "A") throws -> InstrumentID {
    try #require(stage.engine.catalog.instrument(key: symbol))
  }

  private func prices(_ page: TickPage) -> [String] { page.ticks.map { "\($0.event.trade.price)" } }

  /// Prices 1 to `count`, a second apart, every third of another instrument.
  private func trade(_ stage: HistoryStage, _ count: Int64) throws -> [Int64: UInt64] {
    var positions: [Int64: UInt64] = [:]
    for price in 1...count {
      positions[price] = try stage.trade(price, symbol: price % 3 == 0 ? "B" : "A")
      stage.advance(seconds: 1)
    }
    return positions
  }

  @Test("pages follow on each other without a hole or a repetition", arguments: [true, false])
  func pages(journal: Bool) async throws {
    let stage = try HistoryStage(try Folder(), journal: journal)
    _ = try trade(stage, 50)
    let expected = (1...50).filter { $0 % 3 != 0 }.map { "\($0)" }
    var found: [String] = []
    var after: UInt64? = 0
    while let position = after {
      let page = try await stage.history.ticks(
        TickQuery(instrument: try id(stage), after: position, limit: 7))
      #expect(page.ticks.count <= 7)
      found += prices(page)
      after = page.next
    }
    #expect(found == expected)
  }

  @Test("a range is of the times at which ticks happened", arguments: [true, false])
  func range(journal: Bool) async throws {
    let stage = try HistoryStage(try Folder(), journal: journal)
    _ = try trade(stage, 30)
    // Late by 20 seconds: happened after 10, and comes last.
    try stage.trade(99, ago: 20)
    stage.advance(seconds: 1)
    let begin = HistoryStage.begin
    let query = TickQuery(
      instrument: try id(stage), from: begin.advanced(byNanos: 9_000_000_000),
      to: begin.advanced(byNanos: 13_000_000_000))
    #expect(try await prices(stage.history.ticks(query)) == ["10", "11", "13", "99"])
    var newest = TickQuery(instrument: try id(stage), limit: 3, isNewest: true)
    #expect(try await prices(stage.history.ticks(newest)) == ["28", "29", "99"])
    newest.limit = 500
    #expect(try await stage.history.ticks(newest).ticks.count == 21)
    newest.to = begin
    #expect(try await stage.history.ticks(newest).ticks.isEmpty)
  }

  @Test("corrections are taken in, and what was cancelled is left out", arguments: [true, false])
  func corrections(journal: Bool) async throws {
    let stage = try HistoryStage(try Folder(), journal: journal)
    let positions = try trade(stage, 8)
    func time(_ price: Int64) -> Timestamp {
      HistoryStage.begin.advanced(byNanos: (price - 1) * 1_000_000_000)
    }
    try stage.correct(try #require(positions[2]), from: 2, to: 50, time: time(2))
    try stage.correct(try #require(positions[5]), from: 5, to: 0, time: time(5))
    stage.advance(seconds: 1)
    let page = try await stage.history.ticks(TickQuery(instrument: try id(stage)))
    #expect(prices(page) == ["1", "50", "4", "7", "8"])
    #expect(page.ticks.map(\.isCorrected) == [false, true, false, false, false])
    let position = try #require(positions[4])
    let one = try await stage.history.ticks(TickQuery(instrument: try id(stage), at: position))
    #expect(prices(one) == ["4"] && one.ticks.first?.event.sequence == position)
  }

  @Test("after a restart the ticks of before are there")
  func restart() async throws {
    let folder = try Folder()
    var stage = try HistoryStage(folder)
    _ = try trade(stage, 20)
    let time = stage.clock.now()
    stage.stop()
    stage = try HistoryStage(folder, at: time)
    _ = try trade(stage, 4)
    let page = try await stage.history.ticks(TickQuery(instrument: try id(stage), limit: 3))
    #expect(prices(page) == ["1", "2", "4"])
    let all = try await stage.history.ticks(TickQuery(instrument: try id(stage)))
    #expect(all.ticks.count == 14 + 3)
  }
}
