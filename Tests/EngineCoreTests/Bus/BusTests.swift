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

}
