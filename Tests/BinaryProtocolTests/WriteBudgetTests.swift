import BinaryProtocol
import Testing

@Suite("Write budget")
struct WriteBudgetTests {
  @Test("full is said above the high mark and taken back below the low one")
  func marks() {
    var budget = WriteBudget(limitBytes: 100, highBytes: 50, lowBytes: 10)
    #expect(budget.offer(50) == .accepted)
    #expect(budget.offer(1) == .acceptedNowFull)
    #expect(budget.written(40) == false)
    #expect(budget.written(1) == true)
    #expect(budget.written(10) == false)
  }

  @Test("what would pass the limit is not taken")
  func limit() {
    var budget = WriteBudget(limitBytes: 100, highBytes: 50, lowBytes: 10)
    #expect(budget.offer(100) == .acceptedNowFull)
    #expect(budget.offer(1) == .overLimit)
    #expect(budget.pendingBytes == 100)
  }

  @Test("the bytes that wait are those that were taken and not written", arguments: 0..<50)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var budget = WriteBudget(limitBytes: 1000, highBytes: 500, lowBytes: 100)
    var waiting: [Int] = []
    for _ in 0..<500 {
      if random.chance(60) {
        let count = Int.random(in: 1...200, using: &random)
        if budget.offer(count) != .overLimit { waiting.append(count) }
      } else if let count = waiting.popLast() {
        _ = budget.written(count)
      }
      #expect(budget.pendingBytes == waiting.reduce(0, +))
      #expect(budget.pendingBytes <= 1000)
    }
  }
}
