import EngineCore
import Support
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: ticks that are pushed, changed and cancelled", .timeLimit(.minutes(1)))
  struct IngestTests {
    private static let json = ["Content-Type": "application/json"]
    private static let begin = MarketStage.begin

    /// A row as JSON: price n comes n seconds after the first.
    private func row(_ price: Int64, at second: Int64, symbol: String = "A") -> String {
      "{\"symbol\":\"\(symbol)\",\"price\":\(price),\"size\":2,"
        + "\"time\":\"\(MarketStage.time(second))\"}"
    }

    private func post(
      _ client: WebClient, _ body: String, type: String = "application/json", query: String = ""
    ) async throws -> WebClient.Answer {
      try await client.ask(
        "POST", "/api/v1/ticks\(query)", headers: ["Content-Type": type], body: body)
    }

    @Test("one tick goes into the log, and its position comes back")
    func one() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let answer = try await post(
        client, #"{"symbol":"A","price":12.345678901,"size":0.5,"side":"sell","venue_seq":7}"#)
      #expect(answer.status == 201)
      let seq = try #require(try answer.json["rows"]?.array?.first?["seq"]?.int64)
      let tick = try await client.ask("GET", "/api/v1/ticks/A/\(seq)").json
      #expect(tick["price"]?.text() == "12.345678901" && tick["side"]?.string == "sell")
      #expect(tick["seq"]?.int64 == seq && tick["source"]?.string == "web")
      #expect(try await client.ask("GET", "/api/v1/last/A").json["trade"]?["seq"]?.int64 == seq)
      #expect(try await client.ask("GET", "/api/v1/ticks/BRK.B@X/\(seq)").status == 404)
    }

    @Test(
      "a wrong tick is refused, with what was expected",
      arguments: [
        (#"{"price":1}"#, "symbol: expected a text, found nothing"),
        (#"{"symbol":"Q","price":1}"#, "symbol: there is no instrument \"Q\""),
        (#"{"symbol":"A"}"#, "price: expected a number, found nothing"),
        (#"{"symbol":"A","price":"1"}"#, "price: expected a number"),
        (#"{"symbol":"A","price":1e-10}"#, "price: expected at most 9 decimals"),
        (#"{"symbol":"A","price":1e30}"#, "price: expected a number between"),
        (#"{"symbol":"A","price":1,"size":-1}"#, "size: expected 0 or more, found -1"),
        (#"{"symbol":"A","price":1,"side":"up"}"#, "side: expected \"buy\", \"sell\""),
        (#"{"symbol":"A","price":1,"time":"x"}"#, "time: expected a time such as"),
        (#"{"symbol":"A","price":1,"time":"2200-01-01"}"#, "is in the future"),
        (#"{"symbol":"A","price":1,"prise":1}"#, "\"prise\", did you mean \"price\"?"),
        ("7", "expected an object"),
      ])
    func wrong(body: String, message: String) async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let answer = try await post(client, body)
      #expect(answer.status == 422)
      #expect(
        try answer.json["error"]?["message"]?.string?.contains(message) == true, "\(answer.text)")
      let last = try await client.ask("GET", "/api/v1/last/A").json
      #expect(last["trade"]?["price"]?.text() == "60")
      #expect(try await post(client, "{").status == 400)
    }

    @Test("of many each row is told what became of it")
    func many() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let rows = [row(1, at: 70), row(2, at: 71, symbol: "Q"), row(3, at: 72), row(1, at: 70)]
      let list = try await post(client, "[\(rows.joined(separator: ","))]")
      #expect(list.status == 200)
      let json = try list.json
      #expect(json["accepted"]?.int64 == 2 && json["refused"]?.int64 == 2)
      let results = try #require(json["rows"]?.array)
      #expect(results.map { $0["row"]?.int64 } == [0, 1, 2, 3])
      #expect(results.map { $0["seq"] != nil } == [true, false, true, false])
      #expect(results[3]["error"]?.string?.hasPrefix("duplicate") == true)
      let lines = try await post(
        client, "\(row(5, at: 80))\n\nno\n\(row(6, at: 81))\n", type: "application/x-ndjson",
        query: "?results=refused")
      let told = try lines.json
      #expect(told["accepted"]?.int64 == 2 && told["rows"]?.array?.count == 1)
      #expect(told["rows"]?.array?.first?["error"]?.string?.hasPrefix("not JSON") == true)
      let page = try await client.ask("GET", "/api/v1/ticks/A?end=newest&limit=4").json
      #expect((page["ticks"]?.array ?? []).map { $0["price"]?.text() } == ["1", "3", "5", "6"])
    }

    @Test("thousands of rows keep their order, and each has its position")
    func thousands() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let rows = (1...8000).map { "{\"symbol\":\"A\",\"price\":\($0)}" }
      let answer = try await post(
        client, rows.joined(separator: "\n"), type: "application/x-ndjson")
      let positions = try (answer.json["rows"]?.array ?? []).compactMap { $0["seq"]?.int64 }
      #expect(positions.count == 8000 && positions == positions.sorted())
      let last = try #require(positions.last)
      let tick = try await client.ask("GET", "/api/v1/ticks/A/\(last)").json
      #expect(tick["price"]?.text() == "8000")
    }

    @Test("bars after changes are those of data that was right from the start")
    func exact() async throws {
      var random = SeededRandom(seed: 11)
      let prices = (0..<200).map { _ in Int64(random.next() % 90) + 10 }
      let edits: [(index: Int, price: Int64?)] = [
        (3, 500), (61, nil), (62, 1), (150, 7), (199, nil),
      ]
      func stage(_ prices: [(second: Int64, price: Int64)]) async throws -> (MarketStage, [Int64]) {
        let market = try await MarketStage(count: 60)
        let client = try await market.client()
        let rows = prices.map { row($0.price, at: 3600 + $0.second) }
        let answer = try await post(client, "[\(rows.joined(separator: ","))]")
        return (market, try (answer.json["rows"]?.array ?? []).compactMap { $0["seq"]?.int64 })
      }
      let wrong = prices.enumerated().map { (second: Int64($0.offset), price: $0.element) }
      let (changed, positions) = try await stage(wrong)
      let client = try await changed.client()
      for edit in edits {
        let target = "/api/v1/ticks/A/\(positions[edit.index])"
        let answer =
          if let price = edit.price {
            try await client.ask("PUT", target, body: "{\"price\":\(price)}")
          } else { try await client.ask("DELETE", target) }
        #expect(answer.status == 200, "\(answer.text)")
      }
      let gone = try await client.ask("GET", "/api/v1/ticks/A/\(positions[61])")
      #expect(gone.status == 404)
      let new = try await client.ask("GET", "/api/v1/ticks/A/\(positions[3])").json
      #expect(new["price"]?.text() == "500" && new["corrected"]?.bool == true)
      let right = wrong.compactMap { row in
        let edit = edits.first { $0.index == Int(row.second) }
        return edit.map { edit in edit.price.map { (second: row.second, price: $0) } } ?? row
      }
      let (fresh, _) = try await stage(right)
      let other = try await fresh.client()
      for spec in ["1s", "1m", "1h"] {
        let target = "/api/v1/bars/A/\(spec)?from=\(MarketStage.time(3600))&limit=5000"
        let expected = try await values(other, target)
        #expect(try await values(client, target) == expected)
        #expect(expected.count == (spec == "1s" ? 198 : spec == "1m" ? 4 : 1))
      }
    }

    /// Bars without their state and revision.
    private func values(_ client: WebClient, _ target: String) async throws -> [String] {
      let names = ["start", "open", "high", "low", "close", "volume", "notional", "count"]
      return try (await client.ask("GET", target).json["bars"]?.array ?? []).map { bar in
        names.map { bar[$0]?.text() ?? "-" }.joined(separator: " ")
      }
    }

    @Test("a token writes what it may publish")
    func rights() async throws {
      let market = try await MarketStage(
        """
        "tokens":[{"name":"a","token":"aaa","publish":["trade.A"]},
        {"name":"r","token":"rrr"}]
        """, count: 60)
      let client = try await market.client()
      func post(_ token: String, _ symbol: String) async throws -> Int {
        try await client.ask(
          "POST", "/api/v1/ticks", headers: ["X-API-Key": token],
          body: "{\"symbol\":\"\(symbol)\",\"price\":1}"
        ).status
      }
      #expect(try await post("aaa", "A") == 201)
      #expect(try await post("aaa", "BRK.B@X") == 422)
      #expect(try await post("rrr", "A") == 403)
    }
  }
}
