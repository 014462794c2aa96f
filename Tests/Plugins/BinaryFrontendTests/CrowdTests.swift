import BinaryProtocol
import EngineCore
import Support
import Testing

@testable import BinaryFrontend

extension FeedTests {
  @Suite("Binary frontend: many connections", .serialized, .timeLimit(.minutes(2)))
  struct CrowdTests {
    @Test("10,000 connections that say nothing are told to go; one that works sees nothing of them")
    func silent() async throws {
      let clock = ManualClock()
      let stage = try await FeedStage(
        "\"connections\":20000,\"connections_per_address\":20000", clock: clock)
      var bystander = try await Bystander(stage)
      // Both ends are in this process. What it may not have is left out.
      let allowed = SilentSockets.allowDescriptors(21_000)
      let count = min(10_000, (allowed - 600) / 2)
      var sockets: SilentSockets? = try await SilentSockets.connect(
        count, port: stage.address.port)
      try await stage.until { $0["connections"]?.int64 == Int64(count + 1) }
      #expect(try await bystander.isUndisturbed(stage, count: 1000))

      clock.advance(nanos: 4_999_000_000)
      #expect(try await bystander.isUndisturbed(stage, count: 1000))
      #expect(try await stage.stats()["connections"]?.int64 == Int64(count + 1))
      clock.advance(nanos: 1_000_000)
      var isFirst = true
      let all = try await sockets?.readToEnd() ?? []
      #expect(all.count == count)
      // Both directions are closed once the other side has closed too, or after a while.
      sockets = nil
      for told in all {
        if isFirst { #expect(try await bystander.isUndisturbed(stage, count: 1000)) }
        isFirst = false
        var decoder = FrameDecoder(maxPayloadBytes: 4096)
        decoder.append(told)
        guard case .goAway(let notice)? = try decoder.next() else {
          Issue.record("told \(told)")
          return
        }
        #expect(notice.code == CloseCode.handshakeTimeout.rawValue)
      }
      let stats = try await stage.until { $0["connections"]?.int64 == 1 }
      #expect(stats["closed"]?["handshakeTimeout"]?.int64 == Int64(count))
      #expect(stats["protocol_faults"]?.int64 == 0)
      #expect(try await bystander.isUndisturbed(stage, count: 1000))
      await bystander.close()
    }

    @Test("a connection over a limit is told so; when others have gone there is room again")
    func limits() async throws {
      for key in ["connections", "connections_per_address"] {
        let stage = try await FeedStage("\"\(key)\":3")
        var bystander = try await Bystander(stage)
        let others = [try await stage.greeted(), try await stage.greeted()]
        let last = try await stage.raw()
        #expect(try await last.farewell() == .limitExceeded)
        #expect(try await stage.count("closed", "limitExceeded") == 1)
        #expect(try await stage.stats()["refused"]?.int64 == 1)
        #expect(try await bystander.isUndisturbed(stage))
        others[0].cut()
        try await stage.until { $0["connections"]?.int64 == 2 }
        _ = try await stage.greeted()
        #expect(try await bystander.isUndisturbed(stage))
        await bystander.close()
        withExtendedLifetime(others) {}
      }
    }

    @Test("half-open connections are asked, and given up; one that answers stays")
    func keepAlive() async throws {
      let clock = ManualClock()
      let stage = try await FeedStage(clock: clock)
      let dead = try await stage.greeted()
      let alive = try await stage.greeted()
      _ = try await dead.subscribe(SubscribeRequest(["trade.>"]))
      _ = try await alive.subscribe(SubscribeRequest(["trade.>"]))
      clock.advance(nanos: 15_000_000_000)
      guard case .ping? = try await dead.next(but: .data) else { return #expect(Bool(false)) }
      guard case .ping(let value)? = try await alive.next(but: .data) else {
        return #expect(Bool(false))
      }
      alive.send(.pong(value), .ping(7))
      // The answer shows that the pong has come in before the clock goes on.
      guard case .pong(7)? = try await alive.next(but: .data) else { return #expect(Bool(false)) }
      clock.advance(nanos: 10_000_000_000)
      while let frame = try await dead.next() {
        if case .goAway(let notice) = frame {
          #expect(notice.code == CloseCode.keepAliveTimeout.rawValue)
        }
      }
      let stats = try await stage.until { $0["connections"]?.int64 == 1 }
      #expect(stats["closed"]?["keepAliveTimeout"]?.int64 == 1)
      #expect(stats["subscriptions"]?.int64 == 1)
      alive.send(.ping(8))
      guard case .pong(8)? = try await alive.next(but: .data, .ping) else {
        return #expect(Bool(false))
      }
    }
  }
}
