import EngineCore
import Testing
import WebProtocol

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: tokens and origins", .timeLimit(.minutes(1)))
  struct AccessTests {
    private static let tokens = """
      "tokens":[{"name":"reader","token":"r3ad&more","subscribe":["trade.>"]}]
      """
    private static let trades = "\"op\":\"subscribe\",\"subjects\":\"trade.>\""

    @Test(
      "a token is taken from headers and from the query",
      arguments: [
        ("/api/v1/stream", ["Authorization": "Bearer r3ad&more"]),
        ("/api/v1/stream", ["X-API-Key": "r3ad&more"]),
        ("/api/v1/stream?token=r3ad%26more", [:]),
      ])
    func shown(target: String, headers: [String: String]) async throws {
      let stage = try await WebStage(Self.tokens)
      let client = try await stage.stream(target, headers: headers)
      #expect(try await client.call(Self.trades)["ok"] != nil)
      let quotes = try await client.call("\"op\":\"subscribe\",\"subjects\":\"quote.>\"")
      #expect(quotes["error"]?["code"]?.string == "permission_denied")
    }

    @Test("a token that nobody has is refused before there is a WebSocket")
    func unknown() async throws {
      let stage = try await WebStage(Self.tokens)
      let client = try await stage.client()
      let answer = try await client.upgrade(
        "/api/v1/stream", headers: ["Authorization": "Bearer wrong"])
      #expect(answer.status == 401 && answer.headers["www-authenticate"] == "Bearer")
    }

    @Test("a browser shows its token in its first message")
    func message() async throws {
      let stage = try await WebStage(Self.tokens)
      let client = try await stage.client()
      let hello = try await client.open("/api/v1/stream")
      #expect(hello["token"]?.string == "needed")
      let early = try await client.call(Self.trades)
      #expect(early["error"]?["code"]?.string == "unauthenticated")
      let known = try await client.call("\"op\":\"authenticate\",\"token\":\"r3ad&more\"")
      #expect(known["ok"]?["name"]?.string == "reader")
      #expect(try await client.call(Self.trades)["ok"] != nil)
      let other = try await stage.stream()
      let refused = try await other.call("\"op\":\"authenticate\",\"token\":\"wrong\"")
      #expect(refused["error"]?["code"]?.string == "unauthenticated")
      #expect(try await other.closeCode() == .unauthenticated)
    }

    @Test("pages of this host and listed ones may connect, others may not")
    func origins() async throws {
      let stage = try await WebStage()
      let own = try await stage.client()
      let mine = try await own.upgrade(
        "/api/v1/stream", headers: ["Origin": "http://\(stage.address)"])
      #expect(mine.status == 101)
      let other = try await stage.client()
      let foreign = ["Origin": "https://evil.example"]
      #expect(try await other.upgrade("/api/v1/stream", headers: foreign).status == 403)
      let open = try await WebStage("\"origins\":[\"*\"]")
      let any = try await open.client()
      #expect(try await any.upgrade("/api/v1/stream", headers: foreign).status == 101)
      let listing = try await WebStage("\"origins\":[\"https://evil.example\"]")
      let listed = try await listing.client()
      #expect(try await listed.upgrade("/api/v1/stream", headers: foreign).status == 101)
    }

    @Test("a plain request to a WebSocket's path is told what it is")
    func plain() async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let answer = try await client.ask("GET", "/api/v1/stream")
      #expect(answer.status == 426 && answer.headers["upgrade"] == "websocket")
      // Behind a request to go over to something else nothing is read.
      let other = try await client.ask(
        "GET", "/ready", headers: ["Upgrade": "h2c", "Connection": "Upgrade"])
      #expect(other.status == 200 && other.headers["connection"] == "close")
      #expect(await client.isClosedByServer())
    }
  }
}
