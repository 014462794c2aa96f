import BarAggregation
import EngineCore
import Testing

@Suite("How far the sources have come")
struct WatermarkTests {
  private func stage(_ change: (inout BarOptions) -> Void = { _ in }) throws -> BarStage {
    var options = BarOptions()
    options.coversPast = true
    change(&options)
    return try BarStage(["1s"], options: options)
  }

  private func through(_ stage: BarStage) -> Double {
    Double(stage.aggregator.watermarkTime.nanoseconds - BarStage.base) / 1e9
  }

  @Test("the slowest source counts")
  func slowest() throws {
    var stage = try stage()
    stage.trade(0.5, "1", source: 2, received: 1)
    stage.trade(1, "1", source: 1, received: 1)
    stage.trade(5, "1", source: 1, received: 1.2)
    #expect(stage.output.bars.isEmpty)
    stage.trade(1.2, "1", source: 2, received: 1.3)
    #expect(stage.output.bars.count == 1)
    #expect(through(stage) == 1.2)
  }

  @Test("a source that is silent for too long holds nobody up")
  func silence() throws {
    var stage = try stage { $0.idleNanos = 2_000_000_000 }
    stage.trade(0.5, "1", source: 2, received: 0.5)
    for second in 1...2 { stage.trade(Double(second), "1", source: 1, received: Double(second)) }
    #expect(through(stage) == 0.5)
    stage.trade(3, "1", source: 1, received: 3)
    // The silent one is live: its time goes on by the clock, a second behind.
    #expect(through(stage) == 2)
    stage.time(3.5)
    #expect(through(stage) == 2.5)
  }

  @Test("when all live sources are silent the clock goes on, and never back")
  func allSilent() throws {
    var stage = try stage { $0.delayMaxNanos = 500_000_000 }
    stage.trade(1, "1", received: 1)
    stage.time(1.9)
    #expect(through(stage) == 1)
    stage.time(2.5)
    #expect(through(stage) == 2)
    #expect(stage.output.bars.count == 1)
    stage.trade(2.2, "1", received: 2.6)
    #expect(through(stage) == 2)
    stage.time(9)
    #expect(through(stage) == 8.5)
    stage.trade(3, "1", received: 9.1)
    #expect(through(stage) == 8.5)
  }

  @Test("the clock means nothing to a source that plays the past")
  func past() throws {
    var stage = try stage()
    stage.trade(1, "1", received: 100_000)
    stage.time(100_010)
    #expect(through(stage) == 1)
    #expect(stage.output.bars.isEmpty)
    stage.trade(2, "1", received: 100_011)
    #expect(through(stage) == 2)
  }

  @Test("allowed disorder is taken off")
  func disorder() throws {
    var stage = try stage { $0.disorderNanos = 300_000_000 }
    stage.trade(0.9, "1", received: 1)
    stage.trade(1.2, "2", received: 1.2)
    stage.trade(0.95, "3", received: 1.25)
    #expect(stage.output.bars.isEmpty)
    stage.trade(1.3, "2", received: 1.3)
    #expect(stage.lines().first == "I1 1s 10:00:00 1 3 1 3 v2 n2 closed r0")
  }

  @Test("watermarks tile the time, whatever comes", arguments: 0..<200 as Range<UInt64>)
  func tiling(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var options = BarOptions()
    options.disorderNanos = Int64(random.next() % 3) * 400_000_000
    options.latenessNanos = Int64(random.next() % 3) * 700_000_000
    let specs = ["1s", "7s", "1m", "1d~fx17"]
    var stage = try BarStage(specs, options: options)
    var time = 0.0
    for _ in 0..<120 {
      time += Double(random.next() % 300) / 100
      if random.next() % 50 == 0 { time += 4000 }
      if random.next() % 6 == 0 {
        stage.time(time)
      } else {
        stage.trade(
          time - Double(random.next() % 200) / 100, "1", instrument: UInt32(random.next() % 3 + 1),
          source: UInt16(random.next() % 2 + 1), received: time)
      }
    }
    for index in specs.indices {
      let events = stage.output.events.filter { $0.scope == BarStage.id(index).raw }
      var end: Timestamp?
      var count: UInt32 = 0
      for event in events {
        if event.kind == .watermark {
          let mark = event.watermark
          #expect(end == nil || mark.start == end, "seed \(seed)")
          #expect(mark.bars == count, "seed \(seed)")
          end = mark.end
          count = 0
        } else if event.bar.state == .closed {
          count += 1
          #expect(end == nil || event.bar.start >= end ?? .distantPast, "seed \(seed)")
        } else if let end {
          #expect(event.bar.end <= end, "seed \(seed)")
        }
      }
    }
  }
}
