import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: where a subscription starts", .timeLimit(.minutes(1)))
  struct StartTests {
    /// A log that has forgotten its beginning, and its first sequence.
    private func forgetful() async throws -> (FeedStage, first: UInt64) {
      let stage = try await FeedStage("\"log\":\"1MiB\"")
      stage.define(1)
      try stage.publish(1...60_000)
      // Until everything is in the log, and what does not fit is out of it.
      let last = Int64(stage.engine.bus.lastSequence)
      var before: Int64 = -1
      let stats = try await stage.until { stats in
        let first = try #require(stats["log_first"]?.int64)
        defer { before = first }
        return try #require(stats["log_next"]?.int64) > last && first == before
      }
      return (stage, UInt64(try #require(stats["log_first"]?.int64)))
    }

    private static func records(_ frame: Frame?) throws -> [Record] {
      guard case .data(_, _, let payload)? = frame else { throw RawClient.Unexpected() }
      var decoder = RecordDecoder(payload.raw)
      var records: [Record] = []
      while let record = try decoder.next() { records.append(record) }
      return records
    }

    @Test("an incomplete resume: the position asked for, the gap, then definitions and events")
    func incomplete() async throws {
      let (stage, first) = try await forgetful()
      #expect(first > 20)
      let client = try await stage.greeted()
      let epoch = stage.engine.bus.epoch
      let answer = try await client.subscribe(
        SubscribeRequest(["trade.>"], start: .position(StreamPosition(epoch: epoch, next: 17))))
      #expect(answer.resume == .partial && answer.missing == 17...first - 1)
      #expect(answer.position == StreamPosition(epoch: epoch, next: 17))
      let records = try Self.records(try await client.next())
      guard case .position(let position)? = records.first, case .event(let event)? = records.last
      else {
        Issue.record("\(records)")
        return
      }
      #expect(position.epoch == epoch && position.next == 17)
      #expect(records.count == 2 && event.kind == .gap && event.gap.reason == .unavailable)
      #expect(event.gap.first == 17 && event.gap.last == first - 1)
      let definitions = try Self.records(try await client.next())
      #expect(!definitions.isEmpty)
      for record in definitions {
        guard case .definition(let definition) = record else {
          Issue.record("\(record)")
          return
        }
        // Told for this stream, not by the log.
        #expect(definition.sequence == 0 && definition.id > 0)
      }
      guard case .event(let trade)? = try Self.records(try await client.next()).first else {
        return #expect(Bool(false))
      }
      #expect(trade.sequence == first)
    }

    @Test("a complete resume has no gap, and sequence 0 means the first")
    func complete() async throws {
      let stage = try await FeedStage()
      stage.define(1)
      try stage.publish(1...100)
      let client = try await stage.greeted()
      let end = Int64(stage.engine.bus.lastSequence)
      try await stage.until { try #require($0["log_next"]?.int64) > end }
      let epoch = stage.engine.bus.epoch
      let next = UInt64(try #require(try await stage.stats()["log_next"]?.int64))
      for (index, asked) in [0, 1, 50, next].enumerated() {
        let answer = try await client.subscribe(
          SubscribeRequest(
            ["trade.>"], start: .position(StreamPosition(epoch: epoch, next: asked))),
          on: UInt32(index + 1))
        #expect(answer.resume == .complete && answer.missing == nil)
        #expect(answer.position.next == max(asked, 1))
        let records = try Self.records(try await client.next())
        guard records.count == 1, case .position(let position)? = records.first else {
          Issue.record("\(records)")
          return
        }
        #expect(position.next == max(asked, 1))
        client.send(.cancel(stream: UInt32(index + 1)), .ping(UInt64(index)))
        while let frame = try await client.next(), frame != .pong(UInt64(index)) {}
      }
    }

    @Test("a position of another epoch starts with the oldest event, and says what of it is gone")
    func anotherEpoch() async throws {
      let (stage, first) = try await forgetful()
      let client = try await stage.greeted()
      let epoch = stage.engine.bus.epoch
      // Also one that would lie in the future here: the numbers mean nothing.
      let asked = StreamPosition(epoch: epoch - 1, next: 1 << 40)
      let answer = try await client.subscribe(
        SubscribeRequest(["trade.>"], start: .position(asked)))
      #expect(answer.resume == .anotherEpoch && answer.missing == 1...first - 1)
      #expect(answer.position == StreamPosition(epoch: epoch, next: 1))
      let records = try Self.records(try await client.next())
      guard case .position(let position)? = records.first, case .event(let event)? = records.last
      else {
        Issue.record("\(records)")
        return
      }
      #expect(position.next == 1 && event.gap.first == 1 && event.gap.last == first - 1)

      let whole = try await FeedStage()
      let other = try await whole.greeted()
      let fresh = try await other.subscribe(SubscribeRequest([">"], start: .position(asked)))
      #expect(fresh.resume == .anotherEpoch && fresh.missing == nil && fresh.position.next == 1)
    }

    @Test("a start at a time begins with the first event not before it, if nothing older is gone")
    func times() async throws {
      let (stage, _) = try await forgetful()
      // Trade n has the time n; the log begins with some trade.
      let client = try await stage.client()
      func start(_ time: Int64) async throws -> (SubscribeAnswer, [Event]) {
        let subscription = client.subscribe(
          SubscribeRequest(["trade.>"], start: .time(Timestamp(nanoseconds: time))))
        var batches = subscription.makeAsyncIterator()
        let answer = try #require(try await batches.next()?.answer)
        let events = try await batches.events(atLeast: 1)
        await subscription.cancel()
        return (answer, events)
      }
      let (late, events) = try await start(59_000)
      #expect(late.resume == .complete && late.missing == nil)
      #expect(events.first?.trade.eventTime.nanoseconds == 59_000)
      #expect(late.position.next == events.first?.sequence)

      let (early, lost) = try await start(5)
      // What waited for a reader was closed for it, and may have pushed older events out.
      let first = UInt64(try #require(try await stage.stats()["log_first"]?.int64))
      #expect(early.resume == .partial && early.missing == 1...first - 1)
      #expect(early.position.next == 1)
      #expect(lost.first?.gap.first == 1 && lost.first?.gap.last == first - 1)

      // What the log still has whole is complete from any time on.
      let whole = try await FeedStage()
      whole.define(1)
      try whole.publish(1...10)
      let raw = try await whole.greeted()
      let all = try await raw.subscribe(
        SubscribeRequest(["trade.>"], start: .time(Timestamp(nanoseconds: -1))))
      #expect(all.resume == .complete)
      let none = try await raw.subscribe(
        SubscribeRequest(["trade.>"], start: .time(Timestamp(nanoseconds: .max))), on: 2)
      #expect(none.resume == .complete)
      #expect(none.position.next == whole.engine.bus.lastSequence + 1)
      await client.close()
    }
  }
}
