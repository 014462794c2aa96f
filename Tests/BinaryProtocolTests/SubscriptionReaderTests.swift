import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("The synchronous reader")
struct SubscriptionReaderTests {
  static var options: ClientOptions {
    ClientOptions(clientName: "load", streamWindowBytes: 4_096, capabilities: [.data, .zlib])
  }

  @Test(
    "it connects, subscribes, reads all and gives credit, on a line that cuts anywhere",
    arguments: 0..<50)
  func reads(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var server = ServerConnection(
      identity: ServerWire.identity, capabilities: [.data, .zlib], now: 0)
    var reader = SubscriptionReader(SubscribeRequest(["trade.>"]), options: Self.options)
    var toServer = reader.start(now: 0)
    var toClient: [UInt8] = []
    var next: UInt64 = 1
    var seen: [Event] = []
    let compressor = FrameCompressor()
    var isSubscribed = false
    for _ in 0..<4_000 where seen.count < 500 {
      for action in server.received(toServer, now: 0) {
        switch action {
        case .send(let bytes): toClient += bytes
        case .startCall(1, let request, _):
          #expect(try SubscribeRequest(decoding: request.payload).subjects == ["trade.>"])
          isSubscribed = true
          let answer = SubscriptionDecoderTests.answer()
          if case .send(let bytes) = server.send(answer.encoded, on: 1) { toClient += bytes }
        default: break
        }
      }
      toServer = []
      if isSubscribed, next <= 500 {
        let end = min(500, next + UInt64.random(in: 0...20, using: &random))
        let records = SubscriptionDecoderTests.bytes((next...end).map { .numbered($0) })
        let isCompressed = random.chance(50)
        var payload: [UInt8] = []
        if isCompressed {
          compressor.append(records.raw, to: &payload)
        } else {
          payload = records
        }
        if server.spend(payload.count, on: 1) == .granted {
          toClient += DataFrameTests.frame(payload, isCompressed: isCompressed)
          next = end + 1
        }
      }
      let count = Int.random(in: 0...min(toClient.count, 700), using: &random)
      let part = Array(toClient.prefix(count))
      toClient.removeFirst(count)
      toServer += reader.received(part.raw, now: 0) { batch in
        for index in batch.events.indices { seen.append(batch.events[index]) }
      }
    }
    #expect(seen == (1...500).map { .numbered($0) })
    #expect(reader.position == StreamPosition(epoch: 7, next: 501))
    #expect(reader.failure == nil)
  }

  @Test("when the server ends the call it closes, and says nothing more")
  func ended() {
    var server = ServerConnection(identity: ServerWire.identity, capabilities: .data, now: 0)
    var reader = SubscriptionReader(SubscribeRequest([">"]), options: Self.options)
    let acknowledged = server.received(reader.start(now: 0), now: 0).sent
    let asked = reader.received(acknowledged.raw, now: 0) { _ in }
    _ = server.received(asked, now: 0)
    let error = CallError(.permissionDenied, "no")
    let status = server.finish(1, with: error.status).sent
    let last = reader.received(status.raw, now: 0) { _ in }
    #expect(reader.isOver && reader.failure == error)
    #expect(server.received(last, now: 0).closeCode == .shutDown)
    let ping = FrameEncoder.encode(.ping(1))
    let more = reader.received(ping.raw, now: 0) { _ in }
    #expect(more.isEmpty)
  }

  @Test("a bad record ends it with DATA_LOSS and the position of before")
  func bad() throws {
    var server = ServerConnection(identity: ServerWire.identity, capabilities: .data, now: 0)
    var reader = SubscriptionReader(SubscribeRequest([">"]), options: Self.options)
    var bytes = server.received(reader.start(now: 0), now: 0).sent
    bytes = reader.received(bytes.raw, now: 0) { _ in }
    _ = server.received(bytes, now: 0)
    guard case .send(let answer) = server.send(SubscriptionDecoderTests.answer().encoded, on: 1)
    else {
      Issue.record("no credit")
      return
    }
    let records = SubscriptionDecoderTests.bytes([.numbered(4)]) + [1, 2, 3]
    var events = 0
    let sent = reader.received((answer + DataFrameTests.frame(records)).raw, now: 0) {
      events += $0.events.count
    }
    #expect(events == 1)
    #expect(reader.isOver)
    #expect(reader.failure?.code == .dataLoss)
    #expect(reader.position?.next == 5)
    #expect(
      server.received(sent, now: 0).contains { if case .cancelCall = $0 { true } else { false } })
  }
}
