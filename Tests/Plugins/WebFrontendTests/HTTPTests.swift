import EngineCore
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: HTTP", .timeLimit(.minutes(1)))
  struct HTTPTests {
    @Test("health, readiness and metrics are answered on one connection")
    func keepAlive() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let health = try await client.ask("GET", "/health")
      #expect(health.status == 200 && health.headers["content-type"] == "application/json")
      #expect(try health.json["status"]?.string == "healthy")
      #expect(try health.json["plugins"]?["web"]?.string == "running")
      let ready = try await client.ask("GET", "/ready?verbose")
      #expect(try ready.status == 200 && ready.json["ready"]?.bool == true)
      let metrics = try await client.ask("GET", "/metrics")
      #expect(
        metrics.text.contains("tickwire_http_requests_total{path=\"/health\",status=\"200\"} 1"))
      #expect(metrics.text.contains("tickwire_plugin_up{plugin=\"web\",type=\"websocket\"} 1"))
      // Its own check wants quantiles in summaries alone.
      #expect(metrics.text.contains("# TYPE tickwire_plugin_hop_seconds summary"))
      #expect(metrics.headers["date"]?.hasSuffix(" GMT") == true)
      let accepted = try await stage.stats()["accepted"]?.int64
      #expect(accepted == 1)
    }

    @Test("requests that come together are answered in order")
    func pipelined() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      for target in ["/health", "/nothing", "/ready", "/health"] { client.request("GET", target) }
      for status in [200, 404, 200, 200] {
        let answer = try await client.answer()
        #expect(answer.status == status)
      }
    }

    @Test("HEAD has the length of the body and no body, other methods are refused by name")
    func methods() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let head = try await client.ask("HEAD", "/ready")
      #expect(head.status == 200 && head.headers["content-length"] == "15" && head.body.isEmpty)
      let delete = try await client.ask("DELETE", "/ready")
      #expect(delete.status == 405 && delete.headers["allow"] == "GET, HEAD, OPTIONS")
      let post = try await client.ask("POST", "/nothing", headers: ["Content-Length": "0"])
      #expect(try post.status == 404 && post.json["error"]?["status"]?.int64 == 404)
    }

    @Test("a connection is closed behind the answer when its client says so, or speaks HTTP/1.0")
    func closing() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let answer = try await client.ask("GET", "/ready", headers: ["Connection": "close"])
      #expect(answer.status == 200 && answer.headers["connection"] == "close")
      #expect(await client.isClosedByServer())
      let old = try await stage.client()
      old.send("GET /ready HTTP/1.0\r\n\r\n")
      #expect(try await old.answer().status == 200)
      #expect(await old.isClosedByServer())
      let kept = try await stage.client()
      kept.send("GET /ready HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(try await kept.answer().headers["connection"] == "keep-alive")
      kept.send("GET /health HTTP/1.0\r\n\r\n")
      #expect(try await kept.answer().status == 200)
    }

    static let ambiguous: [(name: String, request: String)] = [
      ("two lengths", "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
      ("the same length twice", "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
      ("a list of lengths", "Content-Length: 3, 3\r\n\r\nabc"),
      ("a negative length", "Content-Length: -1\r\n\r\n"),
      ("length and coding", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      ("coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"),
      ("an unknown coding", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
      ("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      ("a coding with a tab", "Transfer-Encoding:\tchunked\u{B}\r\n\r\n0\r\n\r\n"),
      ("a folded line", "X: a\r\n b\r\n\r\n"), ("a bare line feed", "X: a\n\r\n"),
      ("a bare carriage return", "X: a\rb\r\n\r\n"), ("a blank before the colon", "X : a\r\n\r\n"),
      ("no name", ": a\r\n\r\n"), ("a second Host", "Host: other\r\n\r\n"),
      ("a chunk size that is none", "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"),
      ("a chunk size with a sign", "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n"),
      ("a chunk longer than its size", "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n"),
      ("an expectation", "Expect: tea\r\n\r\n"),
    ]

    @Test(
      "what two servers might understand differently is refused, and nothing behind it is read",
      arguments: ambiguous.indices)
    func smuggling(index: Int) async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let (name, rest) = Self.ambiguous[index]
      client.send(
        "POST /ready HTTP/1.1\r\nHost: x\r\n\(rest)GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
      var statuses: [Int] = []
      while let answer = try await client.answerOrEnd() { statuses.append(answer.status) }
      #expect(statuses.allSatisfy { $0 >= 400 } && statuses.count == 1, "\(name): \(statuses)")
    }

    @Test("hosts are checked", arguments: ["", "a b", "a/b", "x:y", "[::1", "a:123456", "a@b"])
    func hosts(host: String) async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      client.send("GET /ready HTTP/1.1\r\n\(host.isEmpty ? "" : "Host: \(host)\r\n")\r\n")
      #expect(try await client.answer().status == 400)
      #expect(await client.isClosedByServer())
    }

    @Test("heads and bodies have an end")
    func limits() async throws {
      let stage = try await WebStage("\"header\":\"2KiB\",\"body\":\"1KiB\"")
      let long = String(repeating: "x", count: 4096)
      let head = try await stage.client()
      #expect(try await head.ask("GET", "/ready", headers: ["X": long]).status == 431)
      let target = try await stage.client()
      #expect(try await target.ask("GET", "/\(long)").status == 431)
      let body = try await stage.client()
      #expect(
        try await body.ask("POST", "/ready", headers: ["Content-Length": "2000"]).status == 413)
      let chunked = try await stage.client()
      chunked.request("POST", "/ready", headers: ["Transfer-Encoding": "chunked"])
      chunked.send("800\r\n\(long.prefix(2048))\r\n")
      #expect(try await chunked.answer().status == 413)
      let small = try await stage.client()
      small.request("POST", "/nothing", headers: ["Transfer-Encoding": "chunked"])
      small.send("3\r\nabc\r\n0\r\n\r\n")
      #expect(try await small.answer().status == 404)
    }

    @Test("who waits with the body for a sign gets it")
    func expectation() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      client.request(
        "POST", "/nothing", headers: ["Expect": "100-continue", "Content-Length": "3"])
      #expect(try await client.answer().status == 100)
      client.send("abc")
      #expect(try await client.answer().status == 404)
    }

    @Test("requests that do not come to an end, and connections without one, are closed")
    func slow() async throws {
      let stage = try await WebStage("\"request\":\"100ms\",\"idle\":\"100ms\"")
      let silent = try await stage.client()
      #expect(await silent.isClosedByServer())
      let slow = try await stage.client()
      slow.send("POST /ready HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")
      #expect(try await slow.answer().status == 408)
      let idle = try await stage.client()
      #expect(try await idle.ask("GET", "/ready").status == 200)
      #expect(await idle.isClosedByServer())
    }

    @Test("connections over a limit are told to come again")
    func crowd() async throws {
      let stage = try await WebStage("\"connections_per_address\":2")
      let first = try await stage.client()
      let second = try await stage.client()
      #expect(try await first.ask("GET", "/ready").status == 200)
      #expect(try await second.ask("GET", "/ready").status == 200)
      let third = try await stage.client()
      let answer = try await third.answer()
      #expect(answer.status == 503 && answer.headers["retry-after"] == "5")
      #expect(await third.isClosedByServer())
      first.cut()
      try await stage.until { $0["connections"]?.int64 == 1 }
      let fourth = try await stage.client()
      #expect(try await fourth.ask("GET", "/ready").status == 200)
    }

    @Test("an address may send so many requests a second")
    func rate() async throws {
      let stage = try await WebStage("\"rate\":1")
      let client = try await stage.client()
      for _ in 0..<20 { client.request("GET", "/ready") }
      var statuses: [Int] = []
      while let answer = try await client.answerOrEnd() { statuses.append(answer.status) }
      #expect(statuses.count < 20 && statuses.last == 429)
      #expect(statuses.dropLast().allSatisfy { $0 == 200 } && statuses.count > 10)
    }

    @Test("pages of listed origins may read answers")
    func crossOrigin() async throws {
      let stage = try await WebStage("\"cors\":[\"https://a.example\"]")
      let client = try await stage.client()
      let mine = try await client.ask("GET", "/ready", headers: ["Origin": "https://a.example"])
      #expect(mine.headers["access-control-allow-origin"] == "https://a.example")
      #expect(mine.headers["vary"] == "Origin")
      let other = try await client.ask("GET", "/ready", headers: ["Origin": "https://b.example"])
      #expect(other.headers["access-control-allow-origin"] == nil)
      let asked = try await client.ask(
        "OPTIONS", "/health",
        headers: ["Origin": "https://a.example", "Access-Control-Request-Method": "GET"])
      #expect(asked.status == 204 && asked.headers["content-length"] == nil)
      #expect(asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS")
    }

    @Test("answers are named, behind a proxy by whom it names, and stand in the log when asked for")
    func named() async throws {
      let stage = try await WebStage("\"proxies\":[\"127.0.0.1\"],\"access_log\":true")
      let client = try await stage.client()
      let named = try await client.ask("GET", "/ready", headers: ["X-Request-Id": "my-1"])
      #expect(named.headers["x-request-id"] == "my-1")
      let passed = try await client.ask(
        "GET", "/nothing", headers: ["X-Forwarded-For": "6.6.6.6, 1.2.3.4"])
      let id = try #require(passed.headers["x-request-id"])
      let lines = stage.engine.logs.history(last: 10) { $0.message == "request" }
      #expect(lines.count == 2 && lines[1].text.contains("peer=1.2.3.4"))
      #expect(lines[1].text.contains("status=404") && lines[1].text.contains("id=\(id)"))
      let page = try await stage.client()
      let answer = try await page.upgrade(
        "/api/v1/stream",
        headers: [
          "Origin": "https://ticks.example", "X-Forwarded-Host": "ticks.example",
          "X-Forwarded-For": "1.2.3.4",
        ])
      #expect(answer.status == 101)
      let clients = try await WebStage.send("connections", to: stage.engine).array
      #expect(clients?.first?["peer"]?.string == "1.2.3.4")
    }
  }
}
