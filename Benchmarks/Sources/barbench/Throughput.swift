import BarAggregation
import CBench
import EngineCore

/// W4: ticks a second through one aggregator on one thread.
enum Throughput {
  private struct Round {
    var seconds: Double
    var sum: BarSum
  }

  static func run(_ arguments: Arguments) throws -> String {
    let ticks = MadeTicks(arguments.events, instruments: arguments.instruments)
    let pass = arguments.way == "bus" ? overBus : straight
    // The first one warms up.
    var rounds = [try pass(arguments, ticks)]
    let began = bench_now()
    repeat {
      rounds.append(try pass(arguments, ticks))
    } while Double(bench_now() - began) / 1e9 < arguments.seconds
    let best = rounds.dropFirst().map(\.seconds).sorted()
    let seconds = best[best.count / 2]
    let last = rounds[rounds.count - 1].sum
    let isRight =
      last.count == ticks.count * arguments.specs.count
      && last.volume == ticks.volume * Int64(arguments.specs.count)
    return "{\"system\":\"tickwire-bars\",\"workload\":\"\(arguments.workload)\","
      + "\"way\":\"\(arguments.way)\",\"specs\":\(arguments.specs.count),"
      + "\"events\":\(ticks.count),\"seconds\":\(seconds),"
      + "\"rate\":\(UInt64(Double(ticks.count) / seconds)),"
      + "\"ns_per_tick\":\(seconds * 1e9 / Double(ticks.count)),\"bars\":\(last.bars),"
      + "\"sum\":\(last.sum),\"checksum_ok\":\(isRight)}"
  }

  static func aggregator(_ arguments: Arguments) throws -> BarAggregator {
    var options = BarOptions()
    options.coversPast = true
    options.history = arguments.history
    var aggregator = BarAggregator(options: options) { id in
      BarInstrument(key: "\(id.raw)", increment: Price(raw: 10_000_000))
    }
    let book = CalendarBook()
    var sum = BarSum()
    for (index, text) in arguments.specs.enumerated() {
      let spec = try BarSpec(parsing: text)
      try aggregator.add(
        spec, id: SpecID(UInt16(index + 1)),
        calendar: try book.calendar(named: spec.calendar ?? "utc"), to: &sum)
    }
    return aggregator
  }

  private static func straight(_ arguments: Arguments, _ ticks: MadeTicks) throws -> Round {
    var aggregator = try aggregator(arguments)
    var sum = BarSum()
    var batch = [Event](repeating: Event(), count: 256)
    let began = bench_now()
    var index = 0
    while index < ticks.count {
      let count = min(batch.count, ticks.count - index)
      var span = batch.mutableSpan
      for offset in 0..<count {
        span[offset] = ticks.event(index + offset)
        span[offset].sequence = UInt64(index + offset + 1)
      }
      aggregator.receive(batch.span.extracting(0..<count), to: &sum)
      index += count
    }
    aggregator.finish(to: &sum)
    return Round(seconds: Double(bench_now() - began) / 1e9, sum: sum)
  }

  /// Puts bars on the bus, by way of a staging area like that of a plugin.
  struct BusOutput: BarOutput {
    let publisher: Publisher
    var sum = BarSum()
    private var staged = [Event](repeating: Event(), count: 256)
    private var count = 0

    init(publisher: Publisher) { self.publisher = publisher }

    mutating func emit(_ event: Event) {
      staged[count] = event
      count += 1
      if count == staged.count { flush() }
      sum.emit(event)
    }

    mutating func flush() {
      guard count > 0 else { return }
      guard publisher.publish(staged.span.extracting(0..<count)) == count else {
        fail("the bus has no room for bars")
      }
      count = 0
    }
  }

  private static func overBus(_ arguments: Arguments, _ ticks: MadeTicks) throws -> Round {
    var aggregator = try aggregator(arguments)
    let bus = Bus(epoch: 1)
    let source = bus.publisher(role: .source)
    let reader = try bus.subscribe(
      SubscriptionRequest(Interest(kinds: [.trade, .quote, .correction, .time]), batch: 1024),
      name: "bars", isDeriving: true)
    var output = BusOutput(publisher: bus.publisher(role: .deriving))
    var batch = [Event](repeating: Event(), count: 256)
    let began = bench_now()
    var index = 0
    while index < ticks.count {
      let count = min(batch.count, ticks.count - index)
      var span = batch.mutableSpan
      for offset in 0..<count { span[offset] = ticks.event(index + offset) }
      var done = 0
      while done < count {
        done += source.publish(batch.span.extracting(done..<count))
        drain(reader, &aggregator, &output)
      }
      index += count
    }
    drain(reader, &aggregator, &output)
    aggregator.finish(to: &output.sum)
    return Round(seconds: Double(bench_now() - began) / 1e9, sum: output.sum)
  }

  static func drain(
    _ reader: Subscription, _ aggregator: inout BarAggregator, _ output: inout BusOutput
  ) {
    var passed = 1
    while passed > 0 {
      passed = reader.poll { batch in aggregator.receive(batch, to: &output) }
      output.flush()
    }
  }
}
