import BinaryProtocol
import Testing

@Suite("Both sides together")
struct SimulationTests {
  @Test(
    "every call ends once, with all of its messages or a reason, on a line that cuts anywhere",
    arguments: 0..<200)
  func simulate(seed: UInt64) throws {
    var world = SimulatedWorld(seed: seed)
    try world.run(steps: 400)
    #expect(world.started == world.endings.count)
    #expect(world.endings.values.allSatisfy { $0 == 1 })
  }

  @Test("the same seed gives the same run", arguments: [3, 77])
  func repeats(seed: UInt64) throws {
    var first = SimulatedWorld(seed: seed)
    var second = SimulatedWorld(seed: seed)
    try first.run(steps: 300)
    try second.run(steps: 300)
    #expect(first.trace == second.trace)
    #expect(!first.trace.isEmpty)
  }
}
