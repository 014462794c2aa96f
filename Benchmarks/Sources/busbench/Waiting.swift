import CBench
import EngineCore

/// The same patience as in the drivers of the peers: some pauses, then the processor is given away.
struct Patience {
  private static let spinsBeforeYield = 20
  private var spins = 0

  @inline(__always)
  mutating func relax() {
    spins &+= 1
    if spins < Self.spinsBeforeYield {
      bench_pause()
    } else {
      spins = 0
      bench_yield()
    }
  }
}

/// A reader's loop: takes what there is, or waits in its way.
struct Reader {
  /// Before it parks: what a lane of the engine does by default.
  private static let spinNanosMax: Int64 = 20_000
  private static let coolDownSpins = 32
  private static let smallTake = 64

  let bus: Bus
  let subscription: Subscription
  let parks: Bool
  private let parker = Parker()

  init(bus: Bus, subscription: Subscription, parks: Bool) {
    self.bus = bus
    self.subscription = subscription
    self.parks = parks
  }

  /// Takes events until `count` sequences have been passed.
  @inline(__always)
  func read(_ count: UInt64, _ body: (borrowing Span<Event>) -> Void) {
    var passed: UInt64 = 0
    var budget = SpinBudget(max: Self.spinNanosMax)
    while passed < count {
      let took = subscription.poll(body)
      passed &+= UInt64(took)
      if took == 0 { waitForNews(&budget) } else if took < Self.smallTake { coolDown() }
    }
  }

  private func waitForNews(_ budget: inout SpinBudget) {
    var patience = Patience()
    guard parks else {
      while !subscription.hasNews { patience.relax() }
      return
    }
    let began = bench_now()
    while !subscription.hasNews {
      if bench_now() &- began < UInt64(budget.nanos) {
        patience.relax()
      } else {
        let subscription = subscription
        bus.sleep(
          parker, kinds: subscription.kindMask, isWaitingForRoom: false, nanos: nil,
          isIdle: { !subscription.hasNews })
      }
    }
    budget.waited(Int64(bench_now() &- began))
  }

  /// A reader that has just caught up leaves the publisher's cache line alone for a moment, as the
  /// reader of the C ring does.
  private func coolDown() {
    for _ in 0..<Self.coolDownSpins { bench_pause() }
  }
}

/// A publisher's loop: waits when the ring is full.
struct Writer: ~Copyable {
  private let bus: Bus
  private let publisher: Publisher
  private let parks: Bool
  private let parker = Parker()

  init(bus: Bus, isExclusive: Bool, parks: Bool) {
    self.bus = bus
    self.parks = parks
    publisher = bus.publisher(role: .source, isExclusive: isExclusive)
  }

  @inline(__always)
  mutating func write(_ event: Event) {
    if publisher.publish(event) { return }
    var patience = Patience()
    repeat { waitForRoom(&patience) } while !publisher.publish(event)
  }

  @inline(__always)
  mutating func write(_ events: borrowing Span<Event>) {
    var done = publisher.publish(events)
    if done == events.count { return }
    var patience = Patience()
    while done < events.count {
      waitForRoom(&patience)
      done += publisher.publish(events.extracting(done..<events.count))
    }
  }

  private func waitForRoom(_ patience: inout Patience) {
    guard parks else { return patience.relax() }
    let bus = bus
    bus.sleep(
      parker, kinds: 0, isWaitingForRoom: true, nanos: nil,
      isIdle: { bus.roomForSources() == 0 })
  }
}
