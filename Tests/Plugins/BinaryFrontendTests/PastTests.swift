import BinaryProtocol
import EngineCore
import Foundation
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: subscriptions that begin in the kept log", .timeLimit(.minutes(1)))
  struct PastTests {
    /// A frontend that remembers little, and a journal with all of it.
    private final class Kept {
      let folder: String
      private(set) var stage: FeedStage

      init() async throws {
        folder =
          FileManager.default.temporaryDirectory.appending(path: "tickwire-\(UUID().uuidString)")
          .path(percentEncoded: false)
        stage = try await Self.open(folder)
        stage.define(10)
        try publish(1...100_000)
        try await settle()
      }

      deinit { try? FileManager.default.removeItem(atPath: folder) }

      private static func open(_ folder: String) async throws -> FeedStage {
        try await FeedStage(
          #""log":"1MiB""#,
          plugins: #"{"name":"kept","type":"journal","config":{"folder":"\#(folder)"}}"#)
      }

      /// Trade n comes n nanoseconds after everything else that happens here.
      func publish(_ numbers: ClosedRange<Int64>) throws {
        let publisher = stage.engine.bus.publisher(role: .source)
        for number in numbers {
          let event = Event(
            Trade(
              instrument: InstrumentID(UInt32(number % 10 + 1)), price: Price(raw: number),
              size: Quantity(raw: 1), eventTime: Timestamp(nanoseconds: Kept.begin + number),
              receiveTime: .zero))
          while !publisher.publish(event) { try Task.checkCancellation() }
        }
      }

      static let begin: Int64 = 4_000_000_000_000_000_000

      /// The engine ends, and another one goes on.
      func restart() async throws {
        let engine = stage.engine
        await withCheckedContinuation { done in engine.stop { done.resume() } }
        stage = try await Self.open(folder)
      }

      /// Until the frontend has everything, and has forgotten the beginning.
      func settle() async throws {
        let last = Int64(stage.engine.bus.lastSequence)
        try await stage.until { try #require($0["log_next"]?.int64) >= last }
      }
    }

    /// The numbers of trades that come, until `last` has; nothing may be told as lost.
    private func numbers(
      _ subscription: FeedSubscription, until last: Int64
    ) async throws -> [Int64] {
      var numbers: [Int64] = []
      for try await batch in subscription {
        for event in batch.events {
          #expect(event.kind != .gap, "\(event.gap)")
          if event.kind == .trade { numbers.append(event.trade.price.raw) }
        }
        if numbers.last == last { break }
      }
      return numbers
    }

    @Test(
      "what is older than memory comes from the journal, then what is new, each once",
      arguments: [DeliveryPolicy.dropOldest, .disconnect])
    func everything(policy: DeliveryPolicy) async throws {
      let kept = try await Kept()
      let stage = kept.stage
      let client = try await stage.client()
      let subscription = client.subscribe(
        SubscribeRequest(
          ["trade.>"], policy: policy,
          start: .position(StreamPosition(epoch: stage.engine.bus.epoch, next: 1))))
      async let found = numbers(subscription, until: 130_000)
      try kept.publish(100_001...130_000)
      let isRight = try await found == Array(1...130_000)
      #expect(isRight)
      await client.close()
    }

    @Test("a start at a time long ago finds its place, and a filter gets its own")
    func times() async throws {
      let kept = try await Kept()
      let client = try await kept.stage.client()
      let subscription = client.subscribe(
        SubscribeRequest(
          ["trade.S4"], start: .time(Timestamp(nanoseconds: Kept.begin + 777))))
      var batches = subscription.makeAsyncIterator()
      let answer = try #require(try await batches.next()?.answer)
      #expect(answer.resume == .complete && answer.missing == nil)
      var numbers: [Int64] = []
      while numbers.last != 99_993 {
        let events = try await batches.events(atLeast: 1)
        numbers += events.filter { $0.kind == .trade }.map(\.trade.price.raw)
      }
      let isRight = numbers == Array(stride(from: 783, through: 99_993, by: 10))
      #expect(isRight, "\(numbers.prefix(3)), \(numbers.count) of them")
      await client.close()
    }

    @Test("after a restart a client goes on from the position it had, long ago")
    func restarts() async throws {
      let kept = try await Kept()
      let epoch = kept.stage.engine.bus.epoch
      try await kept.restart()
      let stage = kept.stage
      #expect(stage.engine.bus.epoch == epoch)
      try kept.publish(100_001...100_500)
      let client = try await stage.client()
      let subscription = client.subscribe(
        SubscribeRequest(
          ["trade.>"], start: .position(StreamPosition(epoch: epoch, next: 1))))
      let isRight = try await numbers(subscription, until: 100_500) == Array(1...100_500)
      #expect(isRight)
      await client.close()
    }

    @Test("everything that is kept has each sequence once")
    func continuous() async throws {
      let kept = try await Kept()
      let stage = kept.stage
      let raw = try await stage.greeted()
      let answer = try await raw.subscribe(
        SubscribeRequest(
          [">"], start: .position(StreamPosition(epoch: stage.engine.bus.epoch, next: 1))))
      #expect(answer.resume == .complete)
      var check = ContinuityCheck(from: 1)
      while check.next <= 100_000, let frame = try await raw.next() {
        guard case .data(let stream, _, let payload) = frame else { continue }
        raw.send(.credit(stream: stream, bytes: UInt32(payload.count + 12)))
        try check.take(payload)
      }
      #expect(check.next > 100_000 && check.gaps.isEmpty)
      #expect(check.faults.isEmpty, "\(check.faults.prefix(3))")
    }

    @Test("many begin in the past at once, and all get it")
    func many() async throws {
      let kept = try await Kept()
      let stage = kept.stage
      let epoch = stage.engine.bus.epoch
      try await withThrowingTaskGroup(of: Int.self) { group in
        // More than may be read at a time.
        for _ in 0..<80 {
          group.addTask {
            let client = try await stage.client()
            let subscription = client.subscribe(
              SubscribeRequest(
                ["trade.S1"], start: .position(StreamPosition(epoch: epoch, next: 1))))
            let count = try await numbers(subscription, until: 100_000).count
            await client.close()
            return count
          }
        }
        for try await count in group { #expect(count == 10_000) }
      }
    }
  }
}
