import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: clients that do not read", .timeLimit(.minutes(2)))
  struct SlowReaderTests {
    /// Of a connection: what events may take, with the frame that passes the mark.
    private static let eventBytesMax: Int64 = 64 << 10 + 256 << 10 + 64

    /// Publishes until the log of 1 MiB has forgotten what the client has not read.
    private func overrun(
      _ stage: FeedStage, _ bystander: inout Bystander, rounds: Int = 60
    ) async throws {
      for _ in 0..<rounds {
        #expect(try await bystander.isUndisturbed(stage, count: 5000))
        let unwritten = try #require(try await stage.stats()["unwritten_bytes"]?.int64)
        #expect(unwritten <= Self.eventBytesMax)
      }
    }

    @Test(
      "who never reads holds little, and is told what it lost",
      arguments: [1 << 20, 16 << 20] as [UInt32])
    func dropOldest(credit: UInt32) async throws {
      let stage = try await FeedStage("\"log\":\"1MiB\",\"write_buffer\":\"64KiB\"")
      var bystander = try await Bystander(stage)
      let client = try await stage.greeted()
      let answer = try await client.subscribe(
        SubscribeRequest([">"], policy: .dropOldest), credit: credit)
      try await overrun(stage, &bystander)

      // It reads after all: everything until some event, a gap, everything from there on.
      var check = ContinuityCheck(from: answer.position.next)
      let last = stage.engine.bus.lastSequence
      while check.next <= last, let frame = try await client.next() {
        guard case .data(let stream, _, let payload) = frame else { continue }
        client.send(.credit(stream: stream, bytes: UInt32(payload.count + 12)))
        try check.take(payload)
      }
      #expect(check.faults.isEmpty && check.next > last)
      #expect(!check.gaps.isEmpty && check.gaps.allSatisfy { $0.reason == .overrun })
      #expect(try await stage.stats()["lost"]?.int64 == Int64(check.lost))
      #expect(try await bystander.isUndisturbed(stage))
      await bystander.close()
    }

    @Test("with policy disconnect its call ends with DATA_LOSS, behind the gap")
    func disconnect() async throws {
      let stage = try await FeedStage("\"log\":\"1MiB\",\"write_buffer\":\"64KiB\"")
      var bystander = try await Bystander(stage)
      let client = try await stage.greeted()
      _ = try await client.subscribe(
        SubscribeRequest(["trade.>"], policy: .disconnect), credit: 1 << 20)
      try await overrun(stage, &bystander)
      client.send(.credit(stream: 1, bytes: 1 << 20))
      var gap: Gap?
      var status: CallStatus?
      while status == nil, let frame = try await client.next() {
        switch frame {
        case .data(_, _, let payload):
          #expect(gap == nil)
          var decoder = RecordDecoder(payload.raw)
          while let record = try decoder.next() {
            if case .event(let event) = record, event.kind == .gap { gap = event.gap }
          }
        case .status(1, let last): status = last
        default: break
        }
      }
      #expect(gap?.reason == .disconnected && status?.code == .dataLoss)
      let stats = try await stage.stats()
      #expect(stats["statuses"]?["DATA_LOSS"]?.int64 == 1)
      #expect(stats["lost"]?.int64 == gap.map { Int64($0.count) })
      #expect(stats["connections"]?.int64 == 2)
      #expect(try await bystander.isUndisturbed(stage))
      await bystander.close()
    }

    @Test("who goes on asking and never reads an answer is cut off, and costs little until then")
    func asking() async throws {
      // So many calls at a time that none is refused for their number.
      let stage = try await FeedStage("\"write_buffer\":\"64KiB\",\"calls\":65536")
      var bystander = try await Bystander(stage)
      let client = try await stage.greeted()
      var stream: UInt32 = 0
      var isCut = false
      while !isCut {
        for _ in 0..<200 {
          stream += 1
          client.call("describe", on: stream, isUnary: true)
        }
        #expect(try await bystander.isUndisturbed(stage))
        let stats = try await stage.stats()
        // The limit, and the answer that passes it.
        #expect(try #require(stats["unwritten_bytes"]?.int64) < 1 << 20 + 64 << 10)
        isCut = stats["closed"]?["slowReader"]?.int64 == 1
      }
      try await stage.until { $0["connections"]?.int64 == 1 }
      // Without a GOAWAY, for which there is no room.
      while let frame = try await client.next() { #expect(frame.type == .message) }
      #expect(try await bystander.isUndisturbed(stage))
      await bystander.close()
    }
  }
}
