import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Subscriptions of the feed client", .timeLimit(.minutes(2)))
struct FeedSubscriptionTests {
  @Test(
    "over connections that break at any point every event comes exactly once, or a gap names it",
    arguments: 0..<60)
  func resume(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed &+ 1_000)
    let world = try await FeedWorld(seed: seed)
    let only: UInt32? = random.chance(50) ? UInt32.random(in: 1...5, using: &random) : nil
    let start: SubscribeStart =
      random.chance(50) ? .live : .position(StreamPosition(epoch: ModelFeed.epoch, next: 1))
    await world.feed.grow(by: .random(in: 0...100, using: &random))
    let subscription = world.client.subscribe(
      SubscribeRequest(
        [only.map { "trade.\($0)" } ?? "trade.>"], start: start,
        options: random.chance(50) ? .compress : []))
    let total: UInt64 = 1_500
    var expected: UInt64?
    var seen = 0
    var lost: UInt64 = 0
    func isWanted(_ sequence: UInt64) -> Bool {
      only == nil || ModelFeed.instrument(of: sequence) == only
    }
    var iterator = subscription.makeAsyncIterator()
    var position: UInt64 = 0
    while position <= total {
      let room = total - (await world.feed.last)
      await world.feed.grow(by: min(room, .random(in: 1...30, using: &random)))
      if random.chance(10) {
        await world.feed.cut()
        let left = total - (await world.feed.last)
        if random.chance(20) { await world.feed.grow(by: min(left, 100)) }
      }
      let batch = try #require(try await iterator.next())
      if expected == nil {
        expected = start == .live ? batch.answer?.position.next : 1
      }
      for event in batch.events {
        let next = try #require(expected)
        let isGap = event.kind == .gap
        let first = isGap ? event.gap.first : event.sequence
        #expect(first >= next, "\(first) comes twice")
        for missed in next..<max(first, next) {
          #expect(!isWanted(missed), "\(missed) is missing without a gap")
        }
        if isGap {
          lost += event.gap.count
          expected = event.gap.last + 1
        } else {
          #expect(event == .numbered(first, instrument: ModelFeed.instrument(of: first)))
          #expect(
            subscription.catalog.instrument(event.instrument)?.symbol
              == "S\(event.instrument.raw)")
          seen += 1
          expected = first + 1
        }
      }
      #expect(batch.position.next >= (expected ?? 0))
      for passed in (expected ?? 0)..<batch.position.next {
        #expect(!isWanted(passed), "\(passed) was passed silently")
      }
      position = batch.position.next
      expected = max(expected ?? 0, position)
    }
    #expect(seen > 0)
    await world.client.close()
  }

  @Test("a snapshot that breaks off is asked for again, and then the stream resumes")
  func snapshot() async throws {
    let world = try await FeedWorld(seed: 5, windowBytes: 200)
    await world.feed.grow(by: 20)
    let subscription = world.client.subscribe(
      SubscribeRequest(["trade.>"], start: .snapshot))
    var iterator = subscription.makeAsyncIterator()
    for _ in 0..<3 { _ = try await iterator.next() }
    await world.feed.cut()
    var isOver = false
    while !isOver {
      let batch = try #require(try await iterator.next())
      for event in batch.events { #expect(event.flags.contains(.snapshot)) }
      isOver = batch.isSnapshotEnd
    }
    #expect(await world.feed.starts == [.snapshot, .snapshot])
    await world.feed.cut()
    await world.feed.grow(by: 1)
    var events: [UInt64] = []
    while events.isEmpty {
      let batch = try #require(try await iterator.next())
      events += batch.events.map(\.sequence)
    }
    #expect(events == [21])
    #expect(
      await world.feed.starts.last == .position(StreamPosition(epoch: ModelFeed.epoch, next: 21)))
    await world.client.close()
  }

  @Test("a refused connection is tried again, within the limit of attempts")
  func attempts() async throws {
    let world = try await FeedWorld(
      seed: 1, reconnect: ReconnectPolicy(firstNanos: 10, maxNanos: 10, attemptsMax: 3))
    var iterator = world.client.subscribe(SubscribeRequest(["trade.>"])).makeAsyncIterator()
    _ = try await iterator.next()
    world.dials.refuse(2)
    await world.feed.cut()
    await world.feed.grow(by: 1)
    while try await iterator.next()?.answer == nil {}
    world.dials.refuse(99)
    await world.feed.cut()
    do {
      while try await iterator.next() != nil {}
      Issue.record("it went on")
    } catch {
      #expect(error == CallError(.unavailable, "connection refused"))
    }
    #expect(world.dials.count == 1 + 3 + 3)
  }

  @Test("a request that the server refuses ends the subscription with its reason")
  func refused() async throws {
    let world = try await FeedWorld(seed: 1)
    let future = SubscribeStart.position(StreamPosition(epoch: ModelFeed.epoch, next: 99))
    var iterator = world.client.subscribe(
      SubscribeRequest(["trade.>"], start: future)
    ).makeAsyncIterator()
    await #expect(throws: CallError(.outOfRange, "in the future")) { try await iterator.next() }
    #expect(await world.feed.starts.count == 1)
    await world.client.close()
  }

  @Test("a token is sent on each connection, and a wrong one is not tried again")
  func token() async throws {
    let world = try await FeedWorld(seed: 1, feedToken: "secret", token: "secret")
    var iterator = world.client.subscribe(SubscribeRequest(["trade.>"])).makeAsyncIterator()
    _ = try await iterator.next()
    await world.feed.cut()
    while try await iterator.next()?.answer == nil {}
    #expect(await world.feed.starts.count == 2)
    await world.client.close()
    await #expect(throws: CallError(.unauthenticated, "unknown token")) {
      _ = try await FeedWorld(seed: 1, feedToken: "secret", token: "guess")
    }
  }

  @Test("intervals change while it runs and are asked for again after a loss")
  func update() async throws {
    let world = try await FeedWorld(seed: 1)
    let subscription = world.client.subscribe(SubscribeRequest(["trade.>"], policy: .conflate))
    await #expect(throws: CallError.self) { try await subscription.update(flushNanos: 1) }
    var iterator = subscription.makeAsyncIterator()
    _ = try await iterator.next()
    let intervals = try await subscription.update(conflationNanos: 5)
    #expect(intervals == SubscriptionIntervals(conflationNanos: 5, flushNanos: 0))
    #expect(await world.feed.updates.map(\.conflationNanos) == [5])
    await world.client.close()
  }

  @Test("a stream that the server ends well ends well, and cancelling ends it")
  func ends() async throws {
    let world = try await FeedWorld(seed: 1)
    var iterator = world.client.subscribe(SubscribeRequest(["trade.>"])).makeAsyncIterator()
    _ = try await iterator.next()
    await world.feed.finish()
    while try await iterator.next() != nil {}
    #expect(try await iterator.next() == nil)
    let other = world.client.subscribe(SubscribeRequest(["trade.>"]))
    var second = other.makeAsyncIterator()
    _ = try await second.next()
    await other.cancel()
    await #expect(throws: CallError(.cancelled, "cancelled by the caller")) {
      while try await second.next() != nil {}
    }
    let task = Task {
      for try await _ in world.client.subscribe(SubscribeRequest(["trade.>"])) {}
    }
    task.cancel()
    let result = await task.result
    #expect(throws: CallError.self) { try result.get() }
    await world.client.close()
  }
}
