import EngineCore
import Fanout
import NIOCore
import Support
import Testing
import WebProtocol

@testable import WebFrontend

@Suite("Rounds over clients that keep up")
struct RoundTests {
  /// Clients whose every write takes a millisecond, one instrument each.
  private final class Crowd {
    /// Which client was written to, one after the other.
    var order: [Int] = []
    let clock = ManualClock()
    let hub: FeedHub
    private(set) var clients: [Client] = []

    init(_ count: Int) throws {
      let catalog = Catalog()
      for number in 1...count { catalog.define(Instrument(symbol: "S\(number)")) }
      var limits = FeedLimits()
      limits.flushNanos = 20_000_000
      hub = FeedHub(
        JSONFormat(catalog: catalog, clock: clock, format: EventFormat(), compressionLevel: 1),
        catalog: catalog, clock: clock, epoch: 1, next: 1, settings: limits)
      for number in 1...count {
        let client = Client(number, of: self)
        clients.append(client)
        let subject = try SubjectPattern(parsing: "trade.S\(number)")
        _ = hub.add(
          FeedRequest(
            stream: 1, selection: Selection([subject], catalog: catalog), policy: .dropOldest,
            from: 1), for: client)
      }
      while hub.wantsTurn { hub.turnEnded(isBusy: false) }
      order = []
    }

    /// Trades with the next sequences, of these clients' instruments.
    func publish(_ numbers: [Int]) {
      let first = hub.log.next
      let events = numbers.enumerated().map { index, number in
        var event = Ticks.trade(index + 1, instrument: UInt32(number))
        event.sequence = first + UInt64(index)
        return event
      }
      hub.receive(events.span)
    }

    /// One turn of the lane.
    func turn() { hub.turnEnded(isBusy: false) }
  }

  private final class Client: FeedReceiver {
    private let number: Int
    private unowned let crowd: Crowd
    private let inner = JSONFormatTests.Receiver()

    init(_ number: Int, of crowd: Crowd) {
      self.number = number
      self.crowd = crowd
    }

    var frameBytesMax: Int { inner.frameBytesMax }
    var isDirty = false
    func spend(_ payloadBytes: Int, on stream: UInt32) -> Bool { true }
    func writeAtOnce(_ frame: ByteBuffer) -> Bool { false }
    func flushSocket() { isDirty = false }
    func end(_ feed: Feed, _ reason: FeedEnd) {}

    func write(_ frame: FeedFrame) {
      inner.write(frame)
      crowd.order.append(number)
      crowd.clock.advance(nanos: 1_000_000)
    }

    /// The sequences of each message with events.
    func events() throws -> [[Int64]] {
      try inner.messages().compactMap { $0["e"]?.array?.compactMap { $0["q"]?.int64 } }
    }
  }

  @Test("who comes late in a round gets in one message what came since it began")
  func growing() throws {
    let crowd = try Crowd(8)
    crowd.publish([1, 2, 3, 4, 5, 6, 7, 8])
    crowd.clock.advance(nanos: 20_000_000)
    crowd.turn()
    #expect(crowd.order.count < 8)
    #expect(crowd.hub.wantsTurn)
    crowd.publish([8, 1])
    while crowd.hub.wantsTurn { crowd.turn() }
    #expect(crowd.order == Array(1...8))
    #expect(try crowd.clients[7].events() == [[8, 9]])
    #expect(try crowd.clients[0].events() == [[1]])
    // Whoever was served before it came gets it in the next round.
    crowd.clock.advance(nanos: 20_000_000)
    while crowd.hub.wantsTurn || crowd.hub.hasUnflushed { crowd.turn() }
    #expect(crowd.order == Array(1...8) + [1])
    #expect(try crowd.clients[0].events() == [[1], [10]])
  }

  @Test("the next round begins before one is over, behind those who wait")
  func order() throws {
    let crowd = try Crowd(40)
    crowd.publish(Array((1...40).reversed()))
    crowd.clock.advance(nanos: 20_000_000)
    crowd.turn()
    let served = crowd.order
    // They waited for nobody, and have waited long enough before the others are through.
    crowd.publish(served)
    while crowd.hub.wantsTurn { crowd.turn() }
    #expect(crowd.order == Array((1...40).reversed()) + served)
  }

  @Test("one that leaves while others are served is not waited for")
  func leaving() throws {
    let crowd = try Crowd(8)
    crowd.publish([1, 2, 3, 4, 5, 6, 7, 8])
    crowd.clock.advance(nanos: 20_000_000)
    crowd.turn()
    let feed = try #require(crowd.hub.feeds[6])
    crowd.hub.remove(feed)
    while crowd.hub.wantsTurn { crowd.turn() }
    #expect(crowd.order == [1, 2, 3, 4, 5, 6, 8])
  }
}
