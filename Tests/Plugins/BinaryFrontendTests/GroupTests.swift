import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: feeds that share frames", .timeLimit(.minutes(2)))
  struct GroupTests {
    private static let count = 30_000
    private static let symbols = 4

    /// Subscribes to one symbol or to all, leaves early or changes its pace on the way, and checks
    /// that it gets each event of its subject from the first on.
    private func read(_ stage: FeedStage, _ seed: UInt64) async throws {
      var random = SeededRandom(seed: seed)
      let symbol = Int(random.next() % UInt64(Self.symbols + 1))
      let leavesAfter = random.next() % 3 == 0 ? Int(random.next() % 3000) : Int.max
      var changesAt = random.next() % 2 == 0 ? Int(random.next() % 3000) : Int.max
      let isCompressed = random.next() % 4 == 0
      let client = try await stage.client()
      let subscription = client.subscribe(
        SubscribeRequest(
          [symbol == 0 ? "trade.>" : "trade.S\(symbol)"],
          start: .position(StreamPosition(epoch: stage.engine.bus.epoch, next: 1)),
          options: isCompressed ? [.compress] : []))
      let step = Int64(symbol == 0 ? 1 : Self.symbols)
      // Numbers of a symbol: those that leave symbol − 1 over.
      let end = Int64(Self.count) - (symbol == 0 ? 0 : Int64(Self.symbols + 1 - symbol) % step)
      var last: Int64?
      var taken = 0
      for try await batch in subscription {
        for event in batch.events where event.kind == .trade {
          let number = event.trade.eventTime.nanoseconds
          if let last { #expect(number == last + step, "seed \(seed)") }
          if symbol > 0 { #expect(event.instrument.raw == UInt32(symbol)) }
          last = number
          taken += 1
        }
        if taken >= changesAt {
          changesAt = .max
          try await subscription.update(flushNanos: random.next() % 2 == 0 ? 3_000_000 : 1_000)
        }
        if taken >= leavesAfter || last == end { break }
      }
      if taken < leavesAfter { #expect(last == end, "seed \(seed)") }
      await client.close()
    }

    @Test(
      "each gets every event of its subject, while others come, go and change their pace",
      arguments: 0..<4 as Range<UInt64>)
    func sharing(seed: UInt64) async throws {
      let stage = try await FeedStage()
      stage.define(Self.symbols)
      try await withThrowingTaskGroup { tasks in
        for reader in 0..<16 as Range<UInt64> {
          tasks.addTask { try await read(stage, seed &* 100 &+ reader) }
        }
        tasks.addTask {
          // The readers come while it publishes, read the log, and catch up with it.
          for start in stride(from: 1, through: Self.count, by: 100) {
            try stage.publish(start...start + 99, instruments: Self.symbols)
            await Task.yield()
          }
        }
        try await tasks.waitForAll()
      }
    }
  }
}
