import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: subscriptions", .timeLimit(.minutes(1)))
  struct SubscribingTests {
    @Test(
      "everything published after the answer comes, once and in order",
      arguments: [
        (">", false), ("trade.>", false), ("trade.S1", false), (">", true), ("trade.>", true),
      ])
    func live(subject: String, isCompressed: Bool) async throws {
      let stage = try await FeedStage()
      stage.define(1)
      let client = try await stage.client()
      let subscription = client.subscribe(
        SubscribeRequest([subject], options: isCompressed ? [.compress] : []))
      var iterator = subscription.makeAsyncIterator()
      let answer = try #require(try await iterator.next()?.answer)
      #expect(answer.policy == .disconnect && answer.resume == .notAsked)
      let count = 20_000
      let sent = Task { try stage.publish(1...count) }
      var trades: [Int64] = []
      while trades.count < count {
        let batch = try #require(try await iterator.next())
        trades += batch.events.filter { $0.kind == .trade }.map(\.trade.eventTime.nanoseconds)
      }
      #expect(trades == (1...count).map { Int64($0) })
      try await sent.value
      await client.close()
    }

    @Test("a feed of one symbol gets that symbol alone, and every event of it")
    func bySymbol() async throws {
      let stage = try await FeedStage()
      stage.define(10)
      let client = try await stage.client()
      var iterators: [FeedSubscription.Iterator] = []
      for symbol in [3, 7] {
        let subscription = client.subscribe(SubscribeRequest(["trade.S\(symbol)"]))
        var iterator = subscription.makeAsyncIterator()
        _ = try await iterator.next()
        iterators.append(iterator)
      }
      try stage.publish(1...5000, instruments: 10)
      for (index, symbol) in [3, 7].enumerated() {
        let events = try await iterators[index].events(atLeast: 500)
        #expect(events.allSatisfy { $0.instrument.raw == UInt32(symbol) })
        #expect(events.count == 500)
      }
      await client.close()
    }

    @Test("names are told before they are used, also those that come later")
    func names() async throws {
      let stage = try await FeedStage()
      stage.define(2)
      let client = try await stage.client()
      let subscription = client.subscribe(SubscribeRequest(["trade.S2", "trade.LATE"]))
      var iterator = subscription.makeAsyncIterator()
      let answer = try #require(try await iterator.next()?.answer)
      #expect(answer.warnings.count == 1 && answer.warnings[0].contains("LATE"))
      try stage.publish(2...3, instruments: 2)
      let late = stage.engine.catalog.define(Instrument(symbol: "LATE", pricePrecision: 5))
      // A plugin's publishing would announce it; here the test does.
      _ = try await stage.stats()
      let publisher = stage.engine.bus.publisher(role: .source)
      let definition = try #require(
        stage.engine.catalog.definitions(from: 0, atMost: 1000).last { $0.id == late.raw })
      #expect(publisher.publish(Event(definition)))
      #expect(publisher.publish(Ticks.trade(9, instrument: late.raw)))
      let events = try await iterator.events(atLeast: 2)
      #expect(events.filter { $0.kind == .trade }.map(\.instrument.raw) == [2, late.raw])
      #expect(subscription.catalog.instrument(late)?.symbol == "LATE")
      await client.close()
    }

    @Test("a snapshot holds the last values and joins what comes without hole or duplicate")
    func snapshot() async throws {
      let stage = try await FeedStage()
      stage.define(20)
      try stage.publish(1...1000, instruments: 20)
      let client = try await stage.client()
      let sent = Task { try stage.publish(1001...3000, instruments: 20) }
      let subscription = client.subscribe(SubscribeRequest(["trade.>"], start: .snapshot))
      var state: [UInt32: Int64] = [:]
      var news: [Int64] = []
      var isComplete = false
      for try await batch in subscription {
        for event in batch.events where event.kind == .trade {
          let number = event.trade.eventTime.nanoseconds
          if event.flags.contains(.snapshot) {
            #expect(!isComplete)
            state[event.instrument.raw] = number
          } else {
            news.append(number)
          }
        }
        isComplete = isComplete || batch.isSnapshotEnd
        if news.last == 3000 || (state.values.max() == 3000 && isComplete) { break }
      }
      #expect(isComplete && state.count == 20)
      let last = try #require(state.values.max())
      #expect(last >= 1000 && state.values.min() == last - 19)
      #expect(news == (last < 3000 ? Array(last + 1...3000) : []))
      try await sent.value
      await client.close()
    }

    @Test("a conflated feed has the newest of each instrument, and loses no volume")
    func conflated() async throws {
      let stage = try await FeedStage()
      stage.define(5)
      let client = try await stage.client()
      let subscription = client.subscribe(
        SubscribeRequest(["trade.>"], policy: .conflate, conflationNanos: 5_000_000))
      var iterator = subscription.makeAsyncIterator()
      _ = try await iterator.next()
      let sent = Task { try stage.publish(1...50_000, instruments: 5) }
      var count: UInt64 = 0
      var deliveries = 0
      while count < 50_000 {
        let batch = try #require(try await iterator.next())
        for event in batch.events where event.kind == .trade {
          deliveries += 1
          count += event.flags.contains(.conflated) ? event.tradeRange.count : 1
        }
      }
      #expect(count == 50_000 && deliveries < 25_000)
      try await sent.value
      await client.close()
    }

    @Test("a start at a position gets all that is kept, and is told what is gone")
    func resume() async throws {
      let stage = try await FeedStage("\"log\":\"1MiB\"")
      stage.define(1)
      try stage.publish(1...60_000)
      let client = try await stage.client()
      let epoch = stage.engine.bus.epoch
      let subscription = client.subscribe(
        SubscribeRequest([">"], start: .position(StreamPosition(epoch: epoch, next: 1))))
      var next: UInt64 = 1
      var lost: UInt64 = 0
      let last = stage.engine.bus.lastSequence
      for try await batch in subscription {
        if let answer = batch.answer { #expect(answer.resume == .partial) }
        for event in batch.events {
          if event.kind == .gap, event.sequence == 0 {
            #expect(event.gap.first == next)
            lost += event.gap.count
            next = event.gap.last + 1
          } else {
            #expect(event.sequence == next)
            next = event.sequence + 1
          }
        }
        if next > last { break }
      }
      #expect(lost > 0 && lost < last)
      await client.close()
    }
  }
}
