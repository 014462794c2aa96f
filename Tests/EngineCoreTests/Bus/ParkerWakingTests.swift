import Synchronization
import Testing

@testable import EngineCore

@Suite("Waking an owner that sleeps in a way of its own", .timeLimit(.minutes(1)))
struct ParkerWakingTests {
  private final class Count: Sendable {
    let value = Atomic<Int>(0)
  }

  /// Were each a little dearer than the one before, they would not end within the suite's time.
  private static let wakes = 300_000

  @Test("costs the same however often it was woken before")
  func often() {
    let count = Count()
    let parker = Parker()
    parker.wakes { count.value.wrappingAdd(1, ordering: .relaxed) }
    for _ in 0..<Self.wakes where parker.lieDown() {
      parker.unpark()
      parker.rise()
    }
    #expect(count.value.load(ordering: .relaxed) == Self.wakes)
  }
}
