import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Publishers of the feed client", .timeLimit(.minutes(2)))
struct FeedPublisherTests {
  static func trades(_ prices: ClosedRange<Int64>, _ id: InstrumentID) -> [Event] {
    prices.map {
      Event(
        Trade(
          instrument: id, price: Price(raw: $0), eventTime: .zero, receiveTime: .zero))
    }
  }

  @Test(
    "over connections that break at any point every event is taken once, in order, or rejected",
    arguments: 0..<40)
  func exactlyOnce(seed: UInt64) async throws {
    var random = SeededRandom(seed: seed &+ 2_000)
    let world = try await FeedWorld(seed: seed)
    let publisher = await world.client.publisher(named: "p")
    let id = await publisher.define(Instrument(symbol: "X"))
    #expect(await publisher.define(Instrument(symbol: "X")) == id)
    var next: Int64 = 1
    while next <= 800 {
      let end = min(800, next + Int64.random(in: 0...60, using: &random))
      let sequence = try await publisher.publish(Self.trades(next...end, id))
      #expect(sequence == UInt64(end))
      next = end + 1
      if random.chance(25) { await world.feed.cut() }
      if random.chance(10) {
        let progress = try await publisher.flush()
        #expect(progress.decided == sequence)
      }
    }
    let progress = try await publisher.finish()
    let expected = (1...800).map { Int64($0) }.filter { $0 % 7 != 0 }
    #expect(await world.feed.taken == expected)
    #expect(progress.decided == 800)
    #expect(progress.accepted == UInt64(expected.count))
    #expect(progress.rejected == 114)
    let rejects = await publisher.takeRejects()
    #expect(rejects.listed.count + Int(rejects.others) == 114)
    #expect(rejects.listed.allSatisfy { $0.sequence % 7 == 0 })
    await #expect(throws: CallError(.failedPrecondition, "publish after finish")) {
      try await publisher.publish(Self.trades(1...1, id))
    }
    await world.client.close()
  }

  @Test("a publisher that cannot connect again says so to all who wait")
  func lost() async throws {
    let world = try await FeedWorld(
      seed: 3, reconnect: ReconnectPolicy(firstNanos: 10, maxNanos: 10, attemptsMax: 2))
    let publisher = await world.client.publisher(named: "p")
    let id = await publisher.define(Instrument(symbol: "X"))
    try await publisher.publish(Self.trades(1...1, id))
    try await publisher.flush()
    world.dials.refuse(99)
    await world.feed.cut()
    await #expect(throws: CallError(.unavailable, "connection refused")) {
      try await publisher.publish(Self.trades(2...500, id))
      try await publisher.flush()
    }
  }

  @Test("what was not acknowledged is sent again, with definitions, to a server that knows nothing")
  func state() throws {
    var state = PublisherState(maxPendingBytes: 1_000)
    state.define(DefinitionRecord(Instrument(symbol: "X"), id: InstrumentID(1)))
    let encoder = RecordEncoder(catalog: Catalog())
    for price in 1...5 { _ = state.add(.numbered(UInt64(price)), encoder) }
    #expect(state.nextPayload(limit: 4_096) == nil)
    try state.acknowledged(PublishAcknowledgement(epoch: 1, creditBytes: 260))
    // A frame holds what the credit allows, or one record more.
    #expect(state.nextPayload(limit: 4_096)?.count == 256)
    #expect(state.nextPayload(limit: 4_096) == nil)
    try state.acknowledged(
      PublishAcknowledgement(decided: 2, accepted: 2, epoch: 1, sequence: 40, creditBytes: 1_000))
    #expect(state.progress.position == StreamPosition(epoch: 1, next: 41))
    #expect(state.nextPayload(limit: 4_096)?.count == 128)
    state.connected()
    try state.acknowledged(PublishAcknowledgement(epoch: 2, creditBytes: 1_000))
    #expect(state.progress.decided == 2 && state.progress.accepted == 2)
    let payload = state.nextPayload(limit: 4_096)
    let again = try #require(payload)
    let records = try RecordCodecTests.records(again)
    #expect(records.count == 4)
    guard case .definition? = records.first, case .event(let event)? = records.last else {
      Issue.record("\(records)")
      return
    }
    #expect(event.sequence == 5)
    try state.acknowledged(PublishAcknowledgement(decided: 5, accepted: 3, epoch: 2))
    #expect(state.isSettled && state.pendingBytes == 0)
    #expect(state.progress.accepted == 5)
    #expect(throws: CallError.self) {
      try state.acknowledged(PublishAcknowledgement(decided: 6, epoch: 2))
    }
  }

  @Test("there is no room beyond the limit, whatever is added")
  func room() {
    var state = PublisherState(maxPendingBytes: 1_000)
    let encoder = RecordEncoder(catalog: Catalog())
    var count = 0
    while state.room > 0 {
      _ = state.add(.numbered(1), encoder)
      count += 1
    }
    #expect(state.pendingBytes <= 1_000)
    #expect(count >= 13)
  }
}
