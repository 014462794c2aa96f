import EngineCore
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: the routes of the market data service", .timeLimit(.minutes(1)))
  struct MarketServiceDialectTests {
    private func keys(_ value: JSONValue?) -> [String] { (value?.object ?? []).map(\.name) }

    @Test("prices come within the day and by day, with the close before")
    func prices() async throws {
      let market = try await MarketStage(count: 180)
      let client = try await market.client()
      let intraday = try await client.ask(
        "GET", "/marketdata/intraday?symbol=A&start_date=2024-01-15&end_date=2024-01-15"
      ).json
      let rows = try #require(intraday.array)
      #expect(
        keys(rows[0]) == [
          "symbol", "timestamp", "open", "high", "low", "close", "adj_close", "volume",
          "previous_close", "delivery_percentage",
        ])
      #expect(rows.map { $0["close"]?.text() } == ["60", "120", "180"])
      #expect(rows.map { $0["previous_close"]?.text() } == ["null", "60", "120"])
      let daily = try await client.ask("GET", "/marketdata/daily?symbol=A").json
      #expect(daily.array?.count == 1 && daily.array?.first?["close"]?.text() == "180")
      let none = try await client.ask(
        "GET", "/marketdata/intraday?symbol=A&start_date=2024-01-16&end_date=2024-01-17"
      ).json
      #expect(none.array?.isEmpty == true)
    }

    @Test("instruments are listed and found; what is not served says so, with its status")
    func rest() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let list = try await client.ask("GET", "/instruments/?exchange_id=1&limit=50").json
      #expect(list.array?.compactMap { $0["symbol"]?.string } == ["A", "BRK.B"])
      for id in ["1", "A"] {
        #expect(try await client.ask("GET", "/instruments/\(id)").json["name"]?.string == "First")
      }
      for (method, target, status) in [
        ("GET", "/instruments/99", 404), ("GET", "/marketdata/daily?symbol=Q", 404),
        ("GET", "/marketdata/daily", 400), ("POST", "/exchange/", 501),
        ("DELETE", "/exchange/1", 501), ("POST", "/auth/login", 501),
      ] {
        let answer = try await client.ask(method, target, headers: ["Content-Length": "0"])
        #expect(answer.status == status, "\(target)")
        #expect(try keys(answer.json) == ["detail", "status_code"])
        #expect(try answer.json["status_code"]?.int64 == Int64(status))
      }
    }

    @Test(
      "what is not served is refused with its status and a reason",
      arguments: [
        ("GET", "/exchange/"), ("POST", "/exchange/"), ("GET", "/exchange/1"),
        ("PUT", "/exchange/1"), ("DELETE", "/exchange/1"), ("POST", "/instruments/"),
        ("POST", "/auth/login"), ("POST", "/auth/register"), ("GET", "/auth/google/login"),
        ("POST", "/populate_database/instruments"), ("POST", "/populate_database/exchanges"),
        ("GET", "/provider/"), ("POST", "/provider/"), ("GET", "/provider/1"),
        ("PUT", "/provider/1"), ("DELETE", "/provider/1"),
      ])
    func absent(method: String, target: String) async throws {
      let stage = try await WebStage()
      let client = try await stage.client()
      let answer = try await client.ask(method, target, headers: ["Content-Length": "0"])
      #expect(answer.status == 501)
      #expect(try keys(answer.json) == ["detail", "status_code"])
      #expect(try answer.json["status_code"]?.int64 == 501)
      let reason = try answer.json["detail"]?.string ?? ""
      #expect(reason.hasPrefix(target.replacing("1", with: "{id}") + ": "), "\(reason)")
    }
  }

  @Suite("Web frontend: the routes of the streaming system", .timeLimit(.minutes(1)))
  struct StreamingSystemDialectTests {
    private static let base = "/api/v1/market-data"

    @Test("quotes of one and of many have the newest prices")
    func quotes() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let one = try await client.ask("GET", "\(Self.base)/quotes/A").json
      #expect(
        one.text() == #"{"symbol":"A","current_price":60,"bid":3599.9,"ask":3600.1,"#
          + #""timestamp":"2024-01-15T10:00:59Z"}"#)
      for body in [#"{"symbols":["A","Q"]}"#, #"["A","Q"]"#] {
        let many = try await client.ask("POST", "\(Self.base)/quotes", body: body).json
        #expect(many.array == [one])
      }
      let unknown = try await client.ask("GET", "\(Self.base)/quotes/Q")
      #expect(unknown.status == 404)
      #expect(unknown.text == "{\"detail\":\"Quote not found for symbol: Q\"}\n")
      for body in ["{}", #"["A",null]"#, #"{"symbols":[]}"#] {
        let answer = try await client.ask("POST", "\(Self.base)/quotes", body: body)
        #expect(answer.status == 422, "\(body)")
      }
    }

    @Test("historical data, companies, status, providers and figures of the stream are there")
    func rest() async throws {
      let market = try await MarketStage(count: 120)
      let client = try await market.client()
      let past = try await client.ask(
        "GET", "\(Self.base)/historical/A?interval=1m&start_date=2024-01-15&end_date=2024-01-15")
      let points = try #require(try past.json["data_points"]?.array)
      #expect(points.map { $0["close_price"]?.text() } == ["60", "120"])
      let wrong = try await client.ask("GET", "\(Self.base)/historical/A?interval=9m")
      #expect(wrong.status == 422)
      let company = try await client.ask("GET", "\(Self.base)/company/A").json
      #expect(
        company.text() == #"{"symbol":"A","name":"First","exchange":null,"currency":"EUR"}"#)
      let status = try await client.ask("GET", "\(Self.base)/status").json
      #expect(status["overall_status"]?.string == "healthy")
      #expect(status["components"]?["bars"]?["status"]?.string == "healthy")
      let stats = try await client.ask("GET", "\(Self.base)/streaming/stats").json
      #expect(
        stats.text() == #"{"streaming":false,"websocket_stats":{"connected_clients":0}}"#)
      let pushed = try await client.ask(
        "POST", "/api/v1/ticks", body: #"{"symbol":"A","price":1}"#)
      #expect(pushed.status == 201)
      let providers = try await client.ask("GET", "\(Self.base)/providers").json
      #expect(
        providers.text() == #"{"web":{"healthy":true,"status":"healthy","last_error":null}}"#)
    }
  }
}
