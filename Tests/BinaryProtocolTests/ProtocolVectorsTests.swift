import EngineCore
import Foundation
import Testing

@testable import BinaryProtocol

@Suite("docs/protocol-vectors.json")
struct ProtocolVectorsTests {
  static var url: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/protocol-vectors.json")
  }

  static func file() throws -> VectorValue {
    let json = try JSONReader().read(Array(try Data(contentsOf: url)))
    return try #require(VectorValue(json))
  }

  @Test("the file is what the encoder makes; TICKWIRE_WRITE_VECTORS=1 writes it anew")
  func regenerate() throws {
    var writer = JSONWriter(layout: .indented)
    ProtocolVectors.document.write(to: &writer)
    if ProcessInfo.processInfo.environment["TICKWIRE_WRITE_VECTORS"] == "1" {
      try Data(writer.bytes + [0x0A]).write(to: Self.url)
    }
    #expect(try String(contentsOf: Self.url, encoding: .utf8) == writer.text + "\n")
  }

  private static func bytes(_ vector: VectorValue, _ name: String = "hex") throws -> [UInt8] {
    try #require([UInt8](hex: vector[name]?.text ?? "?"), "\(vector)")
  }

  @Test("every frame type is there, decodes to what it says and encodes to the same bytes")
  func frames() throws {
    let vectors = try Self.file()["frames"]?.list ?? []
    try #require(vectors.count == ProtocolVectors.frames.count)
    for (vector, expected) in zip(vectors, ProtocolVectors.frames) {
      let bytes = try Self.bytes(vector)
      var decoder = FrameDecoder(maxPayloadBytes: 1 << 20)
      decoder.append(bytes)
      #expect(try decoder.next() == expected.frame)
      #expect(FrameEncoder.encode(expected.frame) == bytes)
      #expect(bytes[5] == expected.flags)
    }
    #expect(
      Set(ProtocolVectors.frames.map(\.frame.type)) == Set(FrameType.allCases))
  }

  @Test("every kind of record is there, and its fields stand where its layout says")
  func records() throws {
    let vectors = try Self.file()["records"]?.list ?? []
    try #require(vectors.count == ProtocolVectors.records.count)
    for (vector, expected) in zip(vectors, ProtocolVectors.records) {
      let bytes = try Self.bytes(vector)
      #expect(bytes == expected.bytes)
      guard case .object(let members)? = vector["fields"] else {
        Issue.record("no fields: \(vector)")
        continue
      }
      let layout = try #require(RecordLayout.all.first { $0.kind == bytes[8] })
      #expect(bytes.count >= Int(layout.bytes))
      for member in members {
        let fields = RecordLayout.header + layout.fields
        let field = try #require(fields.last { $0.name == member.name }, "\(member.name)")
        if case .text(let text) = member.value {
          #expect(try Self.text(field.name, layout, bytes) == text)
        } else {
          #expect(member.value == .number(Self.number(field, bytes)), "\(member.name)")
        }
      }
      var decoder = RecordDecoder(bytes.raw)
      let record = try decoder.next()
      #expect(record != nil)
      guard case .event(let event)? = record else { continue }
      var again: [UInt8] = []
      RecordCodecTests.encoder.append(event, to: &again)
      #expect(again == bytes)
    }
    #expect(
      Set(ProtocolVectors.records.map { $0.bytes[8] }) == Set(RecordLayout.all.map(\.kind)))
  }

  private static func number(_ field: RecordLayout.Field, _ bytes: [UInt8]) -> Int128 {
    let offset = Int(field.offset)
    let count = field.type.bytes ?? 0
    var value: UInt128 = 0
    for index in (offset..<offset + count).reversed() { value = value << 8 | UInt128(bytes[index]) }
    switch field.type {
    case .i64: return Int128(Int64(truncatingIfNeeded: value))
    case .i128: return Int128(truncatingIfNeeded: value)
    default: return Int128(value)
    }
  }

  private static func text(
    _ name: String, _ layout: RecordLayout, _ bytes: [UInt8]
  ) throws -> String? {
    var offset = 32
    for field in layout.fields where field.type == .text {
      let count = Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
      let text = String(validating: bytes[offset + 2..<offset + 2 + count], as: UTF8.self)
      if field.name == name { return text }
      offset += 2 + count
    }
    return nil
  }

  @Test("compressed payloads made by another zlib inflate to their records")
  func compressed() throws {
    for vector in try Self.file()["compressed"]?.list ?? [] {
      let payload = try Self.bytes(vector, "payload")
      #expect(try CompressionTests.expand(payload) == Self.bytes(vector, "records"))
    }
    #expect(ProtocolVectors.compressed.count == 3)
  }

  @Test("what the file calls bad is refused")
  func bad() throws {
    let file = try Self.file()
    for vector in file["bad_records"]?.list ?? [] {
      let bytes = try Self.bytes(vector)
      #expect(throws: RecordError.self, "\(vector)") { try RecordCodecTests.records(bytes) }
    }
    for vector in file["bad_compressed"]?.list ?? [] {
      let bytes = try Self.bytes(vector)
      #expect(throws: RecordError.self, "\(vector)") { try CompressionTests.expand(bytes) }
    }
    for vector in file["bad_frames"]?.list ?? [] {
      var decoder = FrameDecoder(maxPayloadBytes: 1 << 20)
      decoder.append(try Self.bytes(vector))
      let frame = Result { try decoder.next() }
      #expect(throws: FrameError.self, "\(vector)") { try frame.get() }
    }
    #expect((file["bad_records"]?.list.count ?? 0) == ProtocolVectors.badRecords.count)
  }

  @Test("requests and answers decode, and encode to the same bytes")
  func requests() throws {
    for vector in try Self.file()["requests"]?.list ?? [] {
      let bytes = try Self.bytes(vector)
      switch vector["name"]?.text {
      case "subscribe request", "subscribe request from a time":
        #expect(try SubscribeRequest(decoding: bytes).encoded == bytes)
      case "subscribe answer": #expect(try SubscribeAnswer(decoding: bytes).encoded == bytes)
      case "subscription.update request":
        #expect(try SubscriptionUpdate(decoding: bytes).encoded == bytes)
      case "subscription.update reply":
        #expect(try SubscriptionIntervals(decoding: bytes).encoded == bytes)
      case "publish request": #expect(try PublishRequest(decoding: bytes).encoded == bytes)
      case "publish acknowledgement":
        #expect(try PublishAcknowledgement(decoding: bytes).encoded == bytes)
      case "authenticate reply": #expect(try AuthenticateReply(decoding: bytes).encoded == bytes)
      default: Issue.record("\(vector)")
      }
    }
  }
}
