import EngineCore
import Support
import Synchronization
import Testing

/// Real threads on one bus; meant to be run under the thread sanitizer too.
@Suite("Bus under threads", .timeLimit(.minutes(5)))
struct BusThreadTests {
  struct Seen: Sendable {
    var count = 0
    var gapped: UInt64 = 0
    var last: UInt64 = 0
    var checksum: UInt64 = 0
    var isOrdered = true
  }

  /// Reads until the last sequence, parking when there is nothing new.
  static func read(_ subscription: Subscription, from bus: Bus, until end: UInt64) -> Seen {
    var seen = Seen()
    let parker = Parker()
    while subscription.handled < end, !subscription.isClosed {
      let passed = subscription.poll { batch in
        for index in 0..<batch.count {
          let event = batch[index]
          if event.kind == .gap {
            if event.gap.first != seen.last + 1 { seen.isOrdered = false }
            seen.gapped += event.gap.count
            seen.last = event.gap.last
          } else {
            if event.sequence != seen.last + 1 { seen.isOrdered = false }
            seen.last = event.sequence
            seen.count += 1
            seen.checksum &+= UInt64(bitPattern: event.trade.price.raw)
          }
        }
      }
      if passed == 0 {
        bus.sleep(parker, kinds: .max, isWaitingForRoom: false, nanos: 1_000_000_000) {
          !subscription.hasNews
        }
      }
    }
    return seen
  }

  static func write(_ numbers: Range<Int>, to bus: Bus, batch: Int) async {
    let publisher = bus.publisher()
    var next = numbers.lowerBound
    while next < numbers.upperBound {
      let events = (next..<min(next + batch, numbers.upperBound)).map { Ticks.trade($0) }
      let count = publisher.publish(events.span)
      next += count
      if count == 0 { await Task.yield() }
    }
  }

  @Test(
    "three writers, lossless and lossy readers: each event once or in a gap",
    arguments: [1, 16])
  func manyToMany(batch: Int) async throws {
    let bus = Bus(capacity: 1024, epoch: 1)
    let total = 60_000
    let policies: [DeliveryPolicy] = [.lossless, .lossless, .dropOldest]
    let readers = try policies.map { policy in
      try bus.subscribe(SubscriptionRequest(.everything, policy: policy), name: "\(policy)")
    }
    let results = Mutex<[Int: Seen]>([:])
    let finished = Atomic<Int>(0)
    for (index, reader) in readers.enumerated() {
      let isStarted = TestThread.start {
        let seen = Self.read(reader, from: bus, until: UInt64(total))
        results.withLock { $0[index] = seen }
        finished.add(1, ordering: .releasing)
      }
      #expect(isStarted)
    }
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<3 {
        group.addTask {
          await Self.write(writer * total / 3..<(writer + 1) * total / 3, to: bus, batch: batch)
        }
      }
    }
    while finished.load(ordering: .acquiring) < readers.count { await Task.yield() }
    let expected = (0..<total).reduce(UInt64(0)) { $0 &+ UInt64($1) * 1_000_000_000 }
    results.withLock { results in
      for (index, policy) in policies.enumerated() {
        let seen = results[index] ?? Seen()
        #expect(seen.isOrdered)
        #expect(seen.count + Int(seen.gapped) == total)
        if policy == .lossless {
          #expect(seen.gapped == 0 && seen.checksum == expected)
        }
      }
    }
  }
}
