import EngineCore
import Testing
import ZlibStreams

@testable import WebProtocol

@Suite("permessage-deflate")
struct DeflateTests {
  private static func offers(_ text: String) -> [ExtensionItem] {
    ExtensionItem.list([text]) ?? []
  }

  @Test(
    "offers are answered as RFC 7692 wants",
    arguments: [
      ("permessage-deflate", "permessage-deflate"),
      (
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate"
      ),
      (
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
      ),
      (
        "permessage-deflate; server_max_window_bits=10",
        "permessage-deflate; server_max_window_bits=10"
      ),
      (
        "permessage-deflate; server_max_window_bits=\"8\"",
        "permessage-deflate; server_max_window_bits=8"
      ),
      (
        "permessage-deflate; client_max_window_bits=9",
        "permessage-deflate; client_max_window_bits=9"
      ),
      // The second one can be met.
      (
        "permessage-deflate; server_max_window_bits=7, permessage-deflate",
        "permessage-deflate"
      ),
      ("x-webkit-deflate-frame, permessage-deflate; unknown", nil),
      ("permessage-deflate; server_max_window_bits=16", nil),
      ("permessage-deflate; server_max_window_bits=08", nil),
      ("permessage-deflate; server_max_window_bits", nil),
      ("permessage-deflate; client_max_window_bits=1", nil),
      ("permessage-deflate; server_no_context_takeover=1", nil),
      ("permessage-deflate; client_no_context_takeover; client_no_context_takeover", nil),
      ("Permessage-Deflate", nil), ("", nil),
    ] as [(String, String?)])
  func offers(offer: String, answer: String?) {
    let policy = DeflatePolicy(keepsServerContext: true, keepsClientContext: true)
    #expect(policy.answer(Self.offers(offer))?.parameters.headerText == answer)
  }

  @Test("a policy that keeps no context and has small windows says so")
  func policy() {
    let policy = DeflatePolicy(serverWindowBits: 11, clientWindowBits: 10)
    let plain = policy.answer(Self.offers("permessage-deflate"))
    #expect(
      plain?.parameters.headerText
        == "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        + "server_max_window_bits=11")
    // A client that has not named the parameter may use 15 bits.
    #expect(plain?.agreement.clientWindowBits == 15)
    let able = policy.answer(Self.offers("permessage-deflate; client_max_window_bits"))
    #expect(
      able?.agreement
        == DeflateAgreement(
          serverKeepsContext: false, clientKeepsContext: false, serverWindowBits: 11,
          clientWindowBits: 10))
  }

  @Test("extension headers that break their grammar are no list")
  func grammar() {
    for bad in ["a b", "a;", "a; b=", "a; b=\"", "a; b=\"c d\"", "a; b=\"\"", ";", "a=b", "a, b c"]
    {
      #expect(ExtensionItem.list([bad]) == nil, "\(bad)")
    }
    #expect(ExtensionItem.list([", a ,, b;c=\"\\d\" ", ""])?.count == 2)
  }

  @Test("the vectors inflate to their text, however they are cut", arguments: [1, 7, 1 << 20])
  func vectors(size: Int) throws {
    for vector in try WebVectors.list("deflate") {
      let payload = try WebVectors.bytes(hex: vector["hex"]?.string ?? "?")
      let text = Array((vector["text"]?.string ?? "").utf8)
      // Twice over one connection: the second time may refer to the first.
      let frame = WebSocketEncoder.frame(.text, payload, isCompressed: true, mask: 0x1234_5678)
      for agreement in [DeflateAgreement(), DeflateAgreement(clientKeepsContext: false)] {
        let (seen, error) = Seen.all((frame + frame).pieces(of: size), deflate: agreement)
        #expect(error == nil, "\(vector["name"]?.string ?? "")")
        let isSame = seen == [.text(text), .text(text)]
        #expect(isSame, "\(vector["name"]?.string ?? "")")
      }
    }
  }

  private static func payload(_ random: inout SeededRandom) -> [UInt8] {
    switch Int.random(in: 0...3, using: &random) {
    case 0: return random.bytes(Int.random(in: 0...3_000, using: &random))
    case 1: return [UInt8](repeating: 65, count: Int.random(in: 0...40_000, using: &random))
    case 2: return []
    default:
      let words = (0..<40).map { _ in random.text(6) }
      return Array(
        (0..<Int.random(in: 0...3_000, using: &random)).map { _ in
          words.randomElement(using: &random) ?? ""
        }.joined().utf8)
    }
  }

  @Test("messages come back under every agreement, however they are cut", arguments: 0..<100)
  func roundTrip(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let agreement = DeflateAgreement(
      serverKeepsContext: random.chance(50), clientKeepsContext: random.chance(50),
      serverWindowBits: .random(in: 8...15, using: &random),
      clientWindowBits: .random(in: 8...15, using: &random))
    let sender: WebSocketRole = random.chance(50) ? .server : .client
    let deflater = MessageDeflater(
      agreement, role: sender, level: .random(in: 1...9, using: &random))
    var bytes: [UInt8] = []
    var expected: [Seen] = []
    for _ in 0..<8 {
      let message = Self.payload(&random)
      let mask = sender == .client ? UInt32(truncatingIfNeeded: random.next()) : nil
      expected.append(.binary(message))
      guard random.chance(90) else {
        WebSocketEncoder.append(.binary, message.raw, mask: mask, to: &bytes)
        continue
      }
      var compressed: [UInt8] = []
      deflater.append(message.raw, to: &compressed)
      let split = Int.random(in: 0...compressed.count, using: &random)
      WebSocketEncoder.append(
        .binary, Array(compressed[..<split]).raw, isFinal: false, isCompressed: true, mask: mask,
        to: &bytes)
      WebSocketEncoder.append(
        .continuation, Array(compressed[split...]).raw, mask: mask, to: &bytes)
    }
    let (seen, error) = Seen.all(
      bytes.pieces(using: &random), role: sender == .server ? .client : .server,
      deflate: agreement)
    let isSame = seen == expected
    #expect(error == nil)
    #expect(isSame)
  }

  @Test("a compressor that was told 8 bits never looks back beyond 256 bytes", arguments: 0..<20)
  func window(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let deflater = MessageDeflater(windowBits: 8, keepsContext: true, level: 9)
    // zlib itself holds to the window when it hands its output out byte by byte.
    let strict = InflateStream(format: .raw, windowBits: 8)
    let block = random.bytes(300)
    for _ in 0..<5 {
      var message: [UInt8] = []
      for _ in 0..<20 {
        let start = Int.random(in: 0..<block.count, using: &random)
        message += block[start...].prefix(Int.random(in: 1...200, using: &random))
      }
      var compressed: [UInt8] = []
      deflater.append(message.raw, to: &compressed)
      compressed += [0, 0, 0xFF, 0xFF]
      var inflated: [UInt8] = []
      var position = 0
      var outcome = InflateStream.Outcome.full
      while outcome == .full {
        outcome = strict.append(compressed.raw, &position, limit: 64, chunk: 64, to: &inflated)
      }
      #expect(outcome == .starved)
      let isSame = inflated == message
      #expect(isSame)
    }
  }

  @Test("parts that are compressed once make a message in any order", arguments: 0..<50)
  func parts(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let deflater = MessageDeflater(keepsContext: false)
    let parts = (0..<5).map { _ in Self.payload(&random) }
    let compressed = parts.map { part in
      var bytes: [UInt8] = []
      deflater.appendPart(part.raw, to: &bytes)
      return bytes
    }
    var message: [UInt8] = []
    var payload: [UInt8] = []
    for _ in 0..<Int.random(in: 0...9, using: &random) {
      let index = Int.random(in: 0..<5, using: &random)
      message += parts[index]
      payload += compressed[index]
    }
    MessageDeflater.endParts(&payload)
    let frame = WebSocketEncoder.frame(.binary, payload, isCompressed: true)
    let agreement = DeflateAgreement(serverKeepsContext: false)
    let isSame = Seen.all([frame], role: .client, deflate: agreement).seen == [.binary(message)]
    #expect(isSame)
  }

  @Test("what is not compressed, or too much of it, is refused with the right code")
  func refused() {
    var limits = WebSocketLimits()
    limits.messageBytes = 1 << 20
    limits.expansion = 100
    limits.expansionFloorBytes = 10_000
    func code(_ payload: [UInt8], _ opcode: WebSocketOpcode = .text) -> UInt16? {
      let frame = WebSocketEncoder.frame(opcode, payload, isCompressed: true, mask: 5)
      return Seen.all([frame], limits: limits, deflate: DeflateAgreement()).error?.code.rawValue
    }
    func compressed(_ message: [UInt8]) -> [UInt8] {
      var bytes: [UInt8] = []
      MessageDeflater(keepsContext: false, level: 9).append(message.raw, to: &bytes)
      return bytes
    }
    #expect(code([0xFF, 0xFF, 0xFF]) == 1007)
    #expect(code(compressed([0xFF])) == 1007)
    #expect(code(compressed([0xFF]), .binary) == nil)
    // A distance that leads before the beginning.
    #expect(code([0x02, 0x02, 0x00]) == 1007)
    #expect(code([], .ping) == 1002)
    // Random bytes do not shrink, zeros do.
    var random = SeededRandom(seed: 1)
    #expect(code(compressed(random.bytes(1 << 20)), .binary) == nil)
    #expect(code(compressed(random.bytes(1 << 20 + 1)), .binary) == 1009)
    #expect(code(compressed([UInt8](repeating: 0, count: 10_000))) == nil)
    #expect(code(compressed([UInt8](repeating: 0, count: 500_000))) == 1009)
    // A continuation must not say again that it is compressed.
    let twice =
      WebSocketEncoder.frame(.text, [0], isFinal: false, isCompressed: true, mask: 5)
      + WebSocketEncoder.frame(.continuation, [0], isCompressed: true, mask: 5)
    #expect(Seen.all([twice], deflate: DeflateAgreement()).error?.code == .protocolError)
  }

  @Test("bytes in other pieces give the same message or the same error", arguments: 1...9)
  func pieces(step: Int) {
    var limits = WebSocketLimits()
    limits.expansion = 100
    limits.expansionFloorBytes = 10_000
    var random = SeededRandom(seed: 2)
    var grown: [UInt8] = []
    // It grows more in its beginning than as a whole.
    MessageDeflater(keepsContext: false).append(
      ([UInt8](repeating: 0, count: 20_000) + random.bytes(2_000)).raw, to: &grown)
    // What is no text comes before a block of a type that there is not, and behind one.
    let textFirst: [UInt8] = [0x00, 0x02, 0x00, 0xFD, 0xFF, 0x61, 0xFF, 0x06]
    let blockFirst: [UInt8] = [0x00, 0x01, 0x00, 0xFE, 0xFF, 0x61, 0x06, 0xFF]
    for (opcode, payload, reason) in [
      (WebSocketOpcode.binary, grown, nil), (.text, textFirst, "text that is not UTF-8"),
      (.text, blockFirst, "a compressed message that cannot be inflated"),
    ] {
      let frame = WebSocketEncoder.frame(opcode, payload, isCompressed: true, mask: 5)
      let cut = stride(from: 0, to: frame.count, by: step).map {
        Array(frame[$0..<min($0 + step, frame.count)])
      }
      for parts in [[frame], cut] {
        let error = Seen.all(parts, limits: limits, deflate: DeflateAgreement()).error
        #expect(error?.reason == reason)
      }
    }
  }

  @Test("a bomb is stopped at the limit, not after it")
  func bomb() throws {
    var payload: [UInt8] = []
    let zeros = [UInt8](repeating: 0, count: 64 << 20)
    MessageDeflater(keepsContext: false, level: 9).append(zeros.raw, to: &payload)
    var limits = WebSocketLimits()
    limits.messageBytes = 1 << 20
    limits.expansion = 2_000
    var decoder = WebSocketDecoder(role: .server, limits: limits, deflate: DeflateAgreement())
    let frame = WebSocketEncoder.frame(.binary, payload, isCompressed: true, mask: 5)
    var position = 0
    let error = #expect(throws: WebSocketError.self) {
      try decoder.next(frame.raw, &position)
    }
    #expect(error?.code == .tooBig)
    #expect(decoder.heldBytes < 4 << 20)
  }
}
