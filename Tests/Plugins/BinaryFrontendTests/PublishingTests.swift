import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

@Suite("Binary frontend: publishing", .timeLimit(.minutes(1)))
struct PublishingTests {
  @Test("what is published is acknowledged, and comes out with the engine's names")
  func roundTrip() async throws {
    let stage = try await FeedStage()
    let client = try await stage.client()
    let subscription = client.subscribe(SubscribeRequest(["trade.>"]))
    var iterator = subscription.makeAsyncIterator()
    _ = try await iterator.next()
    let publisher = await client.publisher(named: "desk")
    let id = await publisher.define(Instrument(symbol: "EURUSD", pricePrecision: 5))
    for block in 0..<50 {
      try await publisher.publish(
        (1...1000).map { Ticks.trade(block * 1000 + $0, instrument: id.raw) })
    }
    let progress = try await publisher.finish()
    #expect(progress.accepted == 50_000 && progress.rejected == 0)
    let events = try await iterator.events(atLeast: 50_000).filter { $0.kind == .trade }
    #expect(events.map(\.trade.eventTime.nanoseconds) == (1...50_000).map { Int64($0) })
    let first = try #require(events.first)
    #expect(subscription.catalog.instrument(first.instrument)?.key == "EURUSD")
    #expect(stage.engine.catalog.name(UInt32(first.source.raw), in: .source) == "desk")
    await client.close()
  }

  @Test("rights: a token reads and publishes what it may, and nothing else")
  func rights() async throws {
    let stage = try await FeedStage(
      """
      "tokens":[{"name":"desk","token":"s3cret","subscribe":["trade.>"],"publish":["trade.A"]}]
      """)
    let nobody = try await stage.call()
    await #expect(throws: CallError.self) {
      _ = try await nobody.call("authenticate")
    }
    let wrong = await #expect(throws: CallError.self) {
      _ = try await stage.client(token: "wrong")
    }
    #expect(wrong?.code == .unauthenticated)
    let client = try await stage.client(token: "s3cret")
    var quotes = client.subscribe(SubscribeRequest(["quote.>"])).makeAsyncIterator()
    let denied = await #expect(throws: CallError.self) { _ = try await quotes.next() }
    #expect(denied?.code == .permissionDenied)
    let publisher = await client.publisher(named: "desk")
    let a = await publisher.define(Instrument(symbol: "A"))
    let b = await publisher.define(Instrument(symbol: "B"))
    try await publisher.publish([
      Ticks.trade(1, instrument: a.raw), Ticks.trade(2, instrument: b.raw),
      Ticks.quote(3, instrument: a.raw), Ticks.trade(4, instrument: a.raw),
    ])
    let progress = try await publisher.finish()
    #expect(progress.accepted == 2 && progress.rejected == 2)
    let rejects = await publisher.takeRejects()
    #expect(rejects.listed.map(\.sequence) == [2, 3])
    #expect(rejects.listed.allSatisfy { $0.code == .permissionDenied })
    await client.close()
  }
}
