import EngineCore
import Testing

@Suite("Spin budget")
struct SpinBudgetTests {
  @Test("news that comes later and later ends the spinning")
  func givesUp() {
    var budget = SpinBudget(max: 20_000)
    for _ in 0..<16 { budget.waited(1_000_000) }
    #expect(budget.nanos == 0)
  }

  @Test("news within the most that is spent brings all of it back")
  func returns() {
    var budget = SpinBudget(max: 20_000)
    for _ in 0..<16 { budget.waited(1_000_000) }
    budget.waited(20_000)
    #expect(budget.nanos == 20_000)
  }

  @Test("a single pause costs half, not all")
  func halves() {
    var budget = SpinBudget(max: 20_000)
    budget.waited(1_000_000)
    #expect(budget.nanos == 10_000)
  }

  @Test("nothing is ever spent when the most is 0", arguments: [0, 1, 1_000_000] as [Int64])
  func never(waited: Int64) {
    var budget = SpinBudget(max: 0)
    budget.waited(waited)
    #expect(budget.nanos == 0)
  }
}
