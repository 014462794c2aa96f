import BarAggregation
import EngineCore
import Testing

/// What holds for all ticks. Each test runs many seeded cases; a failure names its seed.
@Suite("Bars of random ticks")
struct BarPropertyTests {
  static let specs = ["1s", "1m", "7m", "1h", "1d~fx17", "1d~utc+22:00", "1w", "4h~XNYS"]
  /// Made once: holidays of centuries take a while.
  private static let book: CalendarBook = {
    let names = specs.compactMap { text in text.split(separator: "~").dropFirst().first }
    return CalendarBook(
      custom: names.compactMap { try? CalendarBook().calendar(named: String($0)) })
  }()

  /// Trades of a few instruments and sources, mostly in order, sometimes far out of it.
  private static func trades(
    _ random: inout SeededRandom, count: Int, disorder: Int64
  ) -> [Event] {
    var time = Int64(random.next() % 1_500_000_000) * 1_000_000_000
    let stride = [1_000_000, 200_000_000, 30_000_000_000, 3_600_000_000_000].randomElement(
      using: &random)
    return (0..<count).map { number in
      time += Int64(random.next() % UInt64(stride ?? 1_000_000))
      // A clock that ticks in milliseconds makes ties.
      let shift = disorder > 0 ? Int64(random.next() % UInt64(disorder)) : 0
      let own = (time - shift) / 1_000_000 * 1_000_000
      return Event(
        Trade(
          instrument: InstrumentID(UInt32(random.next() % 3) + 1),
          price: Price(raw: Int64(random.next() % 2001) * 1_000_000 - 500_000_000),
          size: Quantity(raw: Int64(random.next() % 1_000_000_000_000)),
          side: AggressorSide(rawValue: UInt8(random.next() % 3)) ?? .unknown,
          eventTime: Timestamp(nanoseconds: own), receiveTime: .zero,
          venueSequence: UInt64(number), source: SourceID(UInt16(random.next() % 2) + 1)))
    }
  }

  private static func run(
    _ specs: [String], _ events: [Event], _ options: BarOptions
  ) throws -> (bars: [Bar], log: [Event]) {
    var stage = try BarStage(specs, options: options, book: book)
    for event in events { stage.feed(event) }
    stage.aggregator.finish(to: &stage.output)
    return (stage.output.bars, stage.log)
  }

  private static func options(_ change: (inout BarOptions) -> Void = { _ in }) -> BarOptions {
    var options = BarOptions()
    options.coversPast = true
    options.amendNanos = .max
    options.history = 100_000
    change(&options)
    return options
  }

  @Test(
    "streamed bars are those of all ticks sorted and grouped", arguments: 0..<60 as Range<UInt64>)
  func model(block: UInt64) throws {
    for seed in block * 20..<block * 20 + 20 {
      var random = SeededRandom(seed: seed)
      let disorder = [0, 1_000_000_000, 90_000_000_000][Int(seed % 3)]
      let events = Self.trades(&random, count: 60, disorder: Int64(disorder))
      let specs = Self.specs.shuffled(using: &random).prefix(4)
      let (bars, log) = try Self.run(Array(specs), events, Self.options())
      for (index, spec) in specs.enumerated() {
        let expected = try NaiveBars.bars(log, spec, Self.book)
        #expect(NaiveBars.final(bars, BarStage.id(index)) == expected, "seed \(seed), \(spec)")
      }
    }
  }

  @Test("bars made of finer bars are those made of ticks", arguments: 0..<100 as Range<UInt64>)
  func composition(block: UInt64) throws {
    for seed in block * 40..<block * 40 + 40 {
      var random = SeededRandom(seed: seed)
      let events = Self.trades(&random, count: 30, disorder: seed % 2 == 0 ? 0 : 5_000_000_000)
      let target = ["1h", "1m", "1d~fx17", "1w", "1d~utc+22:00"][Int(seed % 5)]
      let alone = try Self.run([target], events, Self.options()).bars
      let fed = try Self.run(["1s", "15s", "1m", "5m", target], events, Self.options()).bars
      #expect(
        NaiveBars.final(alone, BarStage.id(0)) == NaiveBars.final(fed, BarStage.id(4)),
        "seed \(seed)")
    }
  }

  @Test(
    "any order of arrival within the allowed disorder gives the same bars",
    arguments: 0..<100 as Range<UInt64>)
  func permutation(block: UInt64) throws {
    for seed in block * 30..<block * 30 + 30 {
      var random = SeededRandom(seed: seed)
      let events = Self.trades(&random, count: 30, disorder: 0)
      let options = Self.options { options in
        options.disorderNanos = .max / 4
        options.latenessNanos = 0
      }
      let specs = ["1s", "1m", "1d", "7t", "20v", "1e6n", "25r"]
      let first = try Self.run(specs, events, options).bars
      let second = try Self.run(specs, events.shuffled(using: &random), options).bars
      for index in specs.indices {
        let id = BarStage.id(index)
        #expect(
          Self.values(first, id) == Self.values(second, id), "seed \(seed), \(specs[index])")
      }
    }
  }

  /// Everything but positions in the log, which differ with the order of arrival.
  private static func values(_ bars: [Bar], _ id: SpecID) -> [[Int128]] {
    var rows: [[Int128]] = []
    for bar in bars where bar.spec == id {
      rows.append([
        Int128(bar.instrument.raw), Int128(bar.start.nanoseconds), Int128(bar.end.nanoseconds),
        Int128(bar.open.raw), Int128(bar.high.raw), Int128(bar.low.raw), Int128(bar.close.raw),
        bar.volume, bar.notional, Int128(bar.buyVolume.raw), Int128(bar.count),
      ])
    }
    return rows.sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test("batches of any size give the same events", arguments: 0..<20 as Range<UInt64>)
  func batches(block: UInt64) throws {
    for seed in block * 20..<block * 20 + 20 {
      var random = SeededRandom(seed: seed)
      let specs = ["1s", "1m", "1d~fx17", "5t"]
      var stage = try BarStage(specs, options: Self.options(), book: Self.book)
      for event in Self.trades(&random, count: 40, disorder: 2_000_000_000) { stage.feed(event) }
      var other = try BarStage(specs, options: Self.options(), book: Self.book)
      var start = 0
      while start < stage.log.count {
        let end = min(start + Int(random.next() % 7) + 1, stage.log.count)
        other.aggregator.receive(stage.log.span.extracting(start..<end), to: &other.output)
        start = end
      }
      #expect(stage.output.events == other.output.events, "seed \(seed)")
    }
  }

  @Test(
    "amendments end where waiting would have ended", arguments: 0..<100 as Range<UInt64>)
  func patience(block: UInt64) throws {
    for seed in block * 20..<block * 20 + 20 {
      var random = SeededRandom(seed: seed)
      let events = Self.trades(&random, count: 40, disorder: 20_000_000_000)
      let hasty = try Self.run(["1s", "1m", "1h"], events, Self.options()).bars
      let patient = try Self.run(
        ["1s", "1m", "1h"], events, Self.options { $0.latenessNanos = 60_000_000_000 }
      ).bars
      for index in 0..<3 {
        let id = BarStage.id(index)
        #expect(NaiveBars.final(hasty, id) == NaiveBars.final(patient, id), "seed \(seed)")
      }
    }
  }

  @Test(
    "revisions grow, and a closed bar never opens again", arguments: 0..<50 as Range<UInt64>)
  func revisions(block: UInt64) throws {
    for seed in block * 20..<block * 20 + 20 {
      var random = SeededRandom(seed: seed)
      var stage = try BarStage(["1s", "1m", "1h"], options: Self.options(), book: Self.book)
      for event in Self.trades(&random, count: 40, disorder: 3_000_000_000) {
        stage.feed(event)
        if random.next() % 4 == 0 {
          stage.aggregator.publishOpen(event.instrument, to: &stage.output)
        }
      }
      var last: [String: Bar] = [:]
      for bar in stage.output.bars {
        let key = "\(bar.instrument.raw) \(bar.spec.raw) \(bar.start)"
        if let before = last[key] {
          #expect(bar.revision > before.revision, "seed \(seed) \(key)")
          #expect(before.state == .open || bar.state != .open, "seed \(seed) \(key)")
        }
        last[key] = bar
      }
    }
  }
}
