import BarAggregation
import EngineCore
import Testing

@Suite("Corrections and cancels")
struct CorrectionTests {
  private func stage(_ specs: [String], history: Int = 256) throws -> BarStage {
    var options = BarOptions()
    options.coversPast = true
    options.history = history
    return try BarStage(specs, options: options)
  }

  @Test("a correction of an open bar is silent, and right when it closes")
  func open() throws {
    var stage = try stage(["1m"])
    stage.trade(1, "10", "2")
    stage.trade(2, "20", "3")
    stage.correct(2, price: "15", size: "1")
    #expect(stage.lines() == [])
    stage.trade(60, "9")
    #expect(stage.lines().first == "I1 1m 10:00:00 10 15 10 15 v3 n2 closed r0")
  }

  @Test("a cancel of an extreme is recomputed from the log, also in coarser bars")
  func extreme() throws {
    var stage = try stage(["1s", "1m", "1h"])
    stage.trade(1, "10")
    stage.trade(1.2, "99", "5")
    stage.trade(1.4, "12")
    stage.trade(30, "11")
    stage.trade(3600, "1")
    _ = stage.lines()
    stage.correct(2, price: nil)
    #expect(
      stage.lines() == [
        "I1 1s 10:00:01 10 12 10 12 v2 n2 amended r1 cancel",
        "I1 1m 10:00:00 10 12 10 11 v3 n3 amended r1 cancel",
        "I1 1h 10:00:00 10 12 10 11 v3 n3 amended r1 cancel",
      ])
  }

  @Test("a bar whose only trade is cancelled is void, and comes back with a late tick")
  func void() throws {
    var stage = try stage(["1m"])
    stage.trade(1, "10")
    stage.trade(61, "11")
    _ = stage.lines()
    stage.correct(1, price: nil)
    #expect(stage.lines() == ["I1 1m 10:00:00 - - - - v0 n0 void r1 cancel"])
    stage.trade(5, "12")
    #expect(stage.lines() == ["I1 1m 10:00:00 12 12 12 12 v1 n1 amended r2 late"])
  }

  @Test("when the ticks are gone the sums are right and the bar is marked inexact")
  func gone() throws {
    var stage = try stage(["1m"])
    stage.trade(1, "10")
    stage.trade(2, "99", "5")
    stage.trade(61, "11")
    _ = stage.lines()
    let correction = Correction(
      target: 2, instrument: InstrumentID(1),
      oldTime: Timestamp(nanoseconds: BarStage.base + 2_000_000_000), oldPrice: try Price("99"),
      oldSize: try Quantity("5"), newPrice: .undefined, newSize: .undefined)
    var event = Event(correction)
    event.sequence = 4
    stage.aggregator.receive(event, recall: LogRecall(stage.log, first: 3), to: &stage.output)
    #expect(stage.lines() == ["I1 1m 10:00:00 10 99 10 99 v1 n1 amended r1 cancel inexact"])
    #expect(stage.aggregator.counters.inexact == 1)
  }

  @Test("a correction of a trade that is unknown is counted")
  func unknown() throws {
    var stage = try stage(["1s"], history: 8)
    for second in 0..<30 { stage.trade(Double(second), "1") }
    _ = stage.lines()
    stage.correct(1, price: "2")
    #expect(stage.lines() == [])
    #expect(stage.aggregator.counters.correctionsLost == 1)
  }

  @Test("bars by count are marked, not guessed")
  func thresholds() throws {
    var stage = try stage(["2t"])
    stage.trade(1, "1")
    stage.trade(2, "2")
    stage.trade(3, "3")
    _ = stage.lines()
    stage.correct(1, price: "9")
    #expect(stage.lines().map { $0.hasSuffix("amended r1 correct inexact") } == [true])
  }

  @Test(
    "any corrections and cancels end in the bars of what is left",
    arguments: 0..<50 as Range<UInt64>)
  func model(block: UInt64) throws {
    for seed in block * 20..<block * 20 + 20 {
      var random = SeededRandom(seed: seed)
      var stage = try stage(["1s", "1m", "1h"])
      // What the log comes to: trades by position, as corrected.
      var left: [UInt64: Event] = [:]
      var time = 0.0
      for _ in 0..<60 {
        let number = UInt64(stage.log.count)
        if number > 3, random.next() % 4 == 0 {
          let target = random.next() % number + 1
          guard var trade = left[target]?.trade else { continue }
          let price = random.next() % 3 == 0 ? nil : "\(random.next() % 50 + 1)"
          stage.correct(target, price: price, size: "\(random.next() % 9 + 1)", of: trade)
          let event = stage.log[stage.log.count - 1]
          trade.price = event.correction.newPrice
          trade.size = event.correction.newSize
          left[target] = event.correction.isCancel ? nil : Self.event(trade, target)
        } else {
          time += Double(random.next() % 40) / 10
          let late = random.next() % 5 == 0 ? Double(random.next() % 90) : 0
          stage.trade(
            max(time - late, 0), "\(random.next() % 50 + 1)", "\(random.next() % 9 + 1)",
            side: AggressorSide(rawValue: UInt8(random.next() % 3)) ?? .unknown)
          left[UInt64(stage.log.count)] = stage.log[stage.log.count - 1]
        }
      }
      stage.aggregator.finish(to: &stage.output)
      for (index, spec) in ["1s", "1m", "1h"].enumerated() {
        let expected = try NaiveBars.bars(Array(left.values), spec, CalendarBook())
        let got = NaiveBars.final(stage.output.bars, BarStage.id(index))
        #expect(got == expected, "seed \(seed), \(spec)")
      }
    }
  }

  private static func event(_ trade: Trade, _ sequence: UInt64) -> Event {
    var event = Event(trade)
    event.sequence = sequence
    return event
  }
}
