import EngineCore
import Support
import Testing

@Suite("Bus")
struct BusTests {
  static let trades = Interest(kinds: [.trade])

  static func publish(_ range: Range<Int>, on bus: Bus, as make: (Int) -> Event) -> Int {
    let events = range.map(make)
    let count = bus.publisher().publish(events.span)
    return count
  }

  static func drain(_ subscription: Subscription) -> [Event] {
    var events: [Event] = []
    var passed = 1
    while passed > 0 {
      passed = subscription.poll { batch in
        for index in 0..<batch.count { events.append(batch[index]) }
      }
    }
    return events
  }

  @Test("events get sequences from 1 without holes, and arrive in order")
  func sequences() throws {
    let bus = Bus(capacity: 64, epoch: 7)
    let reader = try bus.subscribe(SubscriptionRequest(.everything), name: "r")
    #expect(Self.publish(1..<11, on: bus) { Ticks.trade($0) } == 10)
    let events = Self.drain(reader)
    #expect(events.map(\.sequence) == Array(1...10))
    #expect(events.map(\.trade.price.raw) == (1...10).map { $0 * 1_000_000_000 })
    #expect(reader.metrics.delivered == 10)
  }

  @Test("a lossless reader that stands still stops the publisher, not before the ring is full")
  func backPressure() throws {
    let bus = Bus(capacity: 64, epoch: 7)
    let reader = try bus.subscribe(SubscriptionRequest(Self.trades, batch: 5), name: "r")
    #expect(Self.publish(0..<100, on: bus) { Ticks.trade($0) } == 64)
    #expect(Self.publish(64..<100, on: bus) { Ticks.trade($0) } == 0)
    var seen = 0
    let passed = reader.poll { batch in seen = batch.count }
    #expect(passed == 5 && seen == 5)
    #expect(Self.publish(64..<100, on: bus) { Ticks.trade($0) } == 5)
  }

  @Test("a reader gets what matches and nothing else")
  func interest() throws {
    let bus = Bus(capacity: 256, epoch: 7)
    let wanted = Interest(kinds: [.trade, .bar], instruments: [InstrumentID(2)])
    let reader = try bus.subscribe(SubscriptionRequest(wanted), name: "r")
    let lossy = try bus.subscribe(
      SubscriptionRequest(wanted, policy: .dropOldest), name: "l")
    _ = Self.publish(0..<120, on: bus) { number in
      let instrument = UInt32(number % 3 + 1)
      return number % 2 == 0
        ? Ticks.trade(number, instrument: instrument) : Ticks.quote(number, instrument: instrument)
    }
    _ = Self.publish(0..<6, on: bus) { Ticks.bar($0, instrument: UInt32($0 % 3 + 1)) }
    for events in [Self.drain(reader), Self.drain(lossy)] {
      #expect(events.count == 22, "20 trades and 2 bars")
      #expect(events.allSatisfy { $0.instrument == InstrumentID(2) && $0.kind != .quote })
    }
    #expect(reader.lag == 0)
  }

  @Test("a slow drop-oldest reader is told the exact range that it lost")
  func dropOldest() throws {
    let bus = Bus(capacity: 64, epoch: 7)
    let reader = try bus.subscribe(
      SubscriptionRequest(.everything, policy: .dropOldest), name: "slow", nameID: TextID(3))
    for start in stride(from: 0, to: 1000, by: 10) {
      #expect(Self.publish(start..<start + 10, on: bus) { Ticks.trade($0) } == 10)
    }
    let events = Self.drain(reader)
    let gap = try #require(events.first)
    #expect(gap.kind == .gap && gap.gap.subscriber == TextID(3))
    #expect(gap.gap.first == 1 && gap.gap.count == gap.gap.last)
    #expect(gap.gap.reason == .overrun)
    // Everything after the gap is there, up to the end.
    #expect(events.dropFirst().map(\.sequence) == Array(gap.gap.last + 1...1000))
    #expect(reader.metrics.dropped == gap.gap.count)
  }

  @Test("a slow disconnect reader is cut off with a gap and gets nothing more")
  func disconnect() throws {
    let bus = Bus(capacity: 64, epoch: 7)
    let reader = try bus.subscribe(
      SubscriptionRequest(.everything, policy: .disconnect), name: "slow")
    for start in stride(from: 0, to: 100, by: 10) {
      _ = Self.publish(start..<start + 10, on: bus) { Ticks.trade($0) }
    }
    let events = Self.drain(reader)
    #expect(events.count == 1 && events[0].gap.reason == .disconnected)
    #expect(reader.isClosed)
    _ = Self.publish(0..<10, on: bus) { Ticks.trade($0) }
    #expect(Self.drain(reader).isEmpty)
  }

  @Test("a conflating reader gets the newest quote and the range of the trades")
  func conflate() throws {
    let bus = Bus(capacity: 256, epoch: 7)
    let reader = try bus.subscribe(
      SubscriptionRequest(.everything, policy: .conflate), name: "c")
    _ = Self.publish(1..<11, on: bus) { Ticks.quote($0) }
    let prices = [5, 9, 2, 7]
    let publisher = bus.publisher()
    for price in prices { _ = publisher.publish(Ticks.trade(price)) }
    _ = publisher.publish(Ticks.trade(1, instrument: 2))
    let events = Self.drain(reader)
    #expect(events.count == 3)
    #expect(events[0].quote.bid.raw == 10 && events[0].sequence == 10)
    let range = events[1].tradeRange
    #expect(events[1].flags.contains(.conflated))
    #expect(range.first == Price(raw: 5_000_000_000) && range.last == Price(raw: 7_000_000_000))
    #expect(range.high == Price(raw: 9_000_000_000) && range.low == Price(raw: 2_000_000_000))
    #expect(range.count == 4 && range.volume == 4_000_000_000)
    #expect(!events[2].flags.contains(.conflated))
    #expect(reader.metrics.conflated == 12)
  }

  @Test("a reader behind another sees nothing that the other has not handled")
  func behind() throws {
    let bus = Bus(capacity: 64, epoch: 7)
    let journal = try bus.subscribe(SubscriptionRequest(.everything, batch: 3), name: "journal")
    let front = try bus.subscribe(
      SubscriptionRequest(.everything, policy: .dropOldest), name: "front", behind: [journal])
    _ = Self.publish(0..<10, on: bus) { Ticks.trade($0) }
    #expect(Self.drain(front).isEmpty)
    journal.poll { _ in }
    #expect(Self.drain(front).map(\.sequence) == [1, 2, 3])
    journal.close()
    #expect(Self.drain(front).map(\.sequence) == Array(4...10))
  }

  @Test("a reader that starts after a position gets everything since, or an exact gap")
  func positions() throws {
    let bus = Bus(capacity: 64, epoch: 7)
    _ = Self.publish(0..<10, on: bus) { Ticks.trade($0) }
    func start(_ position: StartPosition) throws -> [Event] {
      let reader = try bus.subscribe(
        SubscriptionRequest(.everything, start: position), name: "r")
      let events = Self.drain(reader)
      reader.close()
      return events
    }
    #expect(try start(.live).isEmpty)
    #expect(try start(.oldest).map(\.sequence) == Array(1...10))
    #expect(try start(.after(epoch: 7, sequence: 4)).map(\.sequence) == Array(5...10))
    let other = try start(.after(epoch: 6, sequence: 4))
    #expect(other.map(\.sequence) == Array(1...10), "of another log everything is new")
    for _ in 0..<20 { _ = Self.publish(0..<10, on: bus) { Ticks.trade($0) } }
    let late = try start(.after(epoch: 7, sequence: 4))
    #expect(late[0].kind == .gap && late[0].gap.first == 5 && late[0].gap.last == 146)
    #expect(late[0].gap.reason == .unavailable)
    #expect(late.dropFirst().map(\.sequence) == Array(147...210))
  }

  @Test("sources keep a distance from readers that publish, so that these always find room")
  func sourceWindow() throws {
    let bus = Bus(capacity: 64, epoch: 7)
    let deriving = try bus.subscribe(
      SubscriptionRequest(Self.trades), name: "bars", isDeriving: true)
    let source = bus.publisher(role: .source)
    let derived = bus.publisher(role: .deriving)
    let ticks = (0..<64).map { Ticks.trade($0) }
    let fromSource = source.publish(ticks.span)
    #expect(fromSource == 16)
    #expect(bus.roomForSources() == 0)
    let fromReader = derived.publish(ticks.span)
    #expect(fromReader == 48)
    deriving.close()
    let afterwards = source.publish(ticks.span)
    #expect(afterwards == 64)
  }

  @Test("no more readers than the bus has room for")
  func tooMany() throws {
    let bus = Bus(capacity: 64, epoch: 7)
    var readers: [Subscription] = []
    for _ in 0..<Bus.readersMax {
      readers.append(try bus.subscribe(SubscriptionRequest(.everything), name: "r"))
    }
    let request = SubscriptionRequest(.everything)
    #expect(throws: SubscribeError.tooManyReaders) {
      _ = try bus.subscribe(request, name: "one too many")
    }
    readers[3].close()
    _ = try bus.subscribe(request, name: "again")
  }
}
