import BinaryProtocol
import Testing

@Suite("Frames that are not allowed")
struct HostileFrameTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var error: FrameError
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ error: FrameError) {
      self.name = name
      self.bytes = bytes
      self.error = error
    }
  }

  static func frame(
    _ type: UInt8, flags: UInt8 = 0, reserved: UInt8 = 0, stream: UInt8, _ payload: [UInt8] = []
  ) -> [UInt8] {
    [UInt8(payload.count), 0, 0, 0, type, flags, reserved, 0, stream, 0, 0, 0] + payload
  }

  static let cases: [Case] = [
    Case(
      "a length over the limit", [1, 16, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0],
      .oversized(length: 4097, limit: 4096)),
    Case(
      "the length of a HTTP request", Array("GET / HTTP/1.1\r\n".utf8),
      .oversized(length: 0x2054_4547, limit: 4096)),
    Case("type 0", frame(0, stream: 0), .unknownType(0)),
    Case("type 12", frame(12, stream: 1), .unknownType(12)),
    Case("flags on a ping", frame(8, flags: 1, stream: 0), .unknownFlags(.ping, 1)),
    Case("a second flag on a message", frame(4, flags: 3, stream: 1), .unknownFlags(.message, 3)),
    Case("a reserved bit", frame(6, reserved: 1, stream: 1), .reservedBits(1)),
    Case("a ping on a stream", frame(8, stream: 1), .wrongStream(.ping, 1)),
    Case("a call without a stream", frame(3, stream: 0), .wrongStream(.call, 0)),
    Case("a short ping", frame(8, stream: 0, [1, 2, 3]), .truncatedPayload(.ping)),
    Case(
      "a long ping", frame(8, stream: 0, [UInt8](repeating: 0, count: 9)),
      .trailingBytes(.ping, count: 1)),
    Case("a cancel with a payload", frame(6, stream: 1, [0]), .trailingBytes(.cancel, count: 1)),
    Case(
      "credit of zero", frame(7, stream: 1, [0, 0, 0, 0]),
      .badValue(.credit, field: "credit of 0")),
    Case(
      "a method that ends early",
      frame(3, stream: 1, [UInt8](repeating: 0, count: 14) + [5, 0, 65]), .truncatedPayload(.call)),
    Case(
      "an empty method", frame(3, stream: 1, [UInt8](repeating: 0, count: 16)),
      .badValue(.call, field: "method name of 0 bytes")),
    Case(
      "a method that is not UTF-8",
      frame(3, stream: 1, [UInt8](repeating: 0, count: 14) + [2, 0, 0xC3, 0x28]), .badText(.call)),
    Case(
      "65 metadata pairs",
      frame(3, stream: 1, [UInt8](repeating: 0, count: 12) + [65, 0, 1, 0, 65]),
      .badValue(.call, field: "metadata count of 65")),
    Case(
      "a status code that gRPC has not", frame(5, stream: 1, [17, 0, 0, 0, 0, 0]),
      .badValue(.status, field: "code 17")),
    Case(
      "a status with a reserved bit", frame(5, stream: 1, [0, 1, 0, 0, 0, 0]),
      .badValue(.status, field: "reserved field")),
    Case(
      "a hello with another magic",
      frame(1, stream: 0, Array("XXXX".utf8) + [UInt8](repeating: 0, count: 18)),
      .badValue(.hello, field: "magic")),
    Case(
      "a hello with a tiny frame limit",
      frame(1, stream: 0, Array("TKWR".utf8) + [1, 0, 1, 0] + [UInt8](repeating: 0, count: 14)),
      .badValue(.hello, field: "frame limit of 0")),
    Case(
      "a hello with its versions the wrong way round",
      frame(1, stream: 0, Array("TKWR".utf8) + [2, 0, 1, 0] + [UInt8](repeating: 0, count: 14)),
      .badValue(.hello, field: "version range")),
  ]

  @Test("a bad frame is a named error, and the decoder stays in it", arguments: cases)
  func rejected(_ hostile: Case) {
    var decoder = FrameDecoder(maxPayloadBytes: 4096)
    decoder.append(hostile.bytes)
    #expect(throws: hostile.error) { try decoder.next() }
    decoder.append(FrameEncoder.encode(.ping(1)))
    #expect(throws: hostile.error) { try decoder.next() }
    #expect(decoder.bufferedBytes == 0)
  }

  @Test("a bad frame makes the server say why in a GOAWAY and close", arguments: cases)
  func serverCloses(_ hostile: Case) throws {
    var wire = try ServerWire()
    let actions = wire.connection.received(hostile.bytes, now: 0)
    // The limit of an open connection is higher: what is too large for the decoder above may wait
    // for its payload here.
    guard hostile.name != "a length over the limit" else { return #expect(actions.isEmpty) }
    guard case .close(let reason)? = actions.last else {
      Issue.record("not closed: \(actions)")
      return
    }
    #expect(reason.code == .protocolError)
    let last = try actions.frames.last
    guard case .goAway(let notice)? = last else {
      Issue.record("no GOAWAY: \(actions)")
      return
    }
    #expect(notice.reason == reason)
    #expect(wire.connection.isClosed)
    #expect(wire.connection.received([1], now: 0).isEmpty)
  }

  @Test("a header is judged before its payload has come")
  func early() {
    var decoder = FrameDecoder(maxPayloadBytes: 4096)
    decoder.append([0xFF, 0xFF, 0xFF, 0xFF, 4, 0, 0, 0, 1, 0, 0, 0])
    #expect(throws: FrameError.oversized(length: .max, limit: 4096)) { try decoder.next() }
  }
}
