import BinaryProtocol
import Testing

/// Bytes that the protocol does not allow, and how the server says so.
struct Breach: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  let code: CloseCode

  init(_ name: String, _ bytes: [UInt8], _ code: CloseCode = .protocolError) {
    self.name = name
    self.bytes = bytes
    self.code = code
  }

  init(_ name: String, _ frames: Frame..., code: CloseCode = .protocolError) {
    self.init(name, frames.flatMap { FrameEncoder.encode($0) }, code)
  }

  var testDescription: String { name }

  /// A frame with any header.
  static func frame(
    type: UInt8, flags: UInt8 = 0, reserved: UInt16 = 0, stream: UInt32 = 0, length: UInt32? = nil,
    _ payload: [UInt8] = []
  ) -> [UInt8] {
    word(length ?? UInt32(payload.count)) + [type, flags] + Array(word(UInt32(reserved))[..<2])
      + word(stream) + payload
  }

  private static func word(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func hello(_ versions: ClosedRange<UInt16>) -> Frame {
    .hello(Hello(versions: versions, capabilities: 3, maxFrameBytes: 1 << 20, clientName: ""))
  }

  private static func call(_ stream: UInt32) -> Frame {
    .call(stream: stream, CallRequest(method: "health", isUnary: true))
  }

  /// Instead of a hello.
  static let beforeHello: [Breach] = [
    Breach("a call before hello", call(1)),
    Breach("a ping before hello", .ping(1)),
    Breach("a hello over 4,096 bytes", frame(type: 1, length: 4_097)),
    Breach("a hello with another magic", frame(type: 1, Array("HTTP".utf8) + zeros(18))),
    Breach("a hello that is cut", frame(type: 1, WireFormat.magic + [1, 0])),
    Breach(
      "a hello with its versions turned round",
      frame(type: 1, WireFormat.magic + [2, 0, 1, 0] + zeros(14))),
    Breach(
      "a hello that takes frames of 100 bytes",
      frame(type: 1, WireFormat.magic + [1, 0, 1, 0] + zeros(8) + [100, 0, 0, 0, 0, 0])),
    Breach("another protocol", Array("GET / HTTP/1.1\r\nHost: tickwire\r\n\r\n".utf8)),
    Breach("versions that are not spoken yet", hello(2...9), code: .unsupportedVersion),
  ]

  private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  /// After the handshake.
  static let afterHello: [Breach] = [
    Breach("a second hello", hello(1...1)),
    Breach("a frame over the limit", frame(type: 3, stream: 1, length: 1 << 20 + 1)),
    Breach("a data frame over the limit", frame(type: 11, stream: 1, length: .max)),
    Breach("a type that is unknown", frame(type: 12, stream: 1)),
    Breach("a flag that is unknown", frame(type: 3, flags: 0x80, stream: 1)),
    Breach("a reserved field that is not zero", frame(type: 8, reserved: 1, zeros(8))),
    Breach("a call on stream 0", frame(type: 3, zeros(20))),
    Breach("a ping on a stream", frame(type: 8, stream: 1, zeros(8))),
    Breach("a ping that is cut", frame(type: 8, zeros(7))),
    Breach("a ping with bytes after its value", frame(type: 8, zeros(9))),
    Breach("a call that is cut", frame(type: 3, stream: 1, zeros(13))),
    Breach("a call without a method", frame(type: 3, stream: 1, zeros(16))),
    Breach("a method that is no text", frame(type: 3, stream: 1, zeros(14) + [1, 0, 0xFF])),
    Breach(
      "more metadata than there may be",
      frame(type: 3, stream: 1, zeros(12) + [65, 0, 1, 0, 0x61])),
    Breach("a call below an earlier one", call(5), call(4)),
    Breach("a call on a stream once more", call(5), call(5)),
    Breach("a cancel of what never was", .cancel(stream: 9)),
    Breach("credit for what never was", .credit(stream: 9, bytes: 1)),
    Breach("credit of nothing", frame(type: 7, stream: 1, zeros(4))),
    Breach("data on what never was", .data(stream: 9, flags: 0, payload: [])),
    Breach("a message on what never was", .message(stream: 9, payload: [], isLast: false)),
    Breach("a status, which is the server's", .status(stream: 1, .ok)),
    Breach(
      "a helloAck, which is the server's", frame(type: 2, [1, 0, 0, 0] + zeros(200))),
  ]
}
