import CBench
import EngineCore

/// W1: events a second through one bus in one process.
enum Throughput {
  private struct Round {
    var seconds: Double
    var checksumOK: Bool
  }

  static func run(_ options: Options) -> Report {
    options.payload == "word" ? run(options, Word.self) : run(options, Record.self)
  }

  /// Two warm-up rounds, each sized by the one before, then the measured one.
  private static func run<P: Payload>(_ options: Options, _: P.Type) -> Report {
    var events = options.whole(options.events > 0 ? Double(options.events) : 200_000)
    if options.events == 0 {
      for share in [0.05, 0.2, 1.0] {
        let warm = round(options, events, P.self)
        events = options.whole(Double(events) / warm.seconds * options.seconds * share)
      }
    }
    let measured = round(options, events, P.self)
    return Report(
      options: options, events: events, seconds: measured.seconds,
      checksumOK: measured.checksumOK)
  }

  private static func round<P: Payload>(
    _ options: Options, _ events: UInt64, _: P.Type
  ) -> Round {
    let bus = Bus(capacity: options.slots, epoch: 1)
    let start = StartLine(options.producers + options.readers)
    let outcomes = (0..<options.producers + options.readers).map { _ in Outcome() }
    // Readers subscribe before anyone publishes, so that each sees every event.
    let readers = (0..<options.readers).map { index in
      Reader(bus: bus, subscription: subscribe(bus, options, index), parks: options.parks)
    }
    var threads: [Thread] = []
    for (index, reader) in readers.enumerated() {
      let (outcome, core) = (outcomes[options.producers + index], options.producers + index)
      threads.append(
        Thread {
          begin(options, core, start, outcome)
          var sum: UInt64 = 0
          reader.read(events) { sum &+= P.sum($0) }
          outcome.sum.store(sum, ordering: .relaxed)
          outcome.finished.store(bench_now(), ordering: .relaxed)
        })
    }
    let share = events / UInt64(options.producers)
    for index in 0..<options.producers {
      let (outcome, first) = (outcomes[index], share * UInt64(index))
      threads.append(
        Thread {
          begin(options, index, start, outcome)
          produce(bus, options, first..<first + share, P.self)
          outcome.finished.store(bench_now(), ordering: .relaxed)
        })
    }
    for thread in threads { thread.join() }
    let started = outcomes.map { $0.started.load(ordering: .relaxed) }.min()!
    let finished = outcomes.map { $0.finished.load(ordering: .relaxed) }.max()!
    let sums = outcomes.dropFirst(options.producers).map { $0.sum.load(ordering: .relaxed) }
    let expected = P.expected(events)
    return Round(
      seconds: Double(finished - started) / 1e9, checksumOK: sums.allSatisfy { $0 == expected })
  }

  private static func begin(
    _ options: Options, _ core: Int, _ start: StartLine, _ outcome: Outcome
  ) {
    if options.isPinned { bench_pin(Int32(core)) }
    start.wait()
    outcome.started.store(bench_now(), ordering: .relaxed)
  }

  private static func produce<P: Payload>(
    _ bus: Bus, _ options: Options, _ range: Range<UInt64>, _: P.Type
  ) {
    var writer = Writer(bus: bus, isExclusive: options.isExclusive, parks: options.parks)
    if options.batch == 1 {
      for i in range { writer.write(P.event(i)) }
      return
    }
    var events = [Event](repeating: Event(), count: options.batch)
    var i = range.lowerBound
    while i < range.upperBound {
      var span = events.mutableSpan
      for index in span.indices { span[index] = P.event(i &+ UInt64(index)) }
      writer.write(events.span)
      i &+= UInt64(options.batch)
    }
  }
}

func subscribe(_ bus: Bus, _ options: Options, _ index: Int) -> Subscription {
  do {
    return try bus.subscribe(
      SubscriptionRequest(.everything, batch: options.take), name: "reader-\(index)")
  } catch {
    fail("\(error)")
  }
}
