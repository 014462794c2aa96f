import EngineCore
import Testing

@testable import BinaryProtocol

@Suite("Data frames")
struct DataFrameTests {
  static let both: WireCapabilities = [.data, .zlib]

  /// Both sides after the handshake, with a call on stream 1 of `credit` bytes.
  struct Pair {
    var server: ServerConnection
    var client: ClientConnection

    init(
      server offered: WireCapabilities = both, client wanted: WireCapabilities = both,
      takesData: Bool = true, credit: UInt32 = 1_000, silenceNanos: Int64 = 0
    ) throws {
      server = ServerConnection(
        identity: ServerWire.identity, capabilities: offered, now: 0)
      client = ClientConnection(clientName: "c", capabilities: wanted)
      var bytes = client.start(now: 0).sent
      bytes = server.received(bytes, now: 0).sent
      _ = client.received(bytes, now: 0)
      let (_, actions) = try client.startCall(
        CallRequest(method: "m", initialCreditBytes: credit, isUnary: false),
        takesData: takesData, silenceNanos: silenceNanos, now: 0)
      _ = server.received(actions.sent, now: 0)
    }
  }

  static func frame(
    _ payload: [UInt8], stream: UInt32 = 1, isCompressed: Bool = false, isLast: Bool = false
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    FrameEncoder.appendDataHeader(
      stream: stream, payloadBytes: payload.count, isCompressed: isCompressed, isLast: isLast,
      to: &bytes)
    return bytes + payload
  }

  @Test("the header is that of the frame encoder")
  func header() {
    let encoded = FrameEncoder.encode(.data(stream: 77, flags: 3, payload: [1, 2, 3]))
    #expect(Self.frame([1, 2, 3], stream: 77, isCompressed: true, isLast: true) == encoded)
    var raw = [UInt8](repeating: 0xAA, count: 20)
    unsafe raw.withUnsafeMutableBytes { buffer in
      // Safe: the span is used within the closure.
      var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
      FrameEncoder.appendDataHeader(
        stream: 77, payloadBytes: 3, isCompressed: true, isLast: true, to: &output)
      #expect(unsafe output.finalize(for: buffer) == 12)
    }
    #expect(raw == encoded[..<12] + [UInt8](repeating: 0xAA, count: 8))
  }

  @Test("capabilities in use are those of both sides, and compression needs data")
  func capabilities() throws {
    #expect(try Pair().client.negotiated == [.data, .zlib])
    #expect(try Pair(server: .data).client.negotiated == .data)
    #expect(try Pair(client: .zlib).server.negotiated == [])
    #expect(try Pair(server: WireCapabilities(rawValue: 0xFF)).server.negotiated == [.data, .zlib])
  }

  @Test("a frame that lies whole in the input is handed out by its place, without a copy")
  func inPlace() throws {
    var pair = try Pair()
    let actions = pair.client.received(Self.frame([1, 2]) + Self.frame([3]), now: 0)
    #expect(
      actions == [
        .data(DataFrame(stream: 1, payload: .input(12..<14))),
        .data(DataFrame(stream: 1, payload: .input(26..<27))),
      ])
  }

  @Test("frames are the same wherever the bytes are split", arguments: 0..<20)
  func splits(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var bytes: [UInt8] = []
    var expected: [[UInt8]] = []
    for _ in 0..<8 {
      let payload = random.bytes(Int.random(in: 0...60, using: &random))
      expected.append(payload)
      if random.chance(30) {
        bytes += FrameEncoder.encode(.message(stream: 1, payload: payload, isLast: false))
      } else {
        bytes += Self.frame(payload)
      }
    }
    for first in stride(from: 0, through: bytes.count, by: 1) {
      var pair = try Pair(credit: 100_000)
      var seen: [[UInt8]] = []
      let second = Int.random(in: first...bytes.count, using: &random)
      for range in [0..<first, first..<second, second..<bytes.count] {
        let part = Array(bytes[range])
        for action in pair.client.received(part, now: 0) {
          switch action {
          case .data(let frame): seen.append(frame.withPayload(of: part.raw) { $0.copy() })
          case .deliver(_, let message): seen.append(message)
          default: Issue.record("\(action)")
          }
        }
      }
      #expect(seen == expected)
    }
  }

  @Test("a server spends credit on what it writes by itself, and is resumed")
  func spending() throws {
    var pair = try Pair(credit: 100)
    #expect(pair.server.creditBytes(of: 1) == 100)
    #expect(pair.server.spend(200, on: 1) == .granted)
    #expect(pair.server.creditBytes(of: 1) == -112)
    #expect(pair.server.spend(1, on: 1) == .wait)
    let some = FrameEncoder.encode(.credit(stream: 1, bytes: 112))
    #expect(pair.server.received(some, now: 0).isEmpty)
    let more = FrameEncoder.encode(.credit(stream: 1, bytes: 50))
    #expect(pair.server.received(more, now: 0) == [.resume(stream: 1)])
    _ = pair.server.writabilityChanged(false)
    #expect(pair.server.spend(1, on: 1) == .wait)
    #expect(pair.server.writabilityChanged(true) == [.resume(stream: 1)])
    #expect(pair.server.spend(2 << 20, on: 1) == .tooLarge(limit: 1 << 20))
    _ = pair.server.received(FrameEncoder.encode(.cancel(stream: 1)), now: 0)
    #expect(pair.server.creditBytes(of: 1) == nil)
    guard case .ended(let error) = pair.server.spend(1, on: 1) else {
      Issue.record("not ended")
      return
    }
    #expect(error.code == .cancelled)
    var plain = try Pair(server: [])
    guard case .ended = plain.server.spend(1, on: 1) else {
      Issue.record("spent without the capability")
      return
    }
  }

  @Test("the client renews the credit of data that was taken")
  func renewal() throws {
    var pair = try Pair(credit: 100)
    let actions = pair.client.received(Self.frame([UInt8](repeating: 0, count: 64)), now: 0)
    #expect(actions.count == 1)
    let grant = try pair.client.consumed(64, on: 1, now: 0).frames
    #expect(grant == [.credit(stream: 1, bytes: 76)])
  }

  @Test("what a server may not send ends the connection")
  func fromServer() throws {
    func code(_ pair: Pair, _ bytes: [UInt8]) -> CloseCode? {
      var pair = pair
      for case .close(let reason) in pair.client.received(bytes, now: 0) { return reason.code }
      return nil
    }
    let frame = Self.frame([1])
    #expect(code(try Pair(), frame) == nil)
    #expect(code(try Pair(client: []), frame) == .protocolError)
    #expect(code(try Pair(takesData: false), frame) == .protocolError)
    #expect(code(try Pair(credit: 10), frame + frame) == .protocolError)
    #expect(code(try Pair(), Self.frame([1], isLast: true)) == .protocolError)
    #expect(
      code(try Pair(client: .data), Self.frame([1], isCompressed: true)) == .protocolError)
    #expect(code(try Pair(), Self.frame([1], stream: 9)) == .protocolError)
  }

  @Test("a client sends data within the credit it was given, to calls that take it")
  func fromClient() throws {
    func status(_ pair: inout Pair, _ bytes: [UInt8]) throws -> BinaryProtocol.StatusCode? {
      try pair.server.received(bytes, now: 0).statuses[1]
    }
    var pair = try Pair()
    #expect(try status(&pair, Self.frame([1])) == .unimplemented)
    pair = try Pair()
    pair.server.grant(0, on: 1)
    #expect(try status(&pair, Self.frame([1])) == .invalidArgument)
    pair = try Pair()
    pair.server.grant(20, on: 1)
    let actions = pair.server.received(Self.frame([1], isLast: true), now: 0)
    #expect(actions == [.data(DataFrame(stream: 1, isLast: true, payload: .input(12..<13)))])
    #expect(try status(&pair, Self.frame([1])) == .invalidArgument)
    pair = try Pair(server: [])
    #expect(pair.server.received(Self.frame([1]), now: 0).closeCode == .protocolError)
    pair = try Pair(server: .data)
    pair.server.grant(100, on: 1)
    #expect(
      pair.server.received(Self.frame([1], isCompressed: true), now: 0).closeCode
        == .protocolError)
  }

  @Test("a server that uses what was not offered is cut")
  func notOffered() {
    var client = ClientConnection(clientName: "c")
    _ = client.start(now: 0)
    let ack = HelloAck(
      version: 1, capabilities: 1, maxFrameBytes: 16_384, maxStreams: 1, maxCreditBytes: 1,
      keepAliveIntervalMillis: 0, keepAliveTimeoutMillis: 0, server: ServerWire.identity)
    _ = client.received(FrameEncoder.encode(.helloAck(ack)), now: 0)
    #expect(client.isClosed)
  }

  @Test("a call that has been silent for too long ends, but not for want of credit")
  func silence() throws {
    var pair = try Pair(credit: 30, silenceNanos: 100)
    #expect(pair.client.nextDeadline == 100)
    _ = pair.client.received(Self.frame([UInt8](repeating: 0, count: 20)), now: 50)
    // No credit: the server may be silent.
    #expect(pair.client.timePassed(now: 1_000).isEmpty)
    _ = pair.client.consumed(20, on: 1, now: 1_000)
    #expect(pair.client.timePassed(now: 1_099).isEmpty)
    let ended = pair.client.timePassed(now: 1_100)
    guard case .endStream(1, let error)? = ended.last else {
      Issue.record("\(ended)")
      return
    }
    #expect(error?.code == .unavailable)
  }
}

extension [ServerAction] {
  /// The bytes these actions send.
  var sent: [UInt8] {
    var sent: [UInt8] = []
    for case .send(let bytes) in self { sent += bytes }
    return sent
  }
}

extension [ClientAction] {
  /// The bytes these actions send.
  var sent: [UInt8] {
    var sent: [UInt8] = []
    for case .send(let bytes) in self { sent += bytes }
    return sent
  }
}
