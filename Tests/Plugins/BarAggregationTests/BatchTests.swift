import BarAggregation
import EngineCore
import Testing

/// The short way of ticks in a batch comes to what the general way of single events comes to.
@Suite("Batches of events")
struct BatchTests {
  private static let sets: [[String]] = [
    ["1s"], ["1s", "1m", "1h"], ["1s@mid", "1s"], ["1m@bid", "5t"], ["1m@bid", "1m@ask", "1m"],
    ["1d~fx17", "1d~utc+22:00"], ["1s", "500000000v"], ["1s@bid", "5s@bid", "7t@bid"],
  ]

  /// Trades, quotes, gaps, corrections and the engine's time, of two sources or more.
  private static func events(_ random: inout SeededRandom, _ count: Int) -> [Event] {
    var now: Int64 = 1_705_312_800_000_000_000
    let stride = UInt64([1, 50_000_000, 700_000_000, 90_000_000_000][Int(random.next() % 4)])
    let disorder = [1, 1, 2_000_000_000, 100_000_000_000][Int(random.next() % 4)]
    let sources = UInt16(random.next() % 3) + 1
    let isLive = random.next() % 2 == 0
    var events: [Event] = []
    for number in 1...count {
      now += Int64(random.next() % stride) / 1_000_000 * 1_000_000
      let own = Timestamp(nanoseconds: now - Int64(random.next() % UInt64(disorder)))
      let received = Timestamp(nanoseconds: isLive ? now : 0)
      let instrument = InstrumentID(UInt32(random.next() % 3) + 1)
      let source = SourceID(UInt16(random.next() % UInt64(sources)) + 1)
      let price = Price(raw: Int64(random.next() % 100))
      switch random.next() % 32 {
      case 0: events.append(Event(EngineTime(Timestamp(nanoseconds: now))))
      case 1:
        events.append(
          Event(
            Gap(
              subscriber: .none, reason: .overrun, first: 1, last: 1, count: 1,
              time: Timestamp(nanoseconds: now))))
      case 2...8:
        events.append(
          Event(
            Quote(
              instrument: instrument, bid: random.next() % 4 == 0 ? .undefined : price,
              ask: Price(raw: price.raw + 2), eventTime: own, receiveTime: received,
              source: source)))
      default:
        events.append(
          Event(
            Trade(
              instrument: instrument, price: price,
              size: random.next() % 8 == 0 ? .undefined : Quantity(raw: .max / 10),
              side: AggressorSide(rawValue: UInt8(random.next() % 3)) ?? .unknown,
              eventTime: random.next() % 50 == 0 ? .zero : own, receiveTime: received,
              venueSequence: random.next() % 3, source: source)))
      }
      events[number - 1].sequence = UInt64(number)
    }
    return events
  }

  @Test("come to what single events come to", arguments: 0..<60 as Range<UInt64>)
  func sameAsSingle(block: UInt64) throws {
    for seed in block * 10..<block * 10 + 10 {
      var random = SeededRandom(seed: seed)
      let specs = Self.sets[Int(random.next() % UInt64(Self.sets.count))]
      var options = BarOptions()
      options.history = Int(random.next() % 12)
      options.latenessNanos = random.next() % 2 == 0 ? 0 : 3_000_000_000
      options.disorderNanos = random.next() % 2 == 0 ? 0 : 1_000_000_000
      options.amendNanos = 50_000_000_000
      let events = Self.events(&random, 120)
      var single = try BarStage(specs, options: options)
      for event in events { single.aggregator.receive(event, to: &single.output) }
      var batches = try BarStage(specs, options: options)
      var start = 0
      while start < events.count {
        let end = min(start + Int(random.next() % 40) + 1, events.count)
        batches.aggregator.receive(
          events.span.extracting(start..<end), to: &batches.output)
        start = end
      }
      #expect(single.output.events == batches.output.events, "seed \(seed)")
      #expect(single.aggregator.counters == batches.aggregator.counters, "seed \(seed)")
      #expect(single.aggregator.watermarkTime == batches.aggregator.watermarkTime)
      #expect(single.aggregator.lateTicks == batches.aggregator.lateTicks, "seed \(seed)")
      check(single, batches, seed)
    }
  }

  private func check(_ single: BarStage, _ batches: BarStage, _ seed: UInt64) {
    for spec in single.names.indices {
      for instrument in 1...3 as ClosedRange<UInt32> {
        let id = InstrumentID(instrument)
        #expect(rows(single, id, spec) == rows(batches, id, spec), "seed \(seed)")
      }
    }
  }

  private func rows(_ stage: BarStage, _ id: InstrumentID, _ spec: Int) -> [[Int64]] {
    stage.aggregator.bars(id, BarStage.id(spec)).map { bar in
      [
        bar.start, bar.end, bar.open, bar.high, bar.low, bar.close, Int64(bar.count),
        Int64(truncatingIfNeeded: bar.volume), Int64(truncatingIfNeeded: bar.notional),
        bar.buyVolume, bar.sellVolume, bar.openTime, bar.closeTime,
        Int64(bar.firstSequence), Int64(bar.lastSequence), Int64(bar.flags.rawValue),
        Int64(bar.revision), Int64(bar.state.rawValue), Int64(bar.tradeDay),
      ]
    }
  }

  @Test(
    "what is in memory of a bar is what was last told of it", arguments: 0..<40 as Range<UInt64>)
  func memory(block: UInt64) throws {
    for seed in block * 10..<block * 10 + 10 {
      var random = SeededRandom(seed: seed)
      var options = BarOptions()
      options.history = Int(random.next() % 20) + 1
      var stage = try BarStage(["1s", "5s", "1m"], options: options)
      let events = Self.events(&random, 150)
      stage.aggregator.receive(events.span, to: &stage.output)
      stage.aggregator.finish(to: &stage.output)
      var last: [String: Bar] = [:]
      for bar in stage.output.bars { last["\(bar.instrument) \(bar.spec) \(bar.start)"] = bar }
      for spec in 0..<3 {
        for instrument in 1...3 as ClosedRange<UInt32> {
          let id = InstrumentID(instrument)
          for fold in stage.aggregator.bars(id, BarStage.id(spec)) {
            let bar = stage.aggregator.bar(fold, id, BarStage.id(spec))
            #expect(last["\(id) \(bar.spec) \(bar.start)"].map { Event($0) } == Event(bar))
          }
        }
      }
    }
  }
}
