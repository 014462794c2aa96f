import EngineCore
import Support
import Testing
import WebProtocol

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: what is served where", .timeLimit(.minutes(1)))
  struct ListenerTests {
    private func status(_ client: WebClient, _ target: String) async throws -> Int {
      try await client.ask("GET", target).status
    }

    @Test(
      "a person is told what to open",
      arguments: [
        ("127.0.0.1:8000", false, "http://127.0.0.1:8000/"),
        ("*:80", false, "http://localhost:80/"),
        ("[::1]:8443", true, "https://[::1]:8443/"), ("0.0.0.0:9", true, "https://localhost:9/"),
        ("[::]:9", false, "http://localhost:9/"), ("feed.local:1", false, "http://feed.local:1/"),
      ])
    func place(address: String, isEncrypted: Bool, page: String) throws {
      let address = try #require(ListenAddress(address))
      #expect(WebServer.dashboardPage(at: address, isEncrypted: isEncrypted) == page)
    }

    @Test("a listener serves its dialects, health and figures, and nothing else")
    func apart() async throws {
      let stage = try await WebStage(
        #""listeners":[{"listen":"127.0.0.1:0","dialects":["streaming"]},"#
          + #"{"listen":["127.0.0.1:0"],"dialects":["forex","tickers"]}]"#)
      stage.define(1)
      #expect(stage.addresses.count == 3)
      let all = try await stage.client()
      let streaming = try await stage.client(listener: 1)
      let forex = try await stage.client(listener: 2)
      let own = "/api/v1/status"
      let other = "/api/v1/market-data/status"
      for (target, expected) in [
        (own, [200, 404, 404]), (other, [200, 200, 404]), ("/ws-test", [200, 404, 200]),
        ("/health", [200, 200, 200]), ("/metrics", [200, 200, 200]), ("/docs", [200, 200, 200]),
        ("/time", [200, 404, 404]),
      ] {
        var found: [Int] = []
        for client in [all, streaming, forex] { found.append(try await status(client, target)) }
        #expect(found == expected, "\(target)")
      }
      let document = try await forex.ask("GET", "/openapi.json").json
      #expect(document["paths"]?["/ohlc/day"] != nil && document["paths"]?[own] == nil)
    }

    @Test("WebSockets of a dialect are where it is served")
    func sockets() async throws {
      let stage = try await WebStage(
        #""listeners":[{"listen":"127.0.0.1:0","dialects":["streaming"]}]"#)
      stage.define(1)
      let client = try await stage.client(listener: 1)
      #expect(try await client.upgrade("/").status == 101)
      client.send(.text, Array(#"{"type":"subscribe","symbols":["S1"]}"#.utf8))
      #expect(try await client.next()?.text() == #"{"type":"subscribed","symbols":["S1"]}"#)
      for target in ["/ws", "/ws/ticks", "/ws/S1", "/api/v1/stream"] {
        let other = try await stage.client(listener: 1)
        #expect(try await other.upgrade(target).status == 404, "\(target)")
      }
    }
  }
}
