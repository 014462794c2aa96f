import BinaryProtocol
import EngineCore
import Glibc
import Support
import Synchronization
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: stopping and starting again", .timeLimit(.minutes(1)))
  struct StopTests {
    private static let count = Atomic<Int>(0)

    /// A path for a Unix socket, which is the same when the frontend comes back.
    private static func path() -> String {
      "/tmp/tickwire-stop-\(getpid())-\(count.add(1, ordering: .relaxed).newValue).sock"
    }

    private static let quick = ReconnectPolicy(firstNanos: 2_000_000, maxNanos: 10_000_000)

    @Test("a client that has not taken everything is told to go, and takes it first")
    func drains() async throws {
      let stage = try await FeedStage("\"drain\":\"1m\"")
      stage.define(1)
      let client = try await stage.greeted()
      _ = try await client.subscribe(SubscribeRequest(["trade.>"]), credit: 4096)
      try stage.publish(1...1000)
      async let stopped: Void = stage.stop()
      var numbers: [Int64] = []
      var status: CallStatus?
      var isToldToGo = false
      while let frame = try await client.next() {
        switch frame {
        case .goAway(let notice):
          #expect(notice.code == CloseCode.shutDown.rawValue && notice.lastStreamID == 1)
          isToldToGo = true
          client.send(.credit(stream: 1, bytes: 1 << 20))
          // It may not call any more.
          client.call("health", on: 3, isUnary: true)
        case .data(_, _, let payload):
          var decoder = RecordDecoder(payload.raw)
          while let record = try decoder.next() {
            guard case .event(let event) = record, event.kind == .trade else { continue }
            numbers.append(event.trade.eventTime.nanoseconds)
          }
        case .status(3, let refusal): #expect(refusal.code == .unavailable)
        case .status(1, let last): status = last
        default: break
        }
      }
      #expect(isToldToGo && status?.code == .unavailable)
      #expect(numbers == (1...1000).map { Int64($0) })
      await stopped
    }

    @Test("one that takes nothing is not waited for longer than the drain time")
    func drainTime() async throws {
      let clock = ManualClock()
      let stage = try await FeedStage("\"drain\":\"2s\"", clock: clock)
      stage.define(1)
      let client = try await stage.greeted()
      _ = try await client.subscribe(SubscribeRequest(["trade.>"]), credit: 4096)
      try stage.publish(1...1000)
      async let stopped: Void = stage.stop()
      guard case .goAway? = try await client.next(but: .data) else { return #expect(Bool(false)) }
      clock.advance(nanos: 2_000_000_000)
      #expect(try await client.status(of: 1)?.code == .unavailable)
      #expect(try await client.next() == nil)
      await stopped
    }

    @Test(
      "subscribers come back by themselves: every event once, or in a gap that says so",
      arguments: [100, 20_000])
    func subscribers(missed: Int) async throws {
      let path = Self.path()
      let stage = try await FeedStage("\"socket\":\"\(path)\"")
      stage.define(1)
      let client = try await stage.client(reconnect: Self.quick, unixPath: path)
      let subscription = client.subscribe(SubscribeRequest([">"]))
      var batches = subscription.makeAsyncIterator()
      var check = ContinuityCheck(from: try #require(try await batches.next()).position.next)
      var reconnects = 0
      for _ in 0..<3 {
        try stage.publish(1...500)
        await stage.stop()
        try stage.publish(501...500 + missed)
        await stage.start()
        try stage.publish(1...400)
        let last = stage.engine.bus.lastSequence
        while check.next <= last {
          let batch = try #require(try await batches.next())
          reconnects = max(reconnects, batch.reconnects)
          try check.take(batch.records)
        }
      }
      #expect(check.faults.isEmpty && reconnects == 3)
      // What the ring of 16,384 still has when it comes back is told after all.
      #expect(missed < 10_000 ? check.gaps.isEmpty : check.gaps.count == 3)
      #expect(check.gaps.allSatisfy { $0.reason == .unavailable })
      #expect(check.taken >= 3 * 1000)
      await client.close()
    }

    @Test("publishers come back by themselves: what they publish comes in once")
    func publishers() async throws {
      let path = Self.path()
      let stage = try await FeedStage(
        "\"socket\":\"\(path)\"",
        plugins: """
          {"name":"sink","type":"counting","config":{"reads":["trade"],"keeps":true}}
          """)
      let client = try await stage.client(reconnect: Self.quick, unixPath: path)
      let publisher = await client.publisher(named: "desk")
      let id = await publisher.define(Instrument(symbol: "EURUSD"))
      let isOver = Atomic<Bool>(false)
      let sent = Task {
        for block in 0..<60 {
          try await publisher.publish(
            (1...500).map { Ticks.trade(block * 500 + $0, instrument: id.raw) })
        }
        let progress = try await publisher.finish()
        isOver.store(true, ordering: .releasing)
        return progress
      }
      for _ in 1...3 {
        // Somewhere in the stream.
        try await stage.until {
          try #require($0["published"]?.int64) > 0 || isOver.load(ordering: .acquiring)
        }
        await stage.stop()
        await stage.start()
      }
      #expect(try await sent.value.rejected == 0)
      let diary = Diaries.of(stage.engine.catalog)["sink"]
      while diary.events.count < 30_000 { try await pause() }
      #expect(diary.events.map(\.trade.eventTime.nanoseconds) == (1...30_000).map { Int64($0) })
      await client.close()
    }
  }
}
