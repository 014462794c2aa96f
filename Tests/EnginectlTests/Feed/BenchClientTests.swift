import EngineCore
import Testing

@testable import BinaryProtocol
@testable import enginectl

/// The clients of the load generator against the server's side of a connection, both as values.
@Suite("Clients of the load generator")
struct BenchClientTests {
  private static func time(_ nanos: Int64) -> BenchTime {
    BenchTime(monotonic: nanos, wall: 1_000_000 + nanos)
  }

  private static var plan: BenchPlan {
    var plan = BenchPlan()
    plan.symbols = 3
    plan.batch = 4
    plan.source = "bench-1"
    plan.token = "secret"
    return plan
  }

  private static let options = ClientOptions(
    clientName: "test", capabilities: [.data, .zlib])

  /// A publisher whose server has given it credit and acknowledged its first event.
  private func publisher(_ server: inout BenchServer, credit: UInt32 = 1 << 20) throws
    -> BenchPublisher
  {
    var client = BenchPublisher(Self.plan, index: 0, options: Self.options)
    let hello = server.received(client.start(at: Self.time(0)))
    _ = server.received(client.received(hello.raw, at: Self.time(0)))
    let stream = try #require(server.calls.first?.stream)
    server.grant(credit, on: stream)
    #expect(client.pump(at: Self.time(0)) == BenchOutput())
    let first = acknowledge(&server, credit: credit)
    _ = client.received(first.raw, at: Self.time(0))
    while true {
      let output = client.pump(at: Self.time(0))
      _ = server.received(output.bytes)
      if output.next == .waits { break }
    }
    #expect(!client.isReady)
    let second = acknowledge(&server, decided: 1, accepted: 1, credit: 0)
    _ = client.received(second.raw, at: Self.time(0))
    #expect(client.isReady)
    return client
  }

  private func acknowledge(
    _ server: inout BenchServer, decided: UInt64 = 0, accepted: UInt64 = 0, credit: UInt32
  ) -> [UInt8] {
    server.message(
      PublishAcknowledgement(
        decided: decided, accepted: accepted, epoch: 7, creditBytes: credit
      ).encoded, on: server.calls[0].stream)
  }

  @Test("a publisher says who it is, defines its symbols and sends one event first")
  func opening() throws {
    var server = BenchServer()
    _ = try publisher(&server)
    let call = server.calls[0].request
    #expect(call.method == "publish" && call.metadata == [MetadataPair("token", "secret")])
    #expect(try PublishRequest(decoding: call.payload).name == "bench-1")
    let records = try server.data.flatMap { try server.records($0) }
    #expect(records.count == 4)
    for (index, record) in records.prefix(3).enumerated() {
      guard case .definition(let definition) = record else { throw Unexpected() }
      #expect(definition.id == UInt32(index + 1) && definition.text == "BENCH\(index + 1)")
    }
    guard case .event(let event) = records[3] else { throw Unexpected() }
    #expect(event.sequence == 1 && event.kind == .trade)
  }

  private struct Unexpected: Error {}

  @Test("at a rate events go out when they are due, stamped with that time")
  func rate() throws {
    var server = BenchServer()
    var client = try publisher(&server)
    server.data = []
    // One event each millisecond, from 10 ms on for 5 ms.
    client.begin(Pacer(rate: 1_000, beginNanos: 10_000_000, endNanos: 15_000_000))
    let early = client.pump(at: Self.time(9_000_000))
    #expect(early.bytes == [] && early.next == .at(10_000_000))
    let due = client.pump(at: Self.time(12_500_000))
    _ = server.received(due.bytes)
    let events = try server.records(server.data[0])
    let stamps = events.compactMap { record -> UInt64? in
      if case .event(let event) = record { event.trade.venueSequence } else { nil }
    }
    #expect(stamps == [10_000_000, 11_000_000, 12_000_000])
    #expect(client.pump(at: Self.time(12_500_000)).next == .at(13_000_000))
    #expect(client.report.sent == 3)
  }

  @Test("a frame has at most as many events as the plan says, and credit ends")
  func credit() throws {
    var server = BenchServer()
    var client = try publisher(&server, credit: 1_000)
    server.data = []
    client.begin(Pacer(rate: nil, beginNanos: 0, endNanos: 1_000_000_000))
    var frames = 0
    while true {
      let output = client.pump(at: Self.time(1_000))
      guard !output.bytes.isEmpty else { break }
      _ = server.received(output.bytes)
      frames += 1
      try #require(frames < 100)
    }
    // What the opening used: 3 names and an event, each of 64 bytes, in two frames.
    let left = 1_000 - 3 * 64 - 12 - 64 - 12
    let perFrame = 4 * 64 + 12
    #expect(frames == (left + perFrame - 1) / perFrame)
    #expect(server.data.allSatisfy { $0.count == 256 })
    let more = acknowledge(&server, decided: 5, accepted: 5, credit: 300)
    _ = client.received(more.raw, at: Self.time(2_000))
    #expect(client.report.accepted == 4)
    #expect(!client.pump(at: Self.time(2_000)).bytes.isEmpty)
  }

  @Test("behind the end comes nothing but the end of the call")
  func end() throws {
    var server = BenchServer()
    var client = try publisher(&server)
    client.begin(Pacer(rate: nil, beginNanos: 0, endNanos: 1_000))
    let output = client.pump(at: Self.time(1_000))
    _ = server.received(output.bytes)
    #expect(server.hasEnd && server.data.last == [])
    #expect(client.pump(at: Self.time(2_000)) == BenchOutput())
    #expect(!client.isOver)
    let good = server.finish(with: CallStatus(code: .ok, message: ""))
    _ = client.received(good.raw, at: Self.time(3_000))
    #expect(client.isOver && client.failure == nil)
  }

  @Test("a server that refuses is the failure, and nothing is sent any more")
  func refused() throws {
    var server = BenchServer()
    var client = try publisher(&server)
    let status = CallStatus(code: .permissionDenied, message: "no")
    _ = client.received(server.finish(with: status).raw, at: Self.time(1))
    #expect(client.isOver && client.failure?.code == .permissionDenied)
    client.begin(Pacer(rate: nil, beginNanos: 0, endNanos: 1_000))
    #expect(client.pump(at: Self.time(5)) == BenchOutput())
  }

  // MARK: Subscribers

  @Test("a subscriber measures from the stamp of its own run's trades, and counts the others")
  func subscriber() throws {
    var server = BenchServer()
    let log = LatencyLog()
    var client = BenchSubscriber(Self.plan, index: 0, options: Self.options, log: log)
    let hello = server.received(client.start(at: Self.time(0)))
    _ = server.received(client.received(hello.raw, at: Self.time(0)))
    let (stream, request) = try #require(server.calls.first)
    #expect(try SubscribeRequest(decoding: request.payload).subjects == ["trade.*"])
    #expect(request.metadata == [MetadataPair("token", "secret")] && !client.isReady)
    let answer = SubscribeAnswer(
      position: StreamPosition(epoch: 7, next: 10), policy: .disconnect)
    _ = client.received(server.message(answer.encoded, on: stream).raw, at: Self.time(0))
    #expect(client.isReady)

    let encoder = RecordEncoder(catalog: Catalog())
    var payload = DefinitionRecord(.source, id: 3, text: "bench-1").encoded
    for (sequence, source, stamp) in [(10, 3, 400), (11, 4, 0), (12, 3, 900)]
      as [(UInt64, UInt16, UInt64)]
    {
      var event = Event(
        Trade(
          instrument: InstrumentID(1), price: Price(raw: 1),
          eventTime: Timestamp(nanoseconds: 1), receiveTime: Timestamp(nanoseconds: 1),
          venueSequence: stamp, source: SourceID(source)))
      event.sequence = sequence
      encoder.append(event, to: &payload)
    }
    let lost = Gap(
      subscriber: .none, reason: .overrun, first: 13, last: 20, count: 8,
      time: Timestamp(nanoseconds: 1))
    encoder.append(Event(lost), to: &payload)
    let frame = FrameEncoder.encode(.data(stream: stream, flags: 0, payload: payload))
    _ = client.received(frame.raw, at: Self.time(1_000))
    #expect(client.report.events == 2 && client.report.others == 1 && client.report.lost == 8)
    #expect(client.report.lastNanos == 1_000)
    #expect(log.histogram.count == 2 && log.histogram.max == 600)
    #expect(log.histogram.quantile(perMillion: 500_000) == 100)
  }

  @Test("without publishers it measures from when the engine took an event in")
  func foreign() throws {
    var server = BenchServer()
    let log = LatencyLog()
    var plan = Self.plan
    plan.publishers = 0
    var client = BenchSubscriber(plan, index: 0, options: Self.options, log: log)
    let hello = server.received(client.start(at: Self.time(0)))
    _ = server.received(client.received(hello.raw, at: Self.time(0)))
    let stream = try #require(server.calls.first?.stream)
    let answer = SubscribeAnswer(
      position: StreamPosition(epoch: 7, next: 10), policy: .disconnect)
    _ = client.received(server.message(answer.encoded, on: stream).raw, at: Self.time(0))
    var event = Event(
      Quote(
        instrument: InstrumentID(1), bid: Price(raw: 1), ask: Price(raw: 2),
        eventTime: Timestamp(nanoseconds: 1), receiveTime: Timestamp(nanoseconds: 1_000_250)))
    event.sequence = 10
    var payload: [UInt8] = []
    RecordEncoder(catalog: Catalog()).append(event, to: &payload)
    let frame = FrameEncoder.encode(.data(stream: stream, flags: 0, payload: payload))
    _ = client.received(frame.raw, at: Self.time(1_000))
    #expect(log.histogram.max == 750)
  }
}
