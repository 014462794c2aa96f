import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: frames that no client should send", .timeLimit(.minutes(1)))
  struct HostileFrameTests {
    @Test(
      "instead of a hello they end the connection, with a GOAWAY", arguments: Breach.beforeHello)
    func beforeHello(breach: Breach) async throws {
      let stage = try await FeedStage()
      var bystander = try await Bystander(stage)
      let client = try await stage.raw()
      client.send(breach.bytes)
      #expect(try await client.farewell() == breach.code)
      #expect(try await stage.count("closed", "\(breach.code)") == 1)
      #expect(try await bystander.isUndisturbed(stage))
      await bystander.close()
    }

    @Test("later they do the same, also beside calls that run", arguments: Breach.afterHello)
    func afterHello(breach: Breach) async throws {
      let stage = try await FeedStage()
      var bystander = try await Bystander(stage)
      let client = try await stage.greeted()
      client.send(breach.bytes)
      #expect(try await client.farewell() == breach.code)
      let stats = try await stage.until { $0["connections"]?.int64 == 1 }
      #expect(stats["closed"]?["\(breach.code)"]?.int64 == 1)
      #expect(stats["protocol_faults"]?.int64 == 1 && stats["subscriptions"]?.int64 == 1)
      #expect(try await bystander.isUndisturbed(stage))
      await bystander.close()
    }

    @Test("data frames are for those who asked for them", arguments: [0, 1] as [UInt64])
    func capabilities(offered: UInt64) async throws {
      let stage = try await FeedStage()
      let client = try await stage.greeted(capabilities: WireCapabilities(rawValue: offered))
      client.call("health", on: 1, isUnary: true)
      _ = try await client.next()
      // Without DATA none at all, with DATA alone none that is compressed.
      let flags = offered == 0 ? 0 : FrameFlags.compressed
      client.send(.data(stream: 1, flags: flags, payload: []))
      #expect(try await client.farewell() == .protocolError)
      #expect(try await stage.count("closed", "protocolError") == 1)
    }

    @Test("a frame that is cut by the end of the connection does nothing", arguments: 0..<20)
    func truncated(seed: UInt64) async throws {
      let stage = try await FeedStage()
      var bystander = try await Bystander(stage)
      var random = SeededRandom(seed: seed)
      let client = try await stage.greeted()
      let call = FrameEncoder.encode(
        .call(
          stream: 1,
          CallRequest(
            method: "subscribe", initialCreditBytes: 1000, payload: SubscribeRequest([">"]).encoded)
        ))
      client.send(Array(call[..<Int.random(in: 1..<call.count, using: &random)]))
      // An answer to what stands before it shows that the beginning has come in.
      _ = try await stage.until { $0["connections"]?.int64 == 2 }
      client.cut()
      let stats = try await stage.until { $0["connections"]?.int64 == 1 }
      #expect(stats["closed"]?["peerClosed"]?.int64 == 1)
      #expect(stats["protocol_faults"]?.int64 == 0 && stats["subscriptions"]?.int64 == 1)
      #expect(try await bystander.isUndisturbed(stage))
      await bystander.close()
    }

    @Test("a mistake in one call ends that call, and the connection goes on")
    func calls() async throws {
      let stage = try await FeedStage("\"calls\":4,\"subscriptions\":1")
      let client = try await stage.greeted()
      let good = SubscribeRequest([">"])
      var late = good
      late.start = .position(StreamPosition(epoch: stage.engine.bus.epoch, next: 1 << 40))
      let bad: [(String, [UInt8], UInt32, Bool, BinaryProtocol.StatusCode)] = [
        ("nonsense", [], 0, true, .unimplemented),
        ("subscribe", good.encoded, 1000, true, .invalidArgument),
        ("subscribe", [], 1000, false, .invalidArgument),
        ("subscribe", good.encoded + [0], 1000, false, .invalidArgument),
        ("subscribe", SubscribeRequest(["nonsense.>"]).encoded, 1000, false, .invalidArgument),
        ("subscribe", SubscribeRequest([]).encoded, 1000, false, .invalidArgument),
        ("subscribe", good.encoded, 0, false, .invalidArgument),
        ("subscribe", good.encoded, 16 << 20 + 1, false, .invalidArgument),
        ("subscribe", late.encoded, 1000, false, .outOfRange),
        ("publish", [], 1000, false, .invalidArgument),
        ("publish", PublishRequest(name: "").encoded, 1000, false, .invalidArgument),
        (
          "subscription.update", SubscriptionUpdate(stream: 1, flushNanos: 1).encoded, 0, true,
          .notFound
        ),
      ]
      for (index, (method, payload, credit, isUnary, code)) in bad.enumerated() {
        let stream = UInt32(index + 1)
        client.call(method, payload, on: stream, credit: credit, isUnary: isUnary)
        #expect(try await client.status(of: stream)?.code == code, "\(method), \(index)")
      }
      let stats = try await stage.stats()
      #expect(stats["statuses"]?["INVALID_ARGUMENT"]?.int64 == 9, "\(stats)")
      #expect(stats["statuses"]?["UNIMPLEMENTED"]?.int64 == 1)
      #expect(stats["statuses"]?["OUT_OF_RANGE"]?.int64 == 1)
      #expect(stats["statuses"]?["NOT_FOUND"]?.int64 == 1)
      #expect(stats["protocol_faults"]?.int64 == 0)

      _ = try await client.subscribe(good, on: 100)
      client.call("subscribe", good.encoded, on: 101, credit: 1000)
      #expect(try await client.status(of: 101)?.code == .resourceExhausted)
      // A subscription takes no data and no messages.
      client.send(.data(stream: 100, flags: 0, payload: []))
      #expect(try await client.status(of: 100)?.code == .unimplemented)
      _ = try await client.subscribe(good, on: 102)
      client.send(.message(stream: 102, payload: [1], isLast: false))
      #expect(try await client.status(of: 102)?.code == .unimplemented)
      _ = try await client.subscribe(good, on: 103)
      client.send(.credit(stream: 103, bytes: 16 << 20))
      #expect(try await client.status(of: 103)?.code == .invalidArgument)
      for stream in 110...114 as ClosedRange<UInt32> {
        client.call("publish", PublishRequest(name: "x").encoded, on: stream, credit: 1000)
      }
      #expect(try await client.status(of: 114)?.code == .resourceExhausted)
      #expect(try await stage.count("statuses", "RESOURCE_EXHAUSTED") == 2)
      #expect(try await stage.stats()["connections"]?.int64 == 1)
    }
  }
}
