import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: tokens", .timeLimit(.minutes(1)))
  struct AccessTests {
    private static let tokens = """
      "tokens":[{"name":"reader","token":"r3ad","subscribe":["trade.>"]},
      {"name":"writer","token":"wr1te","subscribe":[],"publish":["trade.A"]}]
      """

    private static func token(_ text: String) -> [MetadataPair] {
      [MetadataPair(AuthenticateReply.tokenKey, text)]
    }

    @Test("no token, a wrong one and one without the right are told apart, and counted")
    func refusals() async throws {
      let stage = try await FeedStage(Self.tokens)
      let client = try await stage.greeted()
      let subscribe = SubscribeRequest(["trade.>"]).encoded
      let publish = PublishRequest(name: "x").encoded
      let calls: [(String, [UInt8], [MetadataPair], BinaryProtocol.StatusCode)] = [
        ("authenticate", [], [], .unauthenticated),
        ("authenticate", [], Self.token(""), .unauthenticated),
        ("authenticate", [], Self.token("r3ax"), .unauthenticated),
        ("authenticate", [], Self.token("r3ad "), .unauthenticated),
        ("subscribe", subscribe, [], .unauthenticated),
        ("subscribe", subscribe, Self.token("wrong"), .unauthenticated),
        ("subscribe", subscribe, Self.token("wr1te"), .permissionDenied),
        ("subscribe", SubscribeRequest([">"]).encoded, Self.token("r3ad"), .permissionDenied),
        ("publish", publish, [], .unauthenticated),
        ("publish", publish, Self.token("r3ad"), .permissionDenied),
      ]
      for (index, (method, payload, metadata, code)) in calls.enumerated() {
        let stream = UInt32(index + 1)
        client.call(
          method, payload, on: stream, credit: method == "authenticate" ? 0 : 1000,
          isUnary: method == "authenticate", metadata: metadata)
        let status = try #require(try await client.status(of: stream))
        #expect(status.code == code, "\(index): \(status)")
        #expect(!status.message.contains("r3ad") && !status.message.contains("wr1te"))
      }
      let stats = try await stage.stats()
      #expect(stats["statuses"]?["UNAUTHENTICATED"]?.int64 == 7, "\(stats)")
      #expect(stats["statuses"]?["PERMISSION_DENIED"]?.int64 == 3)
      #expect(stats["connections"]?.int64 == 1)
    }

    @Test("health and describe are for everybody; the others hold what authenticate was shown")
    func authenticated() async throws {
      let stage = try await FeedStage(Self.tokens)
      let client = try await stage.greeted()
      for (stream, method) in [(1, "health"), (2, "describe")] as [(UInt32, String)] {
        client.call(method, on: stream, isUnary: true)
        guard case .message(stream, _, true)? = try await client.next() else {
          return #expect(Bool(false))
        }
      }
      client.call("authenticate", on: 3, isUnary: true, metadata: Self.token("r3ad"))
      guard case .message(3, let payload, true)? = try await client.next() else {
        return #expect(Bool(false))
      }
      let reply = try AuthenticateReply(decoding: payload)
      #expect(reply == AuthenticateReply(name: "reader", rights: .subscribe))
      #expect(
        try await client.subscribe(SubscribeRequest(["trade.X"]), on: 4).policy == .disconnect)
      // A wrong token changes nothing of what was shown before, nor does one of a single call.
      client.call("authenticate", on: 5, isUnary: true, metadata: Self.token("wrong"))
      #expect(try await client.status(of: 5)?.code == .unauthenticated)
      _ = try await client.publish(on: 6, metadata: Self.token("wr1te"))
      client.call("publish", PublishRequest(name: "x").encoded, on: 7, credit: 1000)
      #expect(try await client.status(of: 7)?.code == .permissionDenied)
      #expect(
        try await client.subscribe(SubscribeRequest(["trade.X"]), on: 8).policy == .disconnect)
    }

    @Test("a server without tokens gives everybody a name of nothing and the rights that it gives")
    func open() async throws {
      for (publish, rights) in [(true, [.subscribe, .publish]), (false, .subscribe)]
        as [(Bool, AuthenticateReply.Rights)]
      {
        let stage = try await FeedStage("\"publish\":\(publish)")
        let client = try await stage.call()
        for metadata in [[], Self.token("anything")] {
          let reply = try AuthenticateReply(
            decoding: try await client.call("authenticate", metadata: metadata))
          #expect(reply == AuthenticateReply(name: "", rights: rights))
        }
        await client.close()
      }
    }
  }
}
