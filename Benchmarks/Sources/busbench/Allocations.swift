import CBench
import EngineCore

/// allocs: what the heap gives from publish to deliver once everything is warm. Needs the
/// interposer of alloc/, which alloc/run.sh preloads.
enum Allocations {
  private static let warmUpEvents: UInt64 = 200_000

  static func run(_ options: Options) -> Report {
    guard bench_allocation_count() >= 0 else {
      fail("the interposer is not there: run this through alloc/run.sh")
    }
    let measured = options.whole(options.events > 0 ? Double(options.events) : 1_000_000)
    let warmUp = options.whole(Double(warmUpEvents))
    let bus = Bus(capacity: options.slots, epoch: 1)
    let reader = Reader(
      bus: bus, subscription: subscribe(bus, options, 0), parks: options.parks)
    let outcome = Outcome()
    let reading = Thread {
      var sum: UInt64 = 0
      reader.read(warmUp + measured) { sum &+= Record.sum($0) }
      outcome.sum.store(sum, ordering: .releasing)
    }
    var writer = Writer(bus: bus, isExclusive: options.isExclusive, parks: options.parks)
    var events = [Event](repeating: Event(), count: options.batch)
    publish(0..<warmUp, &writer, &events)
    settle(reader.subscription)
    let count = bench_allocation_count()
    let bytes = bench_allocation_bytes()
    let started = bench_now()
    publish(warmUp..<warmUp + measured, &writer, &events)
    plant(options.planted)
    settle(reader.subscription)
    let seconds = Double(bench_now() - started) / 1e9
    let allocations = bench_allocation_count() - count
    let allocated = bench_allocation_bytes() - bytes
    reading.join()
    let sum = outcome.sum.load(ordering: .acquiring)
    return Report(
      options: options, events: measured, seconds: seconds,
      checksumOK: sum == Record.expected(warmUp + measured), allocations: allocations,
      allocatedBytes: allocated)
  }

  private static func publish(
    _ range: Range<UInt64>, _ writer: inout Writer, _ events: inout [Event]
  ) {
    var i = range.lowerBound
    while i < range.upperBound {
      if events.count == 1 {
        writer.write(Record.event(i))
      } else {
        var span = events.mutableSpan
        for index in span.indices { span[index] = Record.event(i &+ UInt64(index)) }
        writer.write(events.span)
      }
      i &+= UInt64(events.count)
    }
  }

  /// Until the reader has caught up.
  private static func settle(_ subscription: Subscription) {
    while subscription.lag > 0 { bench_nap(1_000_000) }
    bench_nap(5_000_000)
  }

  private static func plant(_ count: Int) {
    for _ in 0..<count {
      let piece = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
      piece.storeBytes(of: bench_now(), as: UInt64.self)
      piece.deallocate()
    }
  }
}
