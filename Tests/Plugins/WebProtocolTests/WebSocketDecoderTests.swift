import EngineCore
import Testing

@testable import WebProtocol

@Suite("Frames and messages")
struct WebSocketDecoderTests {
  @Test(
    "the vectors decode to what they say, however they are cut", arguments: [1, 2, 3, 7, 1 << 20])
  func vectors(size: Int) throws {
    for vector in try WebVectors.list("frames") {
      let name = vector["name"]?.string ?? ""
      let bytes = try WebVectors.bytes(hex: try #require(vector["hex"]?.string))
      let (seen, error) = Seen.all(bytes.pieces(of: size))
      if let code = vector["error"]?.int64 {
        #expect(error?.code.rawValue == UInt16(code), "\(name)")
        continue
      }
      #expect(error == nil, "\(name)")
      let expected = try (vector["items"]?.array ?? []).map(Self.item)
      #expect(seen == expected, "\(name)")
    }
  }

  private static func item(_ value: JSONValue) throws -> Seen {
    func bytes(_ name: String) throws -> [UInt8] {
      try WebVectors.bytes(hex: value[name]?.string ?? "")
    }
    let member = try #require(value.object?.first)
    switch member.name {
    case "text": return .text(Array((member.value.string ?? "").utf8))
    case "binary": return .binary(try bytes("binary"))
    case "ping": return .ping(try bytes("ping"))
    case "pong": return .pong(try bytes("pong"))
    default: return .close(member.value.int64.map { UInt16($0) }, value["reason"]?.string ?? "")
    }
  }

  /// Messages as frames, in fragments and with control frames between them.
  private static func stream(
    _ random: inout SeededRandom, masks: Bool
  ) -> (bytes: [UInt8], expected: [Seen]) {
    var bytes: [UInt8] = []
    var expected: [Seen] = []
    func mask() -> UInt32? { masks ? UInt32(truncatingIfNeeded: random.next()) : nil }
    func maybeControl() {
      guard random.chance(20) else { return }
      let payload = random.bytes(Int.random(in: 0...125, using: &random))
      let isPing = random.chance(50)
      WebSocketEncoder.append(isPing ? .ping : .pong, payload.raw, mask: mask(), to: &bytes)
      expected.append(isPing ? .ping(payload) : .pong(payload))
    }
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      maybeControl()
      let isText = random.chance(50)
      let size = [0, 5, 125, 126, 127, 300, 65_535, 65_536].randomElement(using: &random) ?? 0
      let payload =
        isText ? Array(random.text(size / 2).utf8) : random.bytes(size)
      var rest = payload[...]
      var opcode: WebSocketOpcode = isText ? .text : .binary
      while true {
        let isLast = rest.isEmpty || random.chance(60)
        let count = isLast ? rest.count : Int.random(in: 0...rest.count, using: &random)
        WebSocketEncoder.append(
          opcode, Array(rest.prefix(count)).raw, isFinal: isLast, mask: mask(), to: &bytes)
        rest = rest.dropFirst(count)
        opcode = .continuation
        if isLast { break }
        maybeControl()
      }
      expected.append(isText ? .text(payload) : .binary(payload))
    }
    return (bytes, expected)
  }

  @Test("what is encoded decodes to the same, however it is cut", arguments: 0..<300)
  func roundTrip(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let role: WebSocketRole = random.chance(50) ? .server : .client
    let (bytes, expected) = Self.stream(&random, masks: role == .server)
    for pieces in [[bytes], bytes.pieces(using: &random), bytes.pieces(using: &random)] {
      let (seen, error) = Seen.all(pieces, role: role)
      let isSame = seen == expected
      #expect(error == nil)
      #expect(isSame)
    }
  }

  @Test("bytes of all kinds fail alike, however they are cut", arguments: 0..<500)
  func hostile(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let role: WebSocketRole = random.chance(70) ? .server : .client
    var (bytes, _) = Self.stream(&random, masks: role == .server)
    bytes = Array(bytes.prefix(2_000))
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
    }
    var limits = WebSocketLimits()
    limits.frameBytes = 70_000
    limits.messageBytes = 100_000
    let deflate = random.chance(50) ? DeflateAgreement() : nil
    let whole = Seen.all([bytes], role: role, limits: limits, deflate: deflate)
    let cut = Seen.all(
      bytes.pieces(using: &random), role: role, limits: limits, deflate: deflate)
    let isSame = whole.seen == cut.seen && whole.error == cut.error
    #expect(isSame, "\(String(describing: whole.error)), \(String(describing: cut.error))")
  }

  @Test("a payload that is not masked and lies whole in the input is not copied")
  func inPlace() throws {
    let bytes = WebSocketEncoder.frame(.text, Array("Hello".utf8))
    var decoder = WebSocketDecoder(role: .client)
    var position = 0
    let item = try decoder.next(bytes.raw, &position)
    #expect(item == .message(WebSocketMessage(kind: .text, payload: .input(2..<7))))
    #expect(decoder.heldBytes == 0)
    #expect(!decoder.isInMessage)
  }

  @Test("memory of a large message is given back, that of a small one is kept")
  func memory() throws {
    var limits = WebSocketLimits()
    limits.retainedBytes = 1024
    var decoder = WebSocketDecoder(role: .server, limits: limits)
    for (size, kept) in [(100_000, 0...0), (500, 500...1024)] {
      let frame = WebSocketEncoder.frame(
        .binary, [UInt8](repeating: 1, count: size), mask: 0x0102_0304)
      var position = 0
      let item = try decoder.next(frame.raw, &position)
      #expect(item != nil)
      let next = try decoder.next(frame.raw, &position)
      #expect(next == nil)
      #expect(kept.contains(decoder.heldBytes), "\(size): \(decoder.heldBytes)")
    }
  }

  @Test("a frame, a message or its fragments beyond the limits are refused with 1009")
  func limits() {
    var limits = WebSocketLimits()
    limits.frameBytes = 100
    limits.messageBytes = 150
    limits.fragments = 4
    func frame(_ opcode: WebSocketOpcode, _ count: Int, isFinal: Bool) -> [UInt8] {
      WebSocketEncoder.frame(
        opcode, [UInt8](repeating: 65, count: count), isFinal: isFinal, mask: 7)
    }
    func code(_ bytes: [UInt8]) -> UInt16? {
      Seen.all([bytes], limits: limits).error?.code.rawValue
    }
    #expect(code(frame(.text, 100, isFinal: true)) == nil)
    // The header alone is enough to see it.
    #expect(code(Array(frame(.text, 101, isFinal: true).prefix(6))) == 1009)
    let half = frame(.text, 100, isFinal: false)
    #expect(code(half + frame(.continuation, 50, isFinal: true)) == nil)
    #expect(code(half + frame(.continuation, 51, isFinal: true)) == 1009)
    let empty = frame(.continuation, 0, isFinal: false)
    let start = frame(.text, 0, isFinal: false)
    #expect(code(start + empty + empty + frame(.continuation, 0, isFinal: true)) == nil)
    #expect(code(start + empty + empty + empty + empty) == 1009)
  }

  @Test("a length is written in the shortest form, whatever it is")
  func lengths() {
    for (length, size) in [
      (0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10), (Int.max, 10),
    ] {
      let header = WebSocketFrameHeader(.binary, length: length)
      #expect(header.byteCount == size)
      let bytes = header.bytes
      #expect(bytes.count == size)
      #expect(WebSocketFrameHeader(bytes.raw, at: 0) == header)
      let masked = WebSocketFrameHeader(.text, length: length, isFinal: false, mask: 0xA1B2_C3D4)
      #expect(WebSocketFrameHeader(masked.bytes.raw, at: 0) == masked)
    }
  }

  @Test(
    "text that cannot be is refused at the first piece that shows it (Autobahn 6.4)",
    arguments: [
      // The bytes, and how many of them are enough.
      ([0xCE, 0xBA, 0xF4, 0x90, 0x80, 0x80, 0x65], 4), ([0xC0, 0xAF], 1),
      ([0x41, 0xE0, 0x80], 3), ([0xED, 0x9F, 0xBF, 0xED, 0xA0], 5), ([0x80], 1),
      ([0xF5], 1), ([0xF0, 0x8F], 2), ([0xC3, 0x28], 2),
      (Array(repeating: 0x61, count: 16) + [0xFF], 17),
    ] as [([UInt8], Int)])
  func failsFast(bytes: [UInt8], enough: Int) {
    let header = WebSocketFrameHeader(.text, length: 100, mask: 0x0A0B_0C0D)
    var frame = header.bytes
    Masking.append(bytes.raw, key: 0x0A0B_0C0D, phase: 0, to: &frame)
    let good = frame.prefix(header.byteCount + enough - 1)
    #expect(Seen.all([Array(good)]).error == nil)
    let bad = frame.prefix(header.byteCount + enough)
    #expect(Seen.all(Array(bad).pieces(of: 1)).error?.code == .invalidPayload)
    #expect(Seen.all([Array(bad)]).error?.code == .invalidPayload)
  }
}
