import EngineCore
import Support
import Synchronization
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: who may ask for what", .timeLimit(.minutes(1)))
  struct RESTRightsTests {
    private static let tokens = """
      "tokens":[{"name":"all","token":"aaa","admin":true},
      {"name":"one","token":"bbb","subscribe":["trade.A","bar.A.1m"]},
      {"name":"writer","token":"ccc","publish":["trade.>"]}]
      """

    private func status(
      _ client: WebClient, _ target: String, _ token: String, method: String = "GET",
      headers: [String: String] = [:]
    ) async throws -> Int {
      var headers = headers
      if !token.isEmpty { headers["Authorization"] = "Bearer \(token)" }
      if method == "POST" { headers["Content-Length"] = "0" }
      return try await client.ask(method, target, headers: headers).status
    }

    @Test("a token reads what it may subscribe to, and no more")
    func reading() async throws {
      let market = try await MarketStage(Self.tokens, count: 60)
      let client = try await market.client()
      for (target, expected) in [
        ("/api/v1/ticks/A", 200), ("/api/v1/bars/A/1m", 200), ("/api/v1/bars/A/1s", 403),
        ("/api/v1/ticks/A?kind=quote", 403), ("/api/v1/last/BRK.B@X", 403),
      ] {
        #expect(try await status(client, target, "bbb") == expected, "\(target)")
        #expect(try await status(client, target, "aaa") == 200, "\(target)")
      }
      let none = try await client.ask("GET", "/api/v1/status")
      #expect(none.status == 401 && none.headers["www-authenticate"] == "Bearer")
      #expect(try await status(client, "/api/v1/status", "zzz") == 401)
      #expect(try await status(client, "/api/v1/status?token=aaa", "") == 200)
    }

    @Test("control needs a token with admin, and goes where the admin socket goes")
    func control() async throws {
      let market = try await MarketStage(Self.tokens, count: 60)
      let calls = SeenCalls()
      market.stage.engine.offer(calls as any AdminCalls, as: .adminCalls)
      let client = try await market.client()
      let target = "/api/v1/plugins/bars/pause"
      #expect(try await status(client, target, "ccc", method: "POST") == 403)
      #expect(try await status(client, target, "aaa", method: "POST") == 200)
      #expect(calls.seen.withLock { $0 } == [#"plugins.pause {"names":["bars"]}"#])
      #expect(try await status(client, "/api/v1/plugins/x/pause", "aaa", method: "POST") == 404)
      #expect(
        try await status(client, "/api/v1/plugins/history/stop", "aaa", method: "POST") == 422)
      let open = try await MarketStage(count: 60)
      let other = try await open.client()
      #expect(try await status(other, target, "", method: "POST") == 403)
    }

    @Test("the streaming system's clients pause and resume what is simulated and replayed")
    func streaming() async throws {
      let stage = try await WebStage(Self.tokens)
      stage.engine.offer(SeenCalls() as any AdminCalls, as: .adminCalls)
      let client = try await stage.client()
      let target = "/api/v1/market-data/streaming/stop"
      #expect(try await status(client, target, "ccc", method: "POST") == 403)
      let none = try await client.ask(
        "POST", target, headers: ["X-API-Key": "aaa", "Content-Length": "0"])
      #expect(none.status == 422)
      #expect(try none.json["detail"]?.string?.hasPrefix("no plugin of type generator") == true)
    }

    @Test("what streams is stopped and started with a token that has admin")
    func streamingControl() async throws {
      let stage = try await WebStage(
        Self.tokens,
        plugins: #"{"name":"sim","type":"generator","config":{"instruments":1,"interval":"1h"}}"#)
      let calls = SeenCalls()
      stage.engine.offer(calls as any AdminCalls, as: .adminCalls)
      let client = try await stage.client()
      for (action, told) in [("stop", "false"), ("start", "true")] {
        let answer = try await client.ask(
          "POST", "/api/v1/market-data/streaming/\(action)",
          headers: ["Authorization": "Bearer aaa", "Content-Length": "0"])
        #expect(answer.status == 200)
        #expect(answer.text == "{\"streaming\":\(told),\"sources\":[\"sim\"]}\n")
      }
      #expect(
        calls.seen.withLock { $0 } == [
          #"plugins.pause {"names":["sim"]}"#, #"plugins.resume {"names":["sim"]}"#,
        ])
    }

    @Test("pages of others change nothing, pages that are listed may")
    func origins() async throws {
      let market = try await MarketStage(
        Self.tokens + #","cors":["https://a.example"]"#, count: 60)
      market.stage.engine.offer(SeenCalls() as any AdminCalls, as: .adminCalls)
      let client = try await market.client()
      let target = "/api/v1/plugins/bars/pause"
      func post(_ origin: String) async throws -> Int {
        try await status(client, target, "aaa", method: "POST", headers: ["Origin": origin])
      }
      #expect(try await post("https://b.example") == 403)
      #expect(try await post("https://a.example") == 200)
      #expect(try await post("http://\(market.stage.address)") == 200)
      let asked = try await client.ask("OPTIONS", target, headers: ["Origin": "https://a.example"])
      #expect(asked.headers["access-control-allow-methods"] == "POST, OPTIONS")
      let wrong = try await client.ask("DELETE", "/api/v1/bars/A/1m")
      #expect(wrong.status == 405 && wrong.headers["allow"] == "GET, HEAD, OPTIONS")
    }

    @Test("an answer that does not come is given up, and the next request is served")
    func late() async throws {
      let stage = try await WebStage(#""answer":"100ms""#)
      stage.define(1)
      stage.engine.offer(SilentHistory() as any MarketHistory, as: .marketHistory)
      let client = try await stage.client()
      client.request("GET", "/api/v1/ticks/S1")
      client.request("GET", "/ready")
      #expect(try await client.answer().status == 504)
      #expect(try await client.answer().status == 200)
    }
  }
}

/// Notes what it is asked.
private final class SeenCalls: AdminCalls {
  let seen = Mutex<[String]>([])
  var methods: [AdminMethod] { [] }

  func call(
    _ method: String, _ request: [UInt8], isUnary: Bool,
    send: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> [UInt8]? {
    let text = String(decoding: request, as: UTF8.self)
    seen.withLock { $0.append("\(method) \(text)") }
    let isDone = !text.contains("history")
    let result = #"{"name":"p","ok":\#(isDone),"state":"running","paused":true,"error":"no"}"#
    return Array(#"{"results":[\#(result)]}"#.utf8)
  }
}

/// Never answers.
private struct SilentHistory: MarketHistory {
  private func wait() async -> PluginError {
    let (stream, sink) = AsyncStream.makeStream(of: Void.self)
    for await _ in stream {}
    sink.finish()
    return PluginError("cancelled")
  }

  func bars(_ query: HistoryBarQuery) async throws(PluginError) -> HistoryBars {
    throw await wait()
  }
  func ticks(_ query: TickQuery) async throws(PluginError) -> TickPage { throw await wait() }
  func series() async throws(PluginError) -> [HistorySeries] { throw await wait() }
}
