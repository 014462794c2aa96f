import BinaryProtocol
import EngineCore
import Support
import Synchronization
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: control of the engine", .timeLimit(.minutes(1)))
  struct AdminCallsTests {
    /// What a daemon would offer.
    private final class Desk: AdminCalls {
      let methods = [
        AdminMethod(name: "desk.echo", summary: "Says it again.", isStreaming: false),
        AdminMethod(name: "desk.count", summary: "Counts for ever.", isStreaming: true),
        AdminMethod(name: "desk.fail", summary: "Fails.", isStreaming: false),
      ]
      let sent = Atomic<Int>(0)
      let ended = Atomic<Int>(0)

      func call(
        _ method: String, _ request: [UInt8], isUnary: Bool,
        send: @escaping @Sendable ([UInt8]) async throws -> Void
      ) async throws -> [UInt8]? {
        defer { ended.add(1, ordering: .relaxed) }
        switch method {
        case "desk.echo": return request
        case "desk.fail":
          throw CallError(.failedPrecondition, "not today", hint: "tomorrow")
        default:
          while true {
            try await send(Array("\(sent.load(ordering: .relaxed))".utf8))
            sent.add(1, ordering: .relaxed)
          }
        }
      }
    }

    private static let tokens = """
      "tokens":[{"name":"root","token":"r00t","admin":true},{"name":"reader","token":"r3ad"}]
      """

    private static func token(_ text: String) -> [MetadataPair] {
      [MetadataPair(AuthenticateReply.tokenKey, text)]
    }

    private func stage(_ config: String = Self.tokens) async throws -> (FeedStage, Desk) {
      let stage = try await FeedStage(config)
      let desk = Desk()
      stage.engine.offer(desk, as: .adminCalls)
      return (stage, desk)
    }

    @Test("a token with the right may call; others are refused, and nobody may without tokens")
    func rights() async throws {
      let (stage, desk) = try await stage()
      let client = try await stage.greeted()
      let calls: [([MetadataPair], BinaryProtocol.StatusCode)] = [
        ([], .unauthenticated), (Self.token("wrong"), .unauthenticated),
        (Self.token("r3ad"), .permissionDenied),
      ]
      for (index, (metadata, code)) in calls.enumerated() {
        client.call(
          "desk.echo", [1], on: UInt32(index + 1), isUnary: true, metadata: metadata)
        #expect(try await client.status(of: UInt32(index + 1))?.code == code)
      }
      #expect(desk.ended.load(ordering: .relaxed) == 0)
      client.call("authenticate", on: 10, isUnary: true, metadata: Self.token("r00t"))
      guard case .message(10, let payload, true)? = try await client.next() else {
        return #expect(Bool(false))
      }
      #expect(try AuthenticateReply(decoding: payload).rights == [.subscribe, .admin])
      client.call("desk.echo", [1, 2, 3], on: 11, isUnary: true)
      #expect(
        try await client.next() == .message(stream: 11, payload: [1, 2, 3], isLast: true))
      client.call("desk.fail", on: 12, isUnary: true)
      let failure = try #require(try await client.status(of: 12))
      #expect(failure.code == .failedPrecondition && failure.hint == "tomorrow")
      client.call("desk.count", on: 13, isUnary: true)
      #expect(try await client.status(of: 13)?.code == .invalidArgument)
      client.call("desk.other", on: 14, isUnary: true)
      #expect(try await client.status(of: 14)?.code == .unimplemented)

      let (open, _) = try await self.stage("")
      let other = try await open.greeted()
      other.call("desk.echo", on: 1, isUnary: true)
      #expect(try await other.status(of: 1)?.code == .permissionDenied)
      let alone = try await FeedStage(Self.tokens)
      let nobody = try await alone.greeted()
      nobody.call("desk.echo", on: 1, isUnary: true, metadata: Self.token("r00t"))
      #expect(try await nobody.status(of: 1)?.code == .unimplemented)
    }

    @Test("a stream goes as far as its credit, and ends with its caller")
    func streams() async throws {
      let (stage, desk) = try await stage()
      let client = try await stage.greeted()
      client.call("desk.count", on: 1, credit: 40, metadata: Self.token("r00t"))
      // Messages of 13 bytes: three are above zero, the fourth is the one that passes it.
      for number in 0..<4 {
        #expect(
          try await client.next()
            == .message(stream: 1, payload: Array("\(number)".utf8), isLast: false))
      }
      client.send(.ping(1))
      #expect(try await client.next() == .pong(1))
      // The method learns a little later than the client that its message went out.
      while desk.sent.load(ordering: .relaxed) < 4 { await Task.yield() }
      #expect(desk.sent.load(ordering: .relaxed) == 4)
      client.send(.credit(stream: 1, bytes: 20))
      #expect(
        try await client.next()
          == .message(stream: 1, payload: Array("4".utf8), isLast: false))
      client.send(.cancel(stream: 1))
      while desk.ended.load(ordering: .relaxed) == 0 { try await pause() }

      // One whose connection is lost, and one whose frontend stops, end too.
      client.call("desk.count", on: 2, credit: 40, metadata: Self.token("r00t"))
      guard case .message(2, _, _)? = try await client.next() else {
        return #expect(Bool(false))
      }
      client.cut()
      while desk.ended.load(ordering: .relaxed) == 1 { try await pause() }
      let last = try await stage.greeted()
      last.call("desk.count", on: 1, credit: 40, metadata: Self.token("r00t"))
      guard case .message(1, _, _)? = try await last.next() else { return #expect(Bool(false)) }
      let stopping = Task { await stage.stop() }
      while try await last.next() != nil {}
      while desk.ended.load(ordering: .relaxed) == 2 { try await pause() }
      await stopping.value
    }
  }
}
