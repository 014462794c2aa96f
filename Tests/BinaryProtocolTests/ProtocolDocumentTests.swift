import BinaryProtocol
import Foundation
import Testing

@Suite("docs/protocol.md")
struct ProtocolDocumentTests {
  /// The frames of the session in the document, in its order.
  static let session: [Frame] = [
    .hello(Hello(maxFrameBytes: 1 << 20, clientName: "enginectl")),
    .helloAck(
      HelloAck(
        version: 1, capabilities: 0, maxFrameBytes: 1 << 20, maxStreams: 256,
        maxCreditBytes: 16 << 20, keepAliveIntervalMillis: 15_000, keepAliveTimeoutMillis: 10_000,
        server: ServerIdentity(name: "engined", version: "0.1.0", pid: 4242, epoch: 7))),
    .call(
      stream: 1,
      CallRequest(
        method: "echo", timeoutNanos: 2_000_000_000, metadata: [MetadataPair("trace", "7")],
        payload: Array("hi".utf8))),
    .message(stream: 1, payload: Array("hi".utf8), isLast: true),
    .call(stream: 2, CallRequest(method: "tap", initialCreditBytes: 64, isUnary: false)),
    .message(stream: 2, payload: Array("tick".utf8), isLast: false),
    .credit(stream: 2, bytes: 40),
    .cancel(stream: 2),
    .call(stream: 3, CallRequest(method: "nope")),
    .status(
      stream: 3,
      CallStatus(
        code: .unimplemented, message: "unknown method nope",
        hint: "describe lists the methods of this server")),
    .ping(1),
    .pong(1),
    .goAway(GoAway(lastStreamID: 3, code: 0, text: "the server stops")),
  ]

  static func document() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/protocol.md"), encoding: .utf8)
  }

  /// The frames' bytes in a dump of the document: each title starts a new one.
  static func dump(_ index: Int = 0) throws -> [(fromClient: Bool, bytes: [UInt8])] {
    let parts = try document().components(separatedBy: "```hex\n")
    try #require(parts.count > index + 1)
    let block = try #require(parts[index + 1].components(separatedBy: "```").first)
    var frames: [(fromClient: Bool, bytes: [UInt8])] = []
    for line in block.split(separator: "\n") {
      if line.hasPrefix("    ") {
        let bytes = line.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        frames[frames.count - 1].bytes += bytes
      } else {
        frames.append((line.hasPrefix("C>S"), []))
      }
    }
    return frames
  }

  @Test("the bytes of the session are what the encoder writes and the decoder reads")
  func bytes() throws {
    let dump = try Self.dump()
    try #require(dump.count == Self.session.count)
    for (entry, frame) in zip(dump, Self.session) {
      #expect(FrameEncoder.encode(frame) == entry.bytes)
      var decoder = FrameDecoder(maxPayloadBytes: 1 << 20)
      decoder.append(entry.bytes)
      #expect(try decoder.next() == frame)
    }
  }

  @Test("the two state machines accept the session")
  func session() throws {
    var server = ServerConnection(identity: ServerWire.identity, now: 0)
    var client = ClientConnection(clientName: "enginectl")
    _ = client.start(now: 0)
    for (entry, frame) in zip(try Self.dump(), Self.session) {
      if entry.fromClient {
        let actions = server.received(entry.bytes, now: 0)
        #expect(actions.closeCode == nil, "\(frame)")
        if case .call(_, let request) = frame { _ = try client.startCall(request, now: 0) }
        if case .cancel(let stream) = frame { _ = client.cancel(stream) }
      } else {
        _ = client.received(entry.bytes, now: 0)
        #expect(client.isClosed == (frame.type == .goAway), "\(frame)")
      }
    }
  }

  @Test("every frame type, status code and close code is in the tables")
  func tables() throws {
    let text = try Self.document()
    for type in FrameType.allCases {
      #expect(text.contains("| \(type.rawValue) | \("\(type)".lowercasedIfGoAway) |"))
    }
    for code in StatusCode.allCases { #expect(text.contains("| \(code.rawValue) | \(code) |")) }
    for code in CloseCode.allCases where code.rawValue < CloseCode.peerClosed.rawValue {
      #expect(text.contains("| \(code.rawValue) | \(code) |"))
    }
  }
}

extension String {
  /// The document writes `goaway` as one word.
  fileprivate var lowercasedIfGoAway: String { self == "goAway" ? "goaway" : self }
}
