import EngineCore
import Testing
import WebProtocol

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: the native protocol", .timeLimit(.minutes(1)))
  struct StreamTests {
    @Test("a client is greeted, subscribes, and gets each event once, in order")
    func subscribing() async throws {
      let stage = try await WebStage()
      stage.define(2)
      let client = try await stage.client()
      let hello = try await client.open("/api/v1/stream")
      #expect(hello["epoch"]?.string == String(stage.engine.bus.epoch))
      #expect(hello["token"]?.string == "not needed")
      let answer = try await client.call("\"op\":\"subscribe\",\"subjects\":\"trade.S1\"")
      #expect(answer["ok"]?["sub"]?.int64 == 1)
      let live = try await client.news()
      #expect(live?["live"] != nil)
      try stage.publish(1...1000, instruments: 2)
      let events = try await client.events(atLeast: 500)
      let sequences = events.compactMap { $0["q"]?.int64 }
      #expect(events.count == 500 && sequences == sequences.sorted())
      #expect(events.allSatisfy { $0["S"]?.string == "S1" && $0["T"]?.string == "trade" })
      let done = try await client.call("\"op\":\"unsubscribe\",\"sub\":1")
      #expect(done["ok"] != nil)
      let missing = try await client.call("\"op\":\"unsubscribe\",\"sub\":1")
      #expect(missing["error"]?["code"]?.string == "not_found")
    }

    @Test("a start in the past comes with everything since, then says that it is live")
    func resuming() async throws {
      let stage = try await WebStage()
      stage.define(1)
      try stage.publish(1...300)
      try await stage.settle()
      let client = try await stage.stream()
      let epoch = stage.engine.bus.epoch
      let answer = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\"from\":\"\(epoch):1\"")
      #expect(answer["ok"]?["resume"]?.string == "complete")
      var times: [String] = []
      var live: Int64?
      while live == nil {
        let message = try #require(try await client.next())
        times += (message["e"]?.array ?? []).compactMap { $0["t"]?.string }
        live = message["live"]?.int64
      }
      #expect(times.count == 300 && Set(times).count == 300)
      #expect(live == Int64(stage.engine.bus.lastSequence) + 1)
      let future = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\"from\":\"\(epoch):99999\"")
      #expect(future["error"]?["code"]?.string == "out_of_range")
      let other = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\"from\":\"\(epoch - 1):5\"")
      #expect(other["ok"]?["resume"]?.string == "another_epoch")
    }

    @Test("what the log has forgotten is told as missing, and as a gap in its place")
    func partial() async throws {
      let stage = try await WebStage("\"log\":\"1MiB\"")
      stage.define(1)
      try stage.publish(1...40_000)
      try await stage.settle()
      let first = try #require(try await stage.stats()["log_first"]?.int64)
      #expect(first > 20)
      let client = try await stage.stream()
      let answer = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\"from\":\"\(stage.engine.bus.epoch):17\"")
      #expect(answer["ok"]?["resume"]?.string == "partial")
      let missing = answer["ok"]?["missing"]?.array?.compactMap(\.int64)
      #expect(missing?.first == 17)
      let events = try await client.events(atLeast: 2)
      #expect(events[0]["T"]?.string == "gap" && events[0]["from"]?.int64 == 17)
      #expect(events[0]["to"]?.int64 == missing?.last && events[0]["why"]?.string == "unavailable")
      #expect(events[1]["q"]?.int64 == (missing?.last ?? 0) + 1)
    }

    @Test("a snapshot is the newest of each, then what comes")
    func snapshot() async throws {
      let stage = try await WebStage()
      stage.define(3)
      try stage.publish(1...300, instruments: 3)
      try await stage.settle()
      let client = try await stage.stream()
      _ = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\"from\":\"snapshot\"")
      let state = try await client.events(atLeast: 3)
      #expect(state.count == 3 && state.allSatisfy { $0["f"]?.int64 == 16 })
      #expect(Set(state.compactMap { $0["S"]?.string }) == ["S1", "S2", "S3"])
      let live = try await client.news()
      #expect(live?["live"]?.int64 == Int64(stage.engine.bus.lastSequence) + 1)
      try stage.publish(301...301)
      let news = try await client.events(atLeast: 1)
      #expect(news.count == 1 && news[0]["f"] == nil)
    }

    @Test("conflated trades are merged, and nothing of them is lost")
    func conflating() async throws {
      let stage = try await WebStage()
      stage.define(1)
      let client = try await stage.stream()
      let answer = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\"policy\":\"conflate\",\"rate\":\"50ms\"")
      #expect(answer["ok"]?["rate"]?.string == "50ms")
      try stage.publish(1...5000)
      var count: Int64 = 0
      var deliveries = 0
      while count < 5000 {
        for event in try await client.events(atLeast: 1) {
          count += event["m"]?["n"]?.int64 ?? 1
          deliveries += 1
        }
      }
      #expect(count == 5000 && deliveries < 100)
    }

    @Test("other ways to write events are served beside the usual one, from the same log")
    func formats() async throws {
      let stage = try await WebStage()
      stage.define(1)
      try stage.publish(1...10)
      try await stage.settle()
      let client = try await stage.stream()
      let from = "\"from\":\"\(stage.engine.bus.epoch):1\""
      _ = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\(from),\"times\":\"ns\"")
      let nanos = try await client.events(atLeast: 10)
      #expect(nanos.map { $0["t"]?.int64 } == (1...10).map { $0 })
      _ = try await client.call("\"op\":\"unsubscribe\",\"sub\":1")
      _ = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\(from),\"fields\":\"full\"")
      let full = try await client.events(atLeast: 10)
      #expect(full.allSatisfy { $0["r"] != nil } && full.count == 10)
      try stage.publish(11...11)
      #expect(try await client.events(atLeast: 1).count == 1)
    }

    @Test("compressed messages say the same as plain ones", arguments: [1, 400])
    func compressed(count: Int) async throws {
      let stage = try await WebStage()
      stage.define(1)
      let plain = try await stage.stream()
      let packed = try await stage.stream(isCompressed: true)
      #expect(packed.agreement?.serverKeepsContext == false && plain.agreement == nil)
      for client in [plain, packed] {
        _ = try await client.call("\"op\":\"subscribe\",\"subjects\":\"trade.>\"")
      }
      try stage.publish(1...count)
      let a = try await plain.events(atLeast: count)
      let b = try await packed.events(atLeast: count)
      #expect(a == b && a.count == count)
    }

    @Test("bad requests are answered where they are wrong, binary ones end the connection")
    func badRequests() async throws {
      let stage = try await WebStage()
      let client = try await stage.stream()
      let answer = try await client.call("\"op\":\"subscribe\",\"subjects\":\"nonsense.>\"")
      #expect(answer["error"]?["code"]?.string == "invalid_argument")
      client.send(.text, Array("no JSON".utf8))
      let second = try await client.next()
      #expect(second?["id"]?.isNull == true && second?["error"]?["line"]?.int64 == 1)
      client.send(.binary, [1, 2, 3])
      #expect(try await client.closeCode() == .unsupportedData)
      let long = try await stage.stream()
      long.send(.text, Array(repeating: UInt8(ascii: " "), count: 300_000))
      #expect(try await long.closeCode() == .tooBig)
      let stats = try await stage.until { $0["websockets"]?.int64 == 0 }
      #expect(stats["closed"]?["1003"]?.int64 == 1 && stats["closed"]?["1009"]?.int64 == 1)
    }

    @Test("a client that vanishes leaves nothing behind")
    func vanishing() async throws {
      let stage = try await WebStage()
      stage.define(1)
      let client = try await stage.stream()
      _ = try await client.call("\"op\":\"subscribe\",\"subjects\":\"trade.>\"")
      #expect(try await stage.stats()["subscriptions"]?.int64 == 1)
      client.cut()
      try await stage.until {
        $0["connections"]?.int64 == 0 && $0["subscriptions"]?.int64 == 0
          && $0["websockets"]?.int64 == 0
      }
    }

    @Test("what comes behind the request for a WebSocket is its first message")
    func early() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      // A masked ping of the key 0, in one piece with the request.
      let request = """
        GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r
        Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Version: 13\r\n\r\n
        """
      client.send(Array(request.utf8) + [0x89, 0x80, 0, 0, 0, 0])
      #expect(try await client.answer().status == 101)
      try await stage.until { $0["messages_out"]?.int64 == 1 }
      #expect(try await stage.stats()["websockets"]?.int64 == 1)
    }

    @Test("a client that an operator disconnects is told why, and not to come back")
    func kicked() async throws {
      let stage = try await WebStage()
      let client = try await stage.stream()
      _ = try await client.call("\"op\":\"hello\",\"client\":\"chart\"")
      let list = try await WebStage.send("connections", to: stage.engine).array
      let number = try #require(list?.first?["connection"])
      #expect(list?.count == 1 && list?.first?["client"]?.string == "chart")
      _ = try await WebStage.send(
        "kick", .object([("connection", number), ("reason", .string("enough"))]),
        to: stage.engine)
      #expect(try await client.closeCode() == .kicked)
      try await stage.until { $0["connections"]?.int64 == 0 }
      await #expect(throws: PluginError.self) {
        try await WebStage.send("kick", .object([("connection", number)]), to: stage.engine)
      }
    }

    @Test("when it stops clients are told, get what is theirs, and are closed with 1001")
    func stopping() async throws {
      let stage = try await WebStage(
        "\"flush\":\"1s\"".replacing("\"flush\"", with: "\"coalesce\""))
      stage.define(1)
      let client = try await stage.stream()
      _ = try await client.call("\"op\":\"subscribe\",\"subjects\":\"trade.>\"")
      try stage.publish(1...100)
      async let stopped: Void = stage.stop()
      var events = 0
      var said: [String] = []
      var code: WebSocketCloseCode?
      while code == nil {
        switch try await client.received() {
        case .text(let text):
          let message = try JSONReader().read(Array(text.utf8))
          events += message["e"]?.array?.count ?? 0
          if message["goaway"] != nil { said.append("goaway") }
          if message["end"] != nil { said.append("end") }
        case .closed(let closed): code = closed
        default: break
        }
      }
      await stopped
      #expect(events == 100 && said == ["goaway", "end"] && code == .goingAway)
    }
  }
}
