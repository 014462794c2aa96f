import EngineCore
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: the routes of the FX OHLC microservice", .timeLimit(.minutes(1)))
  struct ForexDialectTests {
    private func keys(_ value: JSONValue?) -> [String] { (value?.object ?? []).map(\.name) }

    @Test("a tick is created, read, changed and deleted by its id")
    func ticks() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let body = #"{"symbol": "A", "price": 1.12345, "time": "2024-01-15T12:00:00Z"}"#
      let created = try await client.ask("POST", "/ticks/", body: body)
      #expect(created.status == 201)
      let tick = try created.json
      #expect(keys(tick) == ["id", "symbol", "price", "time"])
      #expect(tick["price"]?.text() == "1.12345")
      #expect(tick["time"]?.string == "2024-01-15T12:00:00Z")
      let target = "/ticks/\(try #require(tick["id"]?.int64))"
      #expect(try await client.ask("GET", target).json == tick)
      let changed = try await client.ask("PUT", target, body: #"{"price": 1.2}"#)
      #expect(try changed.status == 200 && changed.json["price"]?.text() == "1.2")
      #expect(try await client.ask("GET", target).json["price"]?.text() == "1.2")
      let deleted = try await client.ask("DELETE", target)
      #expect(deleted.status == 204 && deleted.body.isEmpty)
      let gone = try await client.ask("GET", target)
      #expect(gone.status == 404 && gone.text == "{\"detail\":\"Tick not found\"}\n")
    }

    @Test("ticks of a range are a list in order of time, and many are created at once")
    func ranges() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let rows = [(2, 30), (1, 20), (3, 40)].map { price, second in
        #"{"symbol":"A","price":\#(price),"time":"2024-01-15T12:00:\#(second)Z"}"#
      }.joined(separator: ",")
      let many = try await client.ask("POST", "/ticks/bulk", body: "{\"ticks\":[\(rows)]}")
      #expect(try many.status == 201 && many.json["created"]?.int64 == 3)
      #expect(try many.json["ids"]?.array?.count == 3)
      let list = try await client.ask(
        "GET", "/ticks/?symbol=A&start=2024-01-15T12:00:00Z&end=2024-01-15T12:00:30Z")
      #expect(try (list.json.array ?? []).map { $0["price"]?.text() } == ["1", "2"])
    }

    @Test("bars by minute, hour and day have a bucket and a count")
    func bars() async throws {
      let market = try await MarketStage()
      let client = try await market.client()
      let minutes = try await client.ask(
        "GET", "/ohlc/minute?symbol=A&start=2024-01-15T10:00:00Z&end=2024-01-15T10:01:00Z"
      ).json
      let first = try #require(minutes.array?.first)
      #expect(
        first.text() == #"{"bucket":"2024-01-15T10:00:00Z","symbol":"A","open":1,"high":60,"#
          + #""low":1,"close":60,"tick_count":60}"#)
      #expect(minutes.array?.count == 2)
      for (name, count) in [("hour", 3600), ("day", 3600)] {
        let bars = try await client.ask("GET", "/ohlc/\(name)?symbol=A").json
        #expect(bars.array?.first?["tick_count"]?.int64 == Int64(count))
      }
    }

    @Test("what is wrong is told as that service tells it")
    func faults() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let missing = try await client.ask("GET", "/ohlc/minute")
      #expect(missing.status == 422)
      let detail = try #require(try missing.json["detail"]?.array?.first)
      #expect(keys(detail) == ["type", "loc", "msg"])
      #expect(detail["loc"]?.array?.last?.string == "symbol")
      let body = try await client.ask("POST", "/ticks/", body: #"{"symbol":"A"}"#)
      #expect(body.status == 422)
      let many = try await client.ask("POST", "/ticks/bulk", body: "\"A\"")
      #expect(many.status == 422 && many.text.contains("expected an object or a list"))
    }
  }

  @Suite("Web frontend: the routes of the price data system", .timeLimit(.minutes(1)))
  struct VirtualTickerDialectTests {
    @Test("tickers have their newest and first prices, a history its newest points")
    func tickers() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let list = try await client.ask("GET", "/api/v1/tickers").json
      let ticker = try #require(list.array?.first)
      #expect(
        ticker.text() == #"{"id":"A","name":"First","current_price":60,"initial_price":1,"#
          + #""created_at":"2024-01-15T10:00:00Z","updated_at":"2024-01-15T10:00:59Z"}"#)
      #expect(list.array?.count == 1)
      let history = try await client.ask("GET", "/api/v1/tickers/A/history?limit=2").json
      #expect(history["ticker"] == ticker)
      #expect(
        history["history"]?.text() == #"[{"value":59,"timestamp":"2024-01-15T10:00:58Z"},"#
          + #"{"value":60,"timestamp":"2024-01-15T10:00:59Z"}]"#)
      let all = try await client.ask("GET", "/api/v1/tickers/A/history").json
      #expect(all["history"]?.array?.count == 60)
    }

    @Test("an unknown ticker is not found, and a limit has its range")
    func faults() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let unknown = try await client.ask("GET", "/api/v1/tickers/INVALID_ID/history")
      #expect(unknown.status == 404)
      #expect(unknown.text == "{\"detail\":\"Ticker INVALID_ID not found\"}\n")
      #expect(try await client.ask("GET", "/api/v1/tickers/A/history?limit=0").status == 422)
      #expect(try await client.ask("GET", "/api/v1/tickers/A/history?limit=1001").status == 422)
    }
  }
}
