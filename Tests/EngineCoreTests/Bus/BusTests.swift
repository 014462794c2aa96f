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

}
