import BarAggregation
import EngineCore
import Testing

@Suite("The life of a bar")
struct LifecycleTests {
  private func covering(_ change: (inout BarOptions) -> Void = { _ in }) -> BarOptions {
    var options = BarOptions()
    options.coversPast = true
    change(&options)
    return options
  }

  @Test("a bar closes when a tick of the next interval arrives, and a watermark says so")
  func closing() throws {
    var stage = try BarStage(["1m"], options: covering())
    stage.trade(1, "10.5", "2")
    stage.trade(30, "11", "1")
    stage.trade(59.999, "9", "3")
    #expect(stage.lines() == [])
    stage.trade(60, "12")
    #expect(
      stage.lines() == [
        "I1 1m 10:00:00 10.5 11 9 9 v6 n3 closed r0",
        "1m [10:00:00, 10:01:00) complete: 1 bars, 0 without",
      ])
  }

  @Test("a tick at the end of an interval belongs to the next one")
  func endIsExclusive() throws {
    var stage = try BarStage(["1m"], options: covering())
    stage.trade(59, "1")
    stage.trade(60, "2")
    stage.aggregator.finish(to: &stage.output)
    #expect(stage.output.bars.map(\.open.description) == ["1", "2"])
  }

  @Test("finer bars close before coarser ones, all with the same tick")
  func order() throws {
    var stage = try BarStage(["1h", "1s", "1m"], options: covering())
    stage.trade(3599.5, "7")
    stage.trade(3600, "8")
    #expect(
      stage.lines() == [
        "I1 1s 10:59:59 7 7 7 7 v1 n1 closed r0",
        "1s [10:59:59, 11:00:00) complete: 1 bars, 0 without",
        "I1 1m 10:59:00 7 7 7 7 v1 n1 closed r0",
        "1m [10:59:00, 11:00:00) complete: 1 bars, 0 without",
        "I1 1h 10:00:00 7 7 7 7 v1 n1 closed r0",
        "1h [10:00:00, 11:00:00) complete: 1 bars, 0 without",
      ])
  }

  @Test("one instrument's tick closes the bars of all, and who had none is counted")
  func everybodyCloses() throws {
    var stage = try BarStage(["1m"], options: covering())
    stage.trade(1, "1", instrument: 1)
    stage.trade(2, "2", instrument: 2)
    stage.trade(61, "3", instrument: 2)
    _ = stage.lines()
    stage.trade(125, "4", instrument: 1)
    #expect(
      stage.lines() == [
        "I2 1m 10:01:00 3 3 3 3 v1 n1 closed r0",
        "1m [10:01:00, 10:02:00) complete: 1 bars, 1 without",
      ])
  }

  @Test("an instrument that has no bars comes first, and the others' close all the same")
  func withoutSpecs() throws {
    var stage = try BarStage(["1m"], options: covering(), instruments: ["1m": ["I2"]])
    stage.trade(1, "1", instrument: 1)
    stage.trade(2, "2", instrument: 2)
    stage.trade(60, "3", instrument: 1)
    #expect(
      stage.lines() == [
        "I2 1m 10:00:00 2 2 2 2 v1 n1 closed r0",
        "1m [10:00:00, 10:01:00) complete: 1 bars, 0 without",
      ])
  }

  @Test("empty intervals in a row are told by one watermark")
  func emptyRun() throws {
    var stage = try BarStage(["1s"], options: covering())
    stage.trade(1, "1")
    stage.trade(100.5, "2")
    #expect(
      stage.lines() == [
        "I1 1s 10:00:01 1 1 1 1 v1 n1 closed r0",
        "1s [10:00:01, 10:00:02) complete: 1 bars, 0 without",
        "1s [10:00:02, 10:01:40) complete: 0 bars, 1 without",
      ])
  }

  @Test("a late tick amends the bar and every coarser one, in one go")
  func late() throws {
    var stage = try BarStage(["1m", "5m", "1h"], options: covering())
    stage.trade(30.0 * 60 + 10, "100")
    stage.trade(36.0 * 60, "101")
    _ = stage.lines()
    // Executed at 10:30:50, received at 10:36.
    stage.trade(30.0 * 60 + 50, "99", "5")
    #expect(
      stage.lines() == [
        "I1 1m 10:30:00 100 100 99 99 v6 n2 amended r1 late",
        "I1 5m 10:30:00 100 100 99 99 v6 n2 amended r1 late",
      ])
    stage.aggregator.finish(to: &stage.output)
    #expect(stage.lines().contains("I1 1h 10:00:00 100 101 99 101 v7 n3 closed r0"))
    #expect(stage.aggregator.counters.late == 1)
    #expect(stage.aggregator.lateTicks.map(\.outcome) == [.amended])
    #expect(stage.aggregator.lateTicks.first?.lateNanos == 310_000_000_000)
  }

  @Test("a late tick of an interval without bars makes an amended one")
  func lateInEmpty() throws {
    var stage = try BarStage(["1s"], options: covering())
    stage.trade(1, "1")
    stage.trade(10, "2")
    _ = stage.lines()
    stage.trade(5, "3")
    #expect(stage.lines() == ["I1 1s 10:00:05 3 3 3 3 v1 n1 amended r1 late"])
  }

  @Test("beyond the amend window a late tick is left out, counted and listed")
  func tooLate() throws {
    var stage = try BarStage(["1m"], options: covering { $0.amendNanos = 120_000_000_000 })
    stage.trade(1, "1")
    stage.trade(600, "2")
    _ = stage.lines()
    stage.trade(2, "3")
    #expect(stage.lines() == [])
    #expect(stage.aggregator.counters.lateDropped == 1)
    #expect(stage.aggregator.lateTicks.map(\.outcome) == [.dropped])
    stage.trade(481, "4")
    #expect(stage.lines() == ["I1 1m 10:08:00 4 4 4 4 v1 n1 amended r1 late"])
  }

  @Test("a bar that memory has lost is not made anew; coarser ones still take the tick")
  func forgotten() throws {
    var stage = try BarStage(["1s", "1h"], options: covering { $0.history = 8 })
    for second in 0..<100 { stage.trade(Double(second), "1") }
    stage.trade(3700, "1")
    _ = stage.lines()
    stage.trade(5.5, "9", "2")
    #expect(stage.lines() == ["I1 1h 10:00:00 1 9 1 1 v102 n101 amended r1 late"])
  }

  @Test("with lateness a bar waits, and ticks that come meanwhile change it silently")
  func lateness() throws {
    var stage = try BarStage(["1m"], options: covering { $0.latenessNanos = 10_000_000_000 })
    stage.trade(30, "1")
    stage.trade(65, "2")
    stage.trade(31, "5")
    #expect(stage.lines() == [])
    stage.trade(70, "3")
    #expect(
      stage.lines() == [
        "I1 1m 10:00:00 1 5 1 5 v2 n2 closed r0",
        "1m [10:00:00, 10:01:00) complete: 1 bars, 0 without",
      ])
  }

  @Test("a bar that was open when the first tick came is marked incomplete")
  func incompleteLeft() throws {
    var stage = try BarStage(["1m", "1h"])
    stage.trade(90, "1")
    stage.trade(3601, "2")
    let bars = stage.output.bars
    #expect(bars.map { $0.flags.contains(.incompleteLeft) } == [true, true])
    stage.trade(7201, "2")
    #expect(stage.output.bars.dropFirst(2).allSatisfy { !$0.flags.contains(.incompleteLeft) })
  }

  @Test("open bars are published with growing revisions, coarser ones with what finer ones hold")
  func partial() throws {
    var stage = try BarStage(["1s", "1m"], options: covering())
    stage.trade(1, "1")
    stage.trade(2, "2")
    _ = stage.lines()
    stage.aggregator.publishOpen(InstrumentID(1), to: &stage.output)
    #expect(
      stage.lines() == [
        "I1 1s 10:00:02 2 2 2 2 v1 n1 open r0", "I1 1m 10:00:00 1 2 1 2 v2 n2 open r0",
      ])
    stage.trade(2.5, "3")
    stage.aggregator.publishOpen(InstrumentID(1), to: &stage.output)
    #expect(
      stage.lines() == [
        "I1 1s 10:00:02 2 3 2 3 v2 n2 open r1", "I1 1m 10:00:00 1 3 1 3 v3 n3 open r1",
      ])
    stage.trade(60, "4")
    #expect(stage.lines().contains("I1 1m 10:00:00 1 3 1 3 v3 n3 closed r2"))
    stage.aggregator.publishOpen(InstrumentID(1), to: &stage.output)
    #expect(
      stage.lines() == [
        "I1 1s 10:01:00 4 4 4 4 v1 n1 open r0", "I1 1m 10:01:00 4 4 4 4 v1 n1 open r0",
      ])
  }

  @Test("ticks without a time of their own count at the time of receipt, and say so")
  func receiptTime() throws {
    var stage = try BarStage(["1m"], options: covering())
    stage.feed(
      Event(
        Trade(
          instrument: InstrumentID(1), price: Price(raw: 5), eventTime: .zero,
          receiveTime: Timestamp(nanoseconds: BarStage.base + 5))))
    stage.aggregator.finish(to: &stage.output)
    let bar = try #require(stage.output.bars.first)
    #expect(bar.start.nanoseconds == BarStage.base)
    #expect(bar.flags.contains(.receiptTime))
  }

  @Test("quotes make bars of bid, ask and mid, and trades of last, each for itself")
  func prices() throws {
    var stage = try BarStage(["1m", "1m@bid", "1m@ask", "1m@mid"], options: covering())
    func quote(_ bid: Int64, _ ask: Price) -> Event {
      Event(
        Quote(
          instrument: InstrumentID(1), bid: Price(raw: bid), ask: ask,
          eventTime: Timestamp(nanoseconds: BarStage.base), receiveTime: .zero))
    }
    stage.feed(quote(10, Price(raw: 13)))
    stage.feed(quote(12, .undefined))
    stage.trade(1, "1")
    stage.aggregator.finish(to: &stage.output)
    let bars = stage.output.bars
    #expect(
      bars.map { [$0.open.raw, $0.close.raw] } == [
        [1_000_000_000, 1_000_000_000], [10, 12], [13, 13], [11, 11],
      ])
    #expect(bars.map(\.count) == [1, 2, 1, 1])
  }

  @Test("a loss marks the bars that are open as inexact")
  func gap() throws {
    var stage = try BarStage(["1m"], options: covering())
    stage.trade(1, "1")
    stage.feed(
      Event(
        Gap(
          subscriber: .none, reason: .paused, first: 2, last: 3, count: 2, time: .zero)))
    stage.trade(61, "1")
    stage.trade(121, "1")
    #expect(stage.output.bars.map { $0.flags.contains(.inexact) } == [true, false])
  }
}
