import Support
import Synchronization
import Testing

@testable import EngineCore

@Suite("Who sleeps on a bus")
struct SleepingTests {
  /// Lies down on a bus, and counts how often it is woken.
  private final class Sleeper: Sendable {
    let parker = Parker()
    private let calls = Mutex(0)

    init(_ bus: Bus, kinds: UInt32 = 0, isWaitingForRoom: Bool = false, news: UInt64 = .max) {
      parker.wakes { [self] in calls.withLock { calls in calls += 1 } }
      _ = bus.beginSleep(
        parker, kinds: kinds, isWaitingForRoom: isWaitingForRoom, newsWanted: news)
      _ = parker.lieDown()
    }

    var isWoken: Bool { calls.withLock { $0 } > 0 }
  }

  private func reader(_ bus: Bus, batch: Int = 4) throws -> Subscription {
    try bus.subscribe(
      SubscriptionRequest(.everything, policy: .lossless, start: .live, batch: batch), name: "r")
  }

  private func publish(_ count: Int, on bus: Bus) {
    let events = (0..<count).map { Ticks.trade($0) }
    #expect(bus.publisher().publish(events.span) == count)
  }

  @Test("a reader behind another is woken by that one's progress, not by what is published")
  func behind() throws {
    let bus = Bus(capacity: 64, epoch: 1)
    let first = try reader(bus)
    let sleeper = Sleeper(bus, news: 5)
    publish(8, on: bus)
    #expect(!sleeper.isWoken)
    #expect(first.poll { _ in } == 4)
    #expect(!sleeper.isWoken, "four are handled; the fifth is what it waits for")
    #expect(first.poll { _ in } == 4)
    #expect(sleeper.isWoken)
  }

  @Test("a source is woken when the slowest reader has made room, and not before")
  func room() throws {
    let bus = Bus(capacity: 64, epoch: 1)
    let (quick, slow) = (try reader(bus, batch: 64), try reader(bus, batch: 64))
    publish(64, on: bus)
    let source = Sleeper(bus, isWaitingForRoom: true)
    while quick.poll({ _ in }) > 0 {}
    #expect(!source.isWoken)
    while slow.poll({ _ in }) > 0 {}
    #expect(source.isWoken)
  }

  @Test("who waits for a reader that goes away is woken")
  func gone() throws {
    let bus = Bus(capacity: 64, epoch: 1)
    let first = try reader(bus)
    publish(8, on: bus)
    let sleeper = Sleeper(bus, news: 1)
    let source = Sleeper(bus, isWaitingForRoom: true)
    first.close()
    #expect(sleeper.isWoken && source.isWoken)
  }
}
