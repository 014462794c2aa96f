import CBench
import EngineCore
import Synchronization

/// lat200k: one publisher on an absolute schedule of 200,000 events a second, one reader.
enum Latency {
  private static let periodNanos: UInt64 = 5000
  private static let warmUpEvents: UInt64 = 100_000

  private final class Observed: Sendable {
    let latency = Mutex(Histogram())
    let sequences = Atomic<UInt64>(0)
    let behindMax = Atomic<UInt64>(0)
  }

  static func run(_ options: Options) -> Report {
    guard options.topology == "1to1", options.batch == 1 else { fail("lat200k runs 1to1") }
    let measured = UInt64(options.seconds * 1e9) / periodNanos
    let events = warmUpEvents + measured
    let bus = Bus(capacity: options.slots, epoch: 1)
    let reader = Reader(
      bus: bus, subscription: subscribe(bus, options, 0), parks: options.parks)
    let observed = Observed()
    let observing = Thread {
      if options.isPinned { bench_pin(1) }
      observe(reader, events, observed)
    }
    let pacing = Thread {
      if options.isPinned { bench_pin(0) }
      pace(bus, options, events, observed)
    }
    pacing.join()
    observing.join()
    return Report(
      options: options, events: measured, seconds: options.seconds,
      checksumOK: observed.sequences.load(ordering: .relaxed) == events * (events + 1) / 2,
      latency: observed.latency.withLock { $0 },
      behindMaxNanos: observed.behindMax.load(ordering: .relaxed))
  }

  /// Event i is due at started + i × period, whatever became of those before it.
  private static func pace(_ bus: Bus, _ options: Options, _ events: UInt64, _ observed: Observed) {
    var writer = Writer(bus: bus, isExclusive: options.isExclusive, parks: options.parks)
    let started = bench_now() + 20_000_000
    var behind: UInt64 = 0
    for i in 0..<events {
      let due = started + i * periodNanos
      while bench_now() < due {}
      let stamp = bench_now()
      writer.write(
        Event(
          Trade(
            instrument: InstrumentID(1), price: Price(raw: Int64(i)), size: Quantity(raw: 1),
            eventTime: Timestamp(nanoseconds: Int64(stamp)),
            receiveTime: Timestamp(nanoseconds: Int64(stamp)), venueSequence: i)))
      if i >= warmUpEvents { behind = max(behind, stamp - due) }
    }
    observed.behindMax.store(behind, ordering: .relaxed)
  }

  private static func observe(_ reader: Reader, _ events: UInt64, _ observed: Observed) {
    var latency = Histogram()
    var sequences: UInt64 = 0
    reader.read(events) { span in
      for index in span.indices {
        let event = span[index]
        let hop = bench_now() &- UInt64(event.trade.eventTime.nanoseconds)
        sequences &+= event.sequence
        if event.sequence > warmUpEvents { latency.add(hop) }
      }
    }
    observed.latency.withLock { $0 = latency }
    observed.sequences.store(sequences, ordering: .relaxed)
  }
}
