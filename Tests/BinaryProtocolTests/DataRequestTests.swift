import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Requests and answers of the data plane")
struct DataRequestTests {
  static func request(using random: inout SeededRandom) -> SubscribeRequest {
    let starts: [SubscribeStart] = [
      .live, .snapshot, .position(StreamPosition(epoch: random.next(), next: random.next())),
      .time(Timestamp(nanoseconds: Int64(bitPattern: random.next()))),
    ]
    return SubscribeRequest(
      (0..<Int.random(in: 1...20, using: &random)).map { _ in "a" + random.text(8) },
      policy: DeliveryPolicy.allCases.randomElement(using: &random) ?? .conflate,
      start: starts.randomElement(using: &random) ?? .live,
      conflationNanos: .random(in: 0...SubscribeRequest.intervalNanosMax, using: &random),
      flushNanos: .random(in: 0...SubscribeRequest.intervalNanosMax, using: &random),
      options: SubscribeOptions(rawValue: .random(in: 0...3, using: &random)))
  }

  /// A request decodes to what it was; cut short or with bytes behind it is refused.
  static func check<Value: Equatable>(
    _ value: Value, _ bytes: [UInt8], isRequest: Bool, _ decode: ([UInt8]) throws -> Value
  ) throws {
    #expect(try decode(bytes) == value)
    for count in 0..<bytes.count {
      #expect(throws: CallError.self) { try decode(Array(bytes[..<count])) }
    }
    if isRequest {
      #expect(throws: CallError.self) { try decode(bytes + [0]) }
    } else {
      #expect(try decode(bytes + [0]) == value)
    }
  }

  @Test("requests and answers come back, and nothing that is cut does", arguments: 0..<30)
  func roundTrips(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let request = Self.request(using: &random)
    try Self.check(request, request.encoded, isRequest: true) {
      try SubscribeRequest(decoding: $0)
    }
    let first = UInt64.random(in: 1...1000, using: &random)
    let answer = SubscribeAnswer(
      position: StreamPosition(epoch: random.next(), next: random.next()), policy: .dropOldest,
      resume: .partial, options: .compress, missing: first...first + 9, conflationNanos: 3,
      flushNanos: 4, warnings: ["trade.X matches nothing: " + random.text(5)])
    try Self.check(answer, answer.encoded, isRequest: false) {
      try SubscribeAnswer(decoding: $0)
    }
    let update = SubscriptionUpdate(stream: 3, conflationNanos: nil, flushNanos: 5)
    try Self.check(update, update.encoded, isRequest: true) {
      try SubscriptionUpdate(decoding: $0)
    }
    let intervals = SubscriptionIntervals(conflationNanos: 1, flushNanos: 2)
    try Self.check(intervals, intervals.encoded, isRequest: false) {
      try SubscriptionIntervals(decoding: $0)
    }
    let publish = PublishRequest(name: "feed " + random.text(3), instance: random.next())
    try Self.check(publish, publish.encoded, isRequest: true) {
      try PublishRequest(decoding: $0)
    }
    let acknowledgement = PublishAcknowledgement(
      decided: random.next(), accepted: random.next(), rejected: random.next(),
      epoch: random.next(), sequence: random.next(), creditBytes: 77,
      rejects: (0..<3).map {
        PublishAcknowledgement.Reject(sequence: $0, code: .notFound, reason: random.text(4))
      })
    try Self.check(acknowledgement, acknowledgement.encoded, isRequest: false) {
      try PublishAcknowledgement(decoding: $0)
    }
    let reply = AuthenticateReply(name: "ops", rights: [.subscribe, .admin])
    try Self.check(reply, reply.encoded, isRequest: false) { try AuthenticateReply(decoding: $0) }
  }

  @Test("fields out of their range are named, with what was expected and found")
  func ranges() {
    func message(_ offset: Int, _ value: UInt8) -> String? {
      var bytes = SubscribeRequest(["trade.>"]).encoded
      bytes[offset] = value
      do throws(CallError) { _ = try SubscribeRequest(decoding: bytes) } catch {
        #expect(error.code == .invalidArgument)
        return error.message
      }
      return nil
    }
    #expect(message(0, 0) == "subscribe: policy: expected 1 to 4, found 0")
    #expect(message(1, 5) == "subscribe: start: expected 1 to 4, found 5")
    #expect(message(2, 8) == "subscribe: flags: expected 3 at most, found 8")
    #expect(message(4, 1) == "subscribe: epoch: expected 0, found 1")
    #expect(message(12, 1) == "subscribe: from: expected 0, found 1")
    #expect(
      message(26, 1) == "subscribe: conflation interval: expected at most an hour, "
        + "found 281474976710656 ns" || message(27, 1) != nil)
    #expect(message(36, 0) == "subscribe: count of subjects: expected 1 to 1024, found 0")
    #expect(message(37, 5) == "subscribe: count of subjects: expected 1 to 1024, found 1281")
    #expect(message(40, 0xFF) == "subscribe: subject is not UTF-8")
    #expect(throws: CallError.self) {
      try SubscribeRequest(
        decoding: SubscribeRequest([String(repeating: "a", count: 1025)]).encoded)
    }
    #expect(throws: CallError.self) {
      try PublishRequest(decoding: PublishRequest(name: "").encoded)
    }
  }

  @Test("an answer and an acknowledgement fit the smallest frame, whatever they have to say")
  func bounded() throws {
    let long = String(repeating: "w", count: 5_000)
    let answer = SubscribeAnswer(
      position: StreamPosition(epoch: 1, next: 1), policy: .conflate,
      warnings: [String](repeating: long, count: 2_000))
    #expect(answer.encoded.count <= 16_384)
    #expect(try SubscribeAnswer(decoding: answer.encoded).warnings.count == 15)
    let reject = PublishAcknowledgement.Reject(sequence: 1, code: .unknown, reason: long)
    let acknowledgement = PublishAcknowledgement(
      epoch: 1, rejects: [PublishAcknowledgement.Reject](repeating: reject, count: 1_000))
    #expect(acknowledgement.encoded.count <= 16_384)
    #expect(
      try PublishAcknowledgement(decoding: acknowledgement.encoded).rejects.count == 64)
  }

  @Test("describe tells every record's layout, and a client of before reads the rest")
  func describe() throws {
    let plain = ServiceDescription(protocolVersion: 1, methods: [])
    #expect(try ServiceDescription(decoding: plain.encoded) == plain)
    let full = plain.withRecords()
    #expect(try ServiceDescription(decoding: full.encoded) == full)
    #expect(full.layouts.count == 12)
    let position = full.layouts.firstIndex { $0.kind == 128 }
    #expect(position == 11)
  }
}
