import CBench
import EngineCore

/// publish and deliver: the bus on one thread, for a tool that counts instructions. What the events
/// hold is made once, so that hardly anything but the bus is counted.
enum Instructions {
  static func run(_ options: Options) -> Report {
    let events = options.whole(options.events > 0 ? Double(options.events) : 1_000_000)
    let bus = Bus(capacity: options.slots, epoch: 1)
    let publisher = bus.publisher(isExclusive: options.isExclusive)
    let started = bench_now()
    let ok =
      options.workload == "deliver"
      ? deliver(events, publisher, subscribe(bus, options, 0), options)
      : publish(events, publisher, options)
    let seconds = Double(bench_now() - started) / 1e9
    return Report(
      options: options, events: events, seconds: seconds,
      checksumOK: ok)
  }

  private static func publish(
    _ events: UInt64, _ publisher: Publisher, _ options: Options
  ) -> Bool {
    let event = Record.event(1)
    let batch = [Event](repeating: event, count: options.batch)
    var published: UInt64 = 0
    while published < events {
      if options.batch == 1 {
        published += publisher.publish(event) ? 1 : 0
      } else {
        published += UInt64(publisher.publish(batch.span))
      }
    }
    return published == events
  }

  private static func deliver(
    _ events: UInt64, _ publisher: Publisher, _ reader: Subscription, _ options: Options
  ) -> Bool {
    let event = Record.event(1)
    let batch = [Event](repeating: event, count: options.batch)
    var published: UInt64 = 0
    var read: UInt64 = 0
    while published < events {
      if options.batch == 1 {
        published += publisher.publish(event) ? 1 : 0
      } else {
        published += UInt64(publisher.publish(batch.span))
      }
      reader.poll { read &+= UInt64($0.count) }
    }
    return published == events && read == events
  }
}
