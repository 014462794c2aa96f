import EngineCore
import Support
import Testing

@testable import History

@Suite("Bars that lacked ticks", .timeLimit(.minutes(2)))
struct MendTests {
  /// Few bars in memory, and little that is amended there.
  private static let bars = """
    "specs":["1s","1m","1h"],"history":8,"amend_window":"30s"
    """

  /// What bars are made of, as it is to be understood in the end.
  private struct Truth {
    var ticks: [UInt64: (time: Timestamp, price: Int64)] = [:]

    /// Bars that end by a time, as lines.
    func bars(_ seconds: Int64, through end: Timestamp) -> [String] {
      let step = seconds * 1_000_000_000
      let groups = Dictionary(grouping: ticks) { $0.value.time.nanoseconds / step * step }
      return groups.sorted { $0.key < $1.key }.compactMap { start, group in
        guard start + step <= end.nanoseconds else { return nil }
        let ordered = group.sorted { ($0.value.time, $0.key) < ($1.value.time, $1.key) }
        let prices = ordered.map(\.value.price)
        return "\(Timestamp(nanoseconds: start)) \(prices[0]) \(prices.max() ?? 0) "
          + "\(prices.min() ?? 0) \(prices.last ?? 0) n\(prices.count)"
      }
    }
  }

  private func settle(_ stage: HistoryStage) async throws {
    stage.advance(seconds: 2)
    try await stage.until {
      let status = try stage.send("status")
      return status["is_mending"]?.bool == false && status["waiting"]?.int64 == 0
        && status["is_catching_up"]?.bool == false
    }
  }

  /// Bars without what tells how they came about.
  private func bars(_ stage: HistoryStage, _ spec: String) async throws -> [String] {
    try await stage.bars(spec).map { line in
      line.split(separator: " ").dropLast().joined(separator: " ")
    }
  }

  /// Compares all bars that end before a trade that has come since.
  private func compare(_ stage: HistoryStage, _ truth: inout Truth) async throws {
    let end = stage.clock.now()
    truth.ticks[try stage.trade(1)] = (end, 1)
    try await settle(stage)
    for (spec, seconds) in [("1s", Int64(1)), ("1m", 60), ("1h", 3600)] {
      let found = try await bars(stage, spec)
      let expected = truth.bars(seconds, through: end)
      // What is closed since then is there as well.
      #expect(Array(found.prefix(expected.count)) == expected, "\(spec)")
      #expect(found.count <= expected.count + 2)
    }
  }

  @Test("an old tick is in its bars as if it had come in time; so are its changes and its end")
  func single() async throws {
    let stage = try HistoryStage(try Folder(), bars: Self.bars)
    var truth = Truth()
    func trade(_ price: Int64, ago: Double = 0) throws -> UInt64 {
      let time = stage.clock.now().advanced(byNanos: -Int64(ago * 1e9))
      let position = try stage.trade(price, ago: ago)
      truth.ticks[position] = (time, price)
      return position
    }
    for price in 1...40 {
      _ = try trade(Int64(price))
      stage.advance(seconds: 1)
    }
    let old = try trade(99, ago: 7200)
    let time = try #require(truth.ticks[old]).time
    try await compare(stage, &truth)
    #expect(try await bars(stage, "1h").first?.contains(" 99 99 99 99 n1") == true)
    try stage.correct(old, from: 99, to: 50, time: time)
    truth.ticks[old]?.price = 50
    try await compare(stage, &truth)
    try stage.correct(old, from: 50, to: 0, time: time)
    truth.ticks[old] = nil
    try await compare(stage, &truth)
  }

  @Test(
    "whatever comes late, is corrected or cancelled: bars are as if it had been right from the start",
    arguments: 0..<12)
  func property(seed: UInt64) async throws {
    let folder = try Folder()
    var stage = try HistoryStage(folder, bars: Self.bars)
    var random = SeededRandom(seed: seed)
    var truth = Truth()
    var positions: [UInt64] = []
    for step in 0..<150 {
      let kind = random.next() % 10
      if kind < 2, let target = positions.isEmpty ? nil : positions.randomElement(using: &random),
        let tick = truth.ticks[target]
      {
        let price = kind == 0 ? 0 : Int64(random.next() % 90) + 1
        try stage.correct(target, from: tick.price, to: price, time: tick.time)
        truth.ticks[target] = price == 0 ? nil : (tick.time, price)
      } else {
        let reach: [UInt64] = [1, 1, 1, 5, 40, 200, 9000]
        let ago =
          Double(random.next() % (reach[Int(random.next() % 7)] * 10)) / 10
        let price = Int64(random.next() % 90) + 1
        let time = stage.clock.now().nanoseconds - Int64(ago * 1e9)
        let position = try stage.trade(price, ago: ago)
        truth.ticks[position] = (Timestamp(nanoseconds: time), price)
        positions.append(position)
      }
      stage.advance(seconds: Double(random.next() % 30) / 10)
      if step == 100, seed % 3 == 0 {
        let time = stage.clock.now()
        stage.stop()
        stage = try HistoryStage(folder, at: time, bars: Self.bars)
      }
    }
    try await compare(stage, &truth)
  }

  @Test("what waits to be made good stays within a number of ranges, and nothing is left out")
  func queue() {
    var queue = HistoryMendQueue()
    var random = SeededRandom(seed: 1)
    var positions: [UInt64] = []
    for _ in 0..<1000 {
      let first = random.next() % 1_000_000
      positions += [first, first + 5]
      queue.add(first...first + 5)
      #expect(queue.ranges.count <= HistoryMendQueue.rangesMax)
    }
    for position in positions { #expect(queue.ranges.contains { $0.contains(position) }) }
    for (range, next) in zip(queue.ranges, queue.ranges.dropFirst()) {
      #expect(range.upperBound + 1 < next.lowerBound)
    }
    let all = queue.take()
    #expect(!all.isEmpty && queue.isEmpty)
  }
}
