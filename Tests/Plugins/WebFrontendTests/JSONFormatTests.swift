import BinaryProtocol
import EngineCore
import Fanout
import NIOCore
import Support
import Testing
import WebProtocol

@testable import WebFrontend

@Suite("Events as frames of JSON")
struct JSONFormatTests {
  /// A client whose socket has room unless a test says otherwise.
  final class Receiver: FeedReceiver {
    var frameBytesMax: Int { EncodedLog.segmentBytesMax }
    var isDirty = false
    var hasRoom = true
    var bytes: [UInt8] = []
    /// Frames that were made for it.
    var offers = 0

    func spend(_ payloadBytes: Int, on stream: UInt32) -> Bool {
      offers += 1
      return hasRoom
    }
    func write(_ frame: FeedFrame) { frame.write { bytes += Array($0.readableBytesView) } }
    func writeAtOnce(_ frame: ByteBuffer) -> Bool { false }
    func flushSocket() { isDirty = false }
    func end(_ feed: Feed, _ reason: FeedEnd) {}

    /// What was written, message by message.
    func messages() throws -> [JSONValue] {
      var decoder = WebSocketDecoder(role: .client)
      var position = 0
      var messages: [JSONValue] = []
      let input = bytes
      while let item = try decoder.next(input.raw, &position) {
        guard case .message(let message) = item else { continue }
        let text = decoder.withPayload(of: message, in: input.raw) { $0.copy() }
        messages.append(try JSONReader().read(text))
      }
      return messages
    }
  }

  private let catalog = Catalog()

  private func hub() -> FeedHub {
    for number in 1...4 { catalog.define(Instrument(symbol: "S\(number)")) }
    let clock = ManualClock()
    return FeedHub(
      JSONFormat(catalog: catalog, clock: clock, format: EventFormat(), compressionLevel: 1),
      catalog: catalog, clock: clock, epoch: 1, next: 1, settings: FeedLimits())
  }

  private func trades(_ numbers: ClosedRange<Int>) -> [Event] {
    numbers.map { number in
      var event = Ticks.trade(number, instrument: UInt32(number % 4 + 1))
      event.sequence = UInt64(number)
      return event
    }
  }

  private func request(
    _ subject: String, from: UInt64, in hub: FeedHub, policy: DeliveryPolicy = .dropOldest
  ) throws -> FeedRequest {
    FeedRequest(
      stream: 7,
      selection: Selection([try SubjectPattern(parsing: subject)], catalog: hub.catalog),
      policy: policy, from: from)
  }

  @Test("what waits in the open part of the log goes before the word that a client is live")
  func liveBehindEvents() throws {
    let hub = hub()
    let client = Receiver()
    hub.receive(trades(1...20).span)
    // Written, and sent to nobody yet.
    _ = hub.add(try request("trade.>", from: 1, in: hub), for: client)
    hub.service()
    let messages = try client.messages()
    let events = messages.prefix { $0["live"] == nil }.flatMap { $0["e"]?.array ?? [] }
    #expect(events.compactMap { $0["q"]?.int64 } == Array(1...20))
    #expect(messages.last?["live"]?.int64 == 21)
  }

  @Test("every way through the log gives the same events", arguments: 0..<20 as Range<UInt64>)
  func sameEvents(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let hub = hub()
    let subjects = [">", "trade.>", "trade.S2", "trade.S3"]
    var clients: [(subject: String, from: Int, client: Receiver)] = []
    var next = 1
    while next < 4000 {
      let count = Int(random.next() % 200) + 1
      hub.receive(trades(next...next + count - 1).span)
      next += count
      if random.next() % 3 > 0 { hub.flush() } else { hub.service() }
      if random.next() % 4 == 0 {
        let client = Receiver()
        let subject = subjects[Int(random.next() % 4)]
        let from = Int(random.next() % UInt64(next)) + 1
        _ = hub.add(try request(subject, from: UInt64(from), in: hub), for: client)
        clients.append((subject, from, client))
      }
    }
    for _ in 0..<400 { hub.flush() }
    for (subject, from, client) in clients {
      let got = try client.messages().flatMap { $0["e"]?.array ?? [] }.compactMap { $0["q"]?.int64 }
      let wanted = (from..<next).filter { number in
        subject.last == ">" || subject == "trade.S\(number % 4 + 1)"
      }
      #expect(got == wanted.map(Int64.init), "seed \(seed) \(subject) from \(from)")
    }
  }

  @Test("nothing is made for a client whose socket is full, and all of it once there is room")
  func fullSocket() throws {
    let hub = hub()
    let client = Receiver()
    let feed = hub.add(try request(">", from: 1, in: hub), for: client)
    hub.service()
    client.hasRoom = false
    let before = client.offers
    for number in 1...100 {
      hub.receive(trades(number...number).span)
      hub.flush()
    }
    #expect(client.offers == before + 1)
    client.hasRoom = true
    hub.resume(feed)
    for _ in 0..<100 { hub.service() }
    let got = try client.messages().flatMap { $0["e"]?.array ?? [] }.compactMap { $0["q"]?.int64 }
    #expect(got == Array(1...100))
  }

  @Test("a conflated feed whose socket was full has everything once")
  func fullSocketOfConflated() throws {
    let hub = hub()
    let client = Receiver()
    let feed = hub.add(try request("trade.>", from: 1, in: hub, policy: .conflate), for: client)
    hub.service()
    for number in 1...200 {
      client.hasRoom = number % 7 == 0
      if client.hasRoom { hub.resume(feed) }
      hub.receive(trades(number...number).span)
      hub.flush()
    }
    client.hasRoom = true
    hub.resume(feed)
    for _ in 0..<100 { hub.service() }
    let events = try client.messages().flatMap { $0["e"]?.array ?? [] }
    // Of several that were merged, how many they are.
    let sum = events.reduce(0) { $0 + ($1["m"]?["n"]?.int64 ?? 1) }
    #expect(sum == 200)
  }

  @Test("names that take more than the usual room are written whole")
  func longNames() throws {
    let hub = hub()
    let symbol = String(repeating: "long", count: 1000)
    let id = catalog.define(Instrument(symbol: symbol))
    var events = (1...5).map { Ticks.trade($0, instrument: id.raw) }
    for index in events.indices { events[index].sequence = UInt64(index + 1) }
    let client = Receiver()
    _ = hub.add(try request("trade.>", from: 1, in: hub), for: client)
    hub.receive(events.span)
    hub.flush()
    let got = try client.messages().flatMap { $0["e"]?.array ?? [] }
    #expect(got.count == 5 && got.allSatisfy { $0["S"]?.string == symbol })
  }
}
