import BarAggregation
import EngineCore
import Testing

@Suite("Bars that are not cut by time")
struct ThresholdTests {
  private func stage(
    _ spec: String, _ change: (inout BarOptions) -> Void = { _ in }
  ) throws -> BarStage {
    var options = BarOptions()
    options.coversPast = true
    change(&options)
    return try BarStage([spec], options: options)
  }

  private func values(_ stage: BarStage) -> [String] {
    let folds = stage.aggregator.bars(InstrumentID(1), BarStage.id(0)).filter {
      $0.state == .closed
    }
    #expect(folds.map(\.start) == stage.output.bars.map(\.start.nanoseconds))
    #expect(Set(folds.map(\.start)).count == folds.count)
    return zip(stage.output.bars, folds).map { bar, fold in
      "\(bar.open) \(bar.high) \(bar.low) \(bar.close) "
        + "\(FixedPoint.text(wide: bar.volume, decimals: 9)) \(bar.count) #\(fold.ordinal)"
    }
  }

  @Test("a bar of ticks is complete with its last tick")
  func ticks() throws {
    var stage = try stage("3t")
    for (second, price) in ["5", "7", "6", "1"].enumerated() { stage.trade(Double(second), price) }
    #expect(values(stage) == ["5 7 5 6 3 3 #1"])
  }

  @Test("a trade is split between bars of volume at the exact threshold")
  func volume() throws {
    var stage = try stage("10v")
    stage.trade(1, "5", "4")
    stage.trade(2, "6", "27")
    stage.trade(3, "7", "9")
    #expect(
      values(stage) == ["5 6 5 6 10 2 #1", "6 6 6 6 10 1 #2", "6 6 6 6 10 1 #3", "6 7 6 7 10 2 #4"])
  }

  @Test("without splitting the trade that reaches the threshold is the last of its bar")
  func whole() throws {
    var stage = try stage("10v") { $0.splitsTrades = false }
    stage.trade(1, "5", "4")
    stage.trade(2, "6", "27")
    stage.trade(3, "7", "10")
    #expect(values(stage) == ["5 6 5 6 31 2 #1", "7 7 7 7 10 1 #2"])
  }

  @Test("bars of notional take the smallest size that reaches the threshold")
  func notional() throws {
    var stage = try stage("100n")
    stage.trade(1, "30", "5")
    let bars = stage.output.bars
    #expect(values(stage) == ["30 30 30 30 3.333333334 1 #1"])
    #expect(bars[0].notional >= Int128(100) * 1_000_000_000_000_000_000)
    stage.trade(2, "-50", "2")
    // What is left of the first, and one at a negative price: the magnitude counts.
    #expect(values(stage).count == 2)
  }

  @Test("a bar of range is complete when high and low are so many steps apart")
  func range() throws {
    var stage = try stage("10r")
    for (second, price) in ["1", "1.05", "0.96", "1.06", "1.07", "1.3"].enumerated() {
      stage.trade(Double(second), price)
    }
    #expect(values(stage) == ["1 1.06 0.96 1.06 4 4 #1", "1.07 1.3 1.07 1.3 2 2 #2"])
  }

  @Test("ordinals begin anew with each trading day; with a calendar, bars too")
  func days() throws {
    let day = 14.0 * 3600
    for (spec, expected) in [
      ("2t", ["1 2 1 2 2 2 #1", "3 4 3 4 2 2 #2", "5 6 5 6 2 2 #1"]),
      ("2t~utc+22:00", ["1 2 1 2 2 2 #1", "3 4 3 4 2 2 #2", "5 6 5 6 2 2 #3"]),
      ("2t~Asia/Kathmandu", ["1 2 1 2 2 2 #1", "3 3 3 3 1 1 #2", "4 5 4 5 2 2 #1"]),
    ] {
      var stage = try stage(spec)
      // The local day in Kathmandu ends at 18:15 UTC; that in UTC at midnight.
      for (second, price) in [(0, "1"), (1, "2"), (2, "3")] { stage.trade(Double(second), price) }
      let rest = spec.contains("22:00") ? 3.0 : spec.contains("~") ? 9.0 * 3600 : day - 1
      stage.trade(rest, "4")
      stage.trade(rest + (spec == "2t" ? 2 : 1), "5")
      stage.trade(rest + 3, "6")
      #expect(Array(values(stage).prefix(3)) == expected, "\(spec)")
    }
  }

  @Test("within the allowed disorder ticks are put in order first")
  func disorder() throws {
    var stage = try stage("2t") { $0.disorderNanos = 5_000_000_000 }
    stage.trade(3, "3")
    stage.trade(1, "1")
    stage.trade(2, "2")
    #expect(values(stage) == [])
    stage.trade(8, "8")
    #expect(values(stage) == ["1 2 1 2 2 2 #1"])
    stage.trade(0, "9")
    #expect(stage.aggregator.lateTicks.map(\.outcome) == [.misplaced])
    #expect(values(stage).count == 1)
  }
}
