import EngineCore

@testable import BinaryProtocol

/// The golden vectors of docs/protocol-vectors.json, written out by hand: bytes come from the
/// encoder, what they mean from here.
enum ProtocolVectors {
  static var document: VectorValue {
    .object([
      "about":
        """
      Bytes of the protocol and what they mean; docs/protocol.md says why. Hexadecimal digits are \
      bytes in order. Numbers are integers in the units of the page and may need 128 bits.
      """,
      "frames": .list(frames.map { vector(of: $0) }),
      "records": .list(records.map { vector(of: $0) }),
      "requests": .list(requests),
      "compressed": .list(compressed.map { $0.value }),
      "bad_frames": .list(badFrames),
      "bad_records": .list(badRecords.map { bad($0.name, $0.bytes) }),
      "bad_compressed": .list(badCompressed.map { bad($0.name, $0.bytes) }),
    ])
  }

  private static func bad(_ name: String, _ bytes: [UInt8]) -> VectorValue {
    .object(["name": .text(name), "hex": bytes.hex])
  }

  // MARK: - Frames

  struct FrameVector: Sendable {
    var name: String
    var frame: Frame
    var flags: UInt8 = 0
    var fields: VectorValue
  }

  private static func vector(of vector: FrameVector) -> VectorValue {
    .object([
      "name": .text(vector.name), "hex": FrameEncoder.encode(vector.frame).hex,
      "type": .number(Int128(vector.frame.type.rawValue)),
      "flags": .number(Int128(vector.flags)),
      "stream": .number(Int128(vector.frame.streamID)), "fields": vector.fields,
    ])
  }

  static let frames: [FrameVector] = [
    FrameVector(
      name: "hello with data and zlib",
      frame: .hello(Hello(capabilities: 3, maxFrameBytes: 1 << 20, clientName: "vectors €")),
      fields: .object([
        "magic": "TKWR", "least version": 1, "highest version": 1, "capabilities": 3,
        "frame limit": 1_048_576, "client name": "vectors €",
      ])),
    FrameVector(
      name: "helloAck",
      frame: .helloAck(
        HelloAck(
          version: 1, capabilities: 3, maxFrameBytes: 65_536, maxStreams: 256,
          maxCreditBytes: 16_777_216, keepAliveIntervalMillis: 15_000,
          keepAliveTimeoutMillis: 10_000,
          server: ServerIdentity(
            name: "engined", version: "0.1.0", pid: 4_242, epoch: 1_700_000_000_000_000_001))),
      fields: .object([
        "version": 1, "capabilities": 3, "frame limit": 65_536, "streams": 256,
        "credit": 16_777_216, "keep-alive interval": 15_000, "keep-alive timeout": 10_000,
        "pid": 4_242, "epoch": 1_700_000_000_000_000_001, "name": "engined",
        "version text": "0.1.0",
      ])),
    FrameVector(
      name: "unary call with metadata",
      frame: .call(
        stream: 1,
        CallRequest(
          method: "health", timeoutNanos: 2_000_000_000, metadata: [MetadataPair("token", "s")],
          payload: [1, 2])), flags: 1,
      fields: .object([
        "timeout": 2_000_000_000, "initial credit": 0, "method": "health",
        "metadata": [["token", "s"]], "request": "0102",
      ])),
    FrameVector(
      name: "streaming call",
      frame: .call(
        stream: 4_294_967_295,
        CallRequest(method: "subscribe", initialCreditBytes: 262_144, isUnary: false)),
      fields: .object([
        "timeout": 0, "initial credit": 262_144, "method": "subscribe", "metadata": [],
        "request": "",
      ])),
    FrameVector(
      name: "message", frame: .message(stream: 3, payload: [0xFF], isLast: false),
      fields: .object(["payload": "ff"])),
    FrameVector(
      name: "last message", frame: .message(stream: 3, payload: [], isLast: true), flags: 1,
      fields: .object(["payload": ""])),
    FrameVector(
      name: "status",
      frame: .status(
        stream: 3,
        CallStatus(code: .permissionDenied, message: "no", hint: "ask", details: [7])),
      fields: .object(["code": 7, "message": "no", "hint": "ask", "details": "07"])),
    FrameVector(name: "cancel", frame: .cancel(stream: 9), fields: .object([:])),
    FrameVector(
      name: "credit", frame: .credit(stream: 9, bytes: 65_536),
      fields: .object(["bytes": 65_536])),
    FrameVector(
      name: "ping", frame: .ping(0x0102_0304_0506_0708),
      fields: .object(["value": 72_623_859_790_382_856])),
    FrameVector(name: "pong", frame: .pong(1), fields: .object(["value": 1])),
    FrameVector(
      name: "goaway", frame: .goAway(GoAway(lastStreamID: 9, code: 0, text: "update")),
      fields: .object(["last stream": 9, "code": 0, "text": "update"])),
    FrameVector(
      name: "data", frame: .data(stream: 5, flags: 0, payload: trade),
      fields: .object(["payload": trade.hex])),
    FrameVector(
      name: "last data of a publisher, empty", frame: .data(stream: 5, flags: 2, payload: []),
      flags: 2, fields: .object(["payload": ""])),
  ]

  private static var trade: [UInt8] {
    var bytes: [UInt8] = []
    RecordCodecTests.encoder.append(.numbered(1), to: &bytes)
    return bytes
  }

  private static var badFrames: [VectorValue] {
    HostileFrameTests.cases.filter { $0.error != .oversized(length: 4097, limit: 4096) }.map {
      bad($0.name, $0.bytes)
    }
  }

  // MARK: - Compressed and bad payloads

  /// From Python's zlib, so that they do not depend on this one: `struct.pack("<I", size)` and
  /// `zlib.compress(transposed)`.
  struct CompressedVector: Sendable {
    var name: String
    var payload: String
    var records: [UInt8]

    var value: VectorValue {
      .object(["name": .text(name), "payload": .text(payload), "records": records.hex])
    }
  }

  /// Ten trades, and a rest of 16 bytes that is not transposed.
  static let compressed: [CompressedVector] = [
    CompressedVector(
      name: "ten trades", payload: tenTrades,
      records: (UInt64(1)...10).flatMap { sequence -> [UInt8] in
        var bytes: [UInt8] = []
        RecordCodecTests.encoder.append(.numbered(sequence), to: &bytes)
        return bytes
      }),
    CompressedVector(
      name: "a record of a later kind behind a trade", payload: tradeAndOther,
      records: trade + [9, 0, 0, 0, 0, 0, 2, 3, 99, 0, 0, 0, 0, 0, 0, 0]),
    CompressedVector(name: "nothing", payload: "00000000789c030000000001", records: []),
  ]

  static let badRecords: [(name: String, bytes: [UInt8])] = {
    func changed(_ index: Int, _ value: UInt8) -> [UInt8] {
      var bytes = trade
      bytes[index] = value
      return bytes
    }
    return [
      ("a header that is cut", [1, 2, 3]), ("a record that is cut", Array(trade[..<56])),
      ("size 0", changed(6, 0)), ("a trade that is too short", changed(6, 7)),
      ("a bar of 64 bytes", changed(8, 3)), ("a merged trade of 64 bytes", changed(9, 8)),
      ("kind 0", changed(8, 0)), ("a size beyond the frame", changed(6, 255)),
    ]
  }()

  static let badCompressed: [(name: String, bytes: [UInt8])] = [
    ("no size", [1, 2]), ("a size that is not reached", [UInt8](hex: "40000000789c030000000001")!),
    (
      "a size that is passed",
      [0x40, 0, 0, 0] + [UInt8](hex: tradeAndOther)!.dropFirst(4)
    ),
    ("no zlib stream", [8, 0, 0, 0, 1, 2, 3, 4]),
    ("bytes behind the stream", [UInt8](hex: "00000000789c03000000000100")!),
    ("a size that is no multiple of 8", [UInt8](hex: "01000000789c030000000001")!),
  ]
}
