import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: what publishers should not send", .timeLimit(.minutes(1)))
  struct HostilePublisherTests {
    private static let encoder = RecordEncoder(catalog: Catalog())

    /// A trade of the publisher's instrument 1.
    private static func trade(_ number: Int) -> [UInt8] {
      var event = Ticks.trade(number)
      event.sequence = UInt64(number)
      var bytes: [UInt8] = []
      encoder.append(event, to: &bytes)
      return bytes
    }

    private static let definition = DefinitionRecord(
      Instrument(symbol: "HOSTILE"), id: InstrumentID(1)
    ).encoded

    /// A record of 64 bytes, all zero but for its head.
    private static func record(
      kind: UInt8, sequence: UInt64, words: UInt8 = 8, version: UInt8 = 1
    ) -> [UInt8] {
      let sequence = (0..<6).map { UInt8(truncatingIfNeeded: sequence >> (8 * $0)) }
      return sequence + [words, version, kind] + [UInt8](repeating: 0, count: 55)
    }

    private static func compressed(_ records: [UInt8]) -> [UInt8] {
      var payload: [UInt8] = []
      FrameCompressor(level: 9).append(records.raw, to: &payload)
      return payload
    }

    struct Bad: Sendable, CustomTestStringConvertible {
      var name: String
      var payload: [UInt8]
      var flags: UInt8 = 0
      var testDescription: String { name }
    }

    static let malformedFrames: [Bad] = [
      Bad(name: "a record that is cut", payload: Array(trade(2)[..<63])),
      Bad(name: "half a head", payload: [1, 2, 3]),
      Bad(name: "a kind of 0", payload: record(kind: 0, sequence: 2)),
      Bad(name: "a trade of 16 bytes", payload: record(kind: 1, sequence: 2, words: 2)),
      Bad(name: "a record of 8 bytes", payload: record(kind: 200, sequence: 2, words: 1)),
      Bad(name: "a record beyond its frame", payload: record(kind: 200, sequence: 2, words: 9)),
      Bad(name: "a sequence once more", payload: trade(1)),
      Bad(name: "sequence 0", payload: trade(0)),
      Bad(name: "no size", payload: [1, 2], flags: FrameFlags.compressed),
      Bad(
        name: "a size over the limit",
        payload: [0x08, 0x00, 0x10, 0x00] + compressed(trade(2))[4...],
        flags: FrameFlags.compressed),
      Bad(
        name: "a size of no whole words", payload: [63, 0, 0, 0] + compressed(trade(2))[4...],
        flags: FrameFlags.compressed),
      Bad(
        name: "a size that is too small", payload: [56, 0, 0, 0] + compressed(trade(2))[4...],
        flags: FrameFlags.compressed),
      Bad(
        name: "a size that is too large", payload: [72, 0, 0, 0] + compressed(trade(2))[4...],
        flags: FrameFlags.compressed),
      Bad(
        name: "bytes after the stream", payload: compressed(trade(2)) + [0],
        flags: FrameFlags.compressed),
      Bad(
        name: "no zlib stream", payload: [64, 0, 0, 0] + [UInt8](repeating: 7, count: 64),
        flags: FrameFlags.compressed),
    ]

    @Test(
      "a malformed frame ends the call; what came before it is taken", arguments: malformedFrames)
    func malformed(bad: Bad) async throws {
      let stage = try await FeedStage()
      var bystander = try await Bystander(stage)
      let client = try await stage.greeted()
      _ = try await client.publish()
      client.send(
        .data(stream: 1, flags: 0, payload: Self.definition + Self.trade(1)),
        .data(stream: 1, flags: bad.flags, payload: bad.payload))
      #expect(try await client.status(of: 1)?.code == .invalidArgument)
      let stats = try await stage.stats()
      #expect(stats["published"]?.int64 == 1 && stats["connections"]?.int64 == 2)
      #expect(stats["statuses"]?["INVALID_ARGUMENT"]?.int64 == 1)
      // The connection goes on, with another call.
      _ = try await client.publish(on: 3)
      #expect(try await bystander.isUndisturbed(stage))
      await bystander.close()
    }

    @Test("a publisher that sends more than it was allowed while the engine is full is sent away")
    func window() async throws {
      let stage = try await FeedStage()
      let client = try await stage.greeted()
      let first = try await client.publish()
      // Nobody reads here: the ring is full, and what is sent waits.
      let stuck = try stage.engine.bus.subscribe(SubscriptionRequest(.everything), name: "stuck")
      client.send(.data(stream: 1, flags: 0, payload: Self.definition))
      let frames = (2 * Int(first.creditBytes)) >> 16
      var records = (1...1024).flatMap { Self.trade($0) }
      for frame in 0..<frames {
        for place in 0..<1024 {
          let sequence = frame * 1024 + place + 1
          for byte in 0..<3 { records[place * 64 + byte] = UInt8(sequence >> (8 * byte) & 255) }
        }
        client.send(.data(stream: 1, flags: 0, payload: records))
      }
      let status = try #require(try await client.status(of: 1))
      #expect(status.code == .invalidArgument && status.message.contains("credit"))
      stuck.close()
      let stats = try await stage.until { $0["unpublished_bytes"]?.int64 == 0 }
      #expect(try #require(stats["published"]?.int64) < Int64(frames * 1024))
      _ = try await client.publish(on: 3)
    }

    @Test("data after END, or on a call that takes none, ends that call")
    func ends() async throws {
      let stage = try await FeedStage()
      let client = try await stage.greeted()
      _ = try await client.publish(on: 3)
      client.send(
        .data(stream: 3, flags: FrameFlags.lastData, payload: []),
        .data(stream: 3, flags: 0, payload: []))
      // END was there first, or the fault after it.
      ending: while let frame = try await client.next() {
        switch frame {
        case .message(3, _, isLast: true): break ending
        case .status(3, let status):
          #expect(status.code == .invalidArgument)
          break ending
        default: #expect(frame.type == .message)
        }
      }
      client.call("health", on: 5, isUnary: true)
      client.send(.data(stream: 5, flags: 0, payload: []))
      // The data may come before the answer is made, or after.
      switch try await client.next() {
      case .message(5, _, isLast: true)?: break
      case .status(5, let status)?: #expect(status.code == .unimplemented)
      case let other: Issue.record("\(String(describing: other))")
      }
      #expect(try await stage.stats()["connections"]?.int64 == 1)
    }

    @Test("a kind or version that is not known is rejected and named, and the call goes on")
    func unknown() async throws {
      let stage = try await FeedStage()
      let client = try await stage.greeted()
      _ = try await client.publish()
      let records =
        Self.definition + Self.trade(1) + Self.record(kind: 200, sequence: 2)
        + Self.record(kind: 1, sequence: 3, version: 2) + Self.record(kind: 201, sequence: 0)
        + Self.trade(4) + Self.record(kind: 99, sequence: 5)
      client.send(.data(stream: 1, flags: FrameFlags.lastData, payload: records))
      var rejects: [PublishAcknowledgement.Reject] = []
      var last: PublishAcknowledgement?
      while let frame = try await client.next(), case .message(1, let payload, let isLast) = frame {
        let acknowledgement = try PublishAcknowledgement(decoding: payload)
        rejects += acknowledgement.rejects
        last = acknowledgement
        if isLast { break }
      }
      #expect(last?.decided == 5 && last?.accepted == 2 && last?.rejected == 3)
      #expect(rejects.map(\.sequence) == [2, 3, 5])
      #expect(rejects.allSatisfy { $0.code == .unimplemented })
      #expect(try await stage.stats()["rejected"]?.int64 == 3)
    }

    @Test("frames that expand a thousand times cost what they have on the wire, and are worked off")
    func bombs() async throws {
      let stage = try await FeedStage()
      var bystander = try await Bystander(stage)
      let client = try await stage.greeted()
      _ = try await client.publish()
      // As large as a frame may become: records that say nothing.
      var records: [UInt8] = []
      let record = Self.record(kind: 200, sequence: 0)
      for _ in 0..<16_384 { records += record }
      let bomb = Self.compressed(records)
      #expect(bomb.count * 990 < 1 << 20)
      for _ in 0..<200 {
        client.send(.data(stream: 1, flags: FrameFlags.compressed, payload: bomb))
        let waiting = try #require(try await stage.stats()["unpublished_bytes"]?.int64)
        // One frame at a time is inflated.
        #expect(waiting < 2 << 20)
      }
      #expect(try await bystander.isUndisturbed(stage))
      client.send(
        .data(stream: 1, flags: FrameFlags.lastData, payload: Self.definition + Self.trade(1)))
      var last: PublishAcknowledgement?
      while let frame = try await client.next(), case .message(1, let payload, let isLast) = frame {
        last = try PublishAcknowledgement(decoding: payload)
        if isLast { break }
      }
      #expect(last?.accepted == 1 && last?.rejected == 0)
      await bystander.close()
    }
  }
}
