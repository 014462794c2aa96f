import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Reconnecting")
struct ReconnectPolicyTests {
  @Test("waits double up to the longest, between half and whole", arguments: 0..<20)
  func waits(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let policy = ReconnectPolicy(firstNanos: 100, maxNanos: 1_000)
    for (attempt, most) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1_000), (500, 1_000)] {
      let delay = policy.delayNanos(attempt: attempt, using: &random) ?? -1
      #expect((Int64(most) / 2...Int64(most)).contains(delay))
    }
    #expect(ReconnectPolicy.off.delayNanos(attempt: 1, using: &random) == nil)
    #expect(ReconnectPolicy(attemptsMax: 3).delayNanos(attempt: 4, using: &random) == nil)
  }
}
