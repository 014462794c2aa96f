import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
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

    @Test("with a flush interval nothing is missing, and clients are told the interval")
    func flushInterval() async throws {
      let stage = try await FeedStage(#""flush":"20ms""#)
      let client = try await stage.client()
      let subscription = client.subscribe(SubscribeRequest(["trade.>"]))
      var iterator = subscription.makeAsyncIterator()
      _ = try await iterator.next()
      let shorter = try await subscription.update(flushNanos: 1_000_000)
      #expect(shorter.flushNanos == 20_000_000)
      let longer = try await subscription.update(flushNanos: 30_000_000)
      #expect(longer.flushNanos == 30_000_000)
      let publisher = await client.publisher(named: "desk")
      let id = await publisher.define(Instrument(symbol: "EURUSD", pricePrecision: 5))
      // In small pieces: they come while the server does not look.
      for number in 1...200 {
        try await publisher.publish([Ticks.trade(number, instrument: id.raw)])
        if number % 50 == 0 { try await publisher.flush() }
      }
      let progress = try await publisher.finish()
      #expect(progress.accepted == 200 && progress.rejected == 0)
      let events = try await iterator.events(atLeast: 200).filter { $0.kind == .trade }
      let isWhole = events.map(\.trade.eventTime.nanoseconds) == (1...200).map { Int64($0) }
      #expect(isWhole)
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

    @Test("rights to bars, watermarks and status are those to their subjects")
    func subjects() async throws {
      let stage = try await FeedStage(
        """
        "tokens":[{"name":"desk","token":"s3cret",
        "publish":["bar.A.1m","status.source.desk","watermark.desk"]}]
        """)
      let client = try await stage.client(token: "s3cret")
      var events = client.subscribe(SubscribeRequest(["status.>", "bar.>", "watermark.>"]))
        .makeAsyncIterator()
      _ = try await events.next()
      let publisher = await client.publisher(named: "desk")
      let a = await publisher.define(Instrument(symbol: "A"))
      let minute = try #require(await publisher.define(spec: "1m"))
      let other = try #require(await publisher.define(spec: "5m"))
      let time = Timestamp(nanoseconds: 7)
      try await publisher.publish([
        Ticks.bar(1, instrument: a.raw, spec: minute.raw),
        Ticks.bar(2, instrument: a.raw, spec: other.raw),
        Event(Status(scope: .source, code: .up, time: time)),
        Event(Status(scope: .instrument, code: .halted, instrument: a, time: time)),
        Event(Status(scope: .plugin, code: .failed, time: time)),
        Event(Watermark(scope: .source, id: 0, start: time, end: time)),
        Event(Watermark(scope: .spec, id: minute.raw, start: time, end: time)),
      ])
      let progress = try await publisher.finish()
      #expect(progress.accepted == 3 && progress.rejected == 4)
      let rejects = await publisher.takeRejects()
      #expect(rejects.listed.map(\.sequence) == [2, 4, 5, 7])
      #expect(rejects.listed.allSatisfy { $0.code == .permissionDenied })
      let taken = try await events.events(atLeast: 3).filter {
        $0.kind != .status || $0.status.scope == .source
      }
      #expect(taken.map(\.kind) == [.bar, .status, .watermark])
      // Who says nothing else means itself.
      let source = stage.engine.catalog.id(of: "desk", in: .source)
      #expect(taken[1].status.source.raw == source.map { UInt16($0) })
      #expect(stage.engine.catalog.text(taken[1].status.subject) == "desk")
      #expect(taken[2].watermark.id == source.map { UInt16($0) })
      await client.close()
    }

    @Test("a time that is not known is that of receipt, and receive times are the engine's own")
    func times() async throws {
      let stage = try await FeedStage()
      let client = try await stage.client()
      var events = client.subscribe(SubscribeRequest(["trade.>"])).makeAsyncIterator()
      _ = try await events.next()
      let publisher = await client.publisher(named: "desk")
      let id = await publisher.define(Instrument(symbol: "A"))
      let began = stage.engine.clock.now()
      for time in [Timestamp(nanoseconds: .min), Timestamp(nanoseconds: 5)] {
        try await publisher.publish([
          Event(
            Trade(
              instrument: id, price: Price(raw: 1), size: Quantity(raw: 1), eventTime: time,
              receiveTime: Timestamp(nanoseconds: 99)))
        ])
      }
      try await publisher.finish()
      let trades = try await events.events(atLeast: 2)
      #expect(trades.map { $0.flags.contains(.receiptTime) } == [true, false])
      #expect(trades[0].trade.eventTime == trades[0].trade.receiveTime)
      #expect(trades[1].trade.eventTime.nanoseconds == 5)
      #expect(trades.allSatisfy { $0.trade.receiveTime >= began })
      await client.close()
    }

    @Test("ids are from 1 to 65,535", arguments: [0, 65_536] as [UInt32])
    func ids(id: UInt32) async throws {
      let stage = try await FeedStage()
      let client = try await stage.greeted()
      _ = try await client.publish()
      let definition = DefinitionRecord(.source, id: id, text: "x")
      client.send(.data(stream: 1, flags: 0, payload: definition.encoded))
      #expect(try await client.status(of: 1)?.code == .resourceExhausted)
    }
  }
}
