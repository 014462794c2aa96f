import EngineCore
import Support
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: alerts and figures of the streaming system", .timeLimit(.minutes(1)))
  struct StreamingAlertTests {
    private static let base = "/api/v1/market-data"

    private func keys(_ value: JSONValue?) -> [String] { (value?.object ?? []).map(\.name) }

    @Test("an alert is created, listed for its user, and deleted by its id")
    func life() async throws {
      let market = try await MarketStage(count: 60, hasAlerts: true)
      let client = try await market.client()
      let body = """
        {"user_id":"user_123","symbol":"A","alert_type":"PRICE_ABOVE","threshold_value":150.00,
        "email_notification":true,"webhook_url":"https://example.com/alerts"}
        """
      let created = try await client.ask("POST", "\(Self.base)/alerts", body: body)
      #expect(created.status == 200)
      let alert = try created.json
      #expect(
        keys(alert) == [
          "id", "user_id", "symbol", "alert_type", "threshold_value", "percentage_threshold",
          "is_active", "email_notification", "push_notification", "expires_at", "webhook_url",
          "custom_message", "created_at", "updated_at",
        ])
      #expect(alert["alert_type"]?.string == "price_above")
      #expect(alert["threshold_value"]?.text() == "150")
      #expect(alert["is_active"]?.bool == true && alert["push_notification"]?.bool == false)
      let id = try #require(alert["id"]?.string)
      #expect(try await client.ask("GET", "\(Self.base)/alerts/user_123").json.array == [alert])
      #expect(try await client.ask("GET", "\(Self.base)/alerts/nobody").json.array == [])
      let rules = try await market.stage.engine.capabilities.find(.alertBook)
        .rules(owner: "user_123")
      #expect(rules.first?["when"]?.string == "price(A) > 150")
      #expect(rules.first?["notify"]?.text() == #"["email","webhook"]"#)
      let deleted = try await client.ask("DELETE", "\(Self.base)/alerts/\(id)")
      #expect(deleted.status == 200)
      #expect(deleted.text == "{\"message\":\"Alert \(id) deleted\",\"id\":\"\(id)\"}\n")
      let again = try await client.ask("DELETE", "\(Self.base)/alerts/\(id)")
      #expect(again.status == 404 && again.text == "{\"detail\":\"Alert \(id) not found\"}\n")
      #expect(try await client.ask("GET", "\(Self.base)/alerts/user_123").json.array == [])
    }

    @Test(
      "each type of alert is a rule that says the same",
      arguments: [
        (#""price_below","threshold_value":1.5"#, "price(A) < 1.5"),
        (#""percentage_change","percentage_threshold":2"#, "abs(change(A, 1d)) >= 2%"),
        (#""percentage_change","threshold_value":0.5"#, "abs(change(A, 1d)) >= 0.5%"),
        (#""volume_spike""#, "volume(A, 1m) > mean(volume(A, 1m), 20) * 2"),
        (#""volume_spike","threshold_value":3"#, "volume(A, 1m) > mean(volume(A, 1m), 20) * 3"),
        (#""moving_average","threshold_value":50"#, "price(A) crosses sma(A, 1m, 50)"),
        (#""moving_average""#, "price(A) crosses sma(A, 1m, 20)"),
      ])
    func types(type: String, condition: String) async throws {
      let market = try await MarketStage(count: 60, hasAlerts: true)
      let client = try await market.client()
      let body = #"{"user_id":"u","symbol":"A","alert_type":\#(type)}"#
      let created = try await client.ask("POST", "\(Self.base)/alerts", body: body)
      #expect(created.status == 200, "\(created.text)")
      let rules = try await market.stage.engine.capabilities.find(.alertBook).rules(owner: "u")
      #expect(rules.map { $0["when"]?.string } == [condition])
    }

    @Test("an alert that cannot be is refused with what is wrong")
    func faults() async throws {
      let market = try await MarketStage(count: 60, hasAlerts: true)
      let client = try await market.client()
      for (body, told) in [
        ("[]", "expected an object"), ("{}", "symbol: expected a text"),
        (#"{"symbol":"A"}"#, "user_id: expected a text"),
        (#"{"symbol":"A","user_id":"u"}"#, "alert_type: expected a text"),
        (#"{"symbol":"A","user_id":"u","alert_type":"x"}"#, "alert_type: expected one of"),
        (#"{"symbol":"A","user_id":"u","alert_type":"price_above"}"#, "threshold_value: expected"),
        (
          #"{"symbol":"Q","user_id":"u","alert_type":"price_above","threshold_value":1}"#,
          "symbol: there is no instrument"
        ),
        (
          #"{"symbol":"A","user_id":"u","alert_type":"price_above","threshold_value":"1"}"#,
          "threshold_value: expected a number"
        ),
        (
          #"{"symbol":"A","user_id":"u","alert_type":"price_above","threshold_value":1,"#
            + #""expires_at":"soon"}"#, "expires: expected"
        ),
      ] {
        let answer = try await client.ask("POST", "\(Self.base)/alerts", body: body)
        #expect(answer.status == 422, "\(body)")
        let detail = try answer.json["detail"]?.string ?? ""
        #expect(detail.contains(told), "\(detail)")
      }
    }

    @Test("the dashboard has everything at a glance, the cache how many quotes were there")
    func monitoring() async throws {
      let market = try await MarketStage(count: 60, hasAlerts: true)
      let client = try await market.client()
      for symbol in ["A", "A", "A", "Q"] {
        _ = try await client.ask("GET", "\(Self.base)/quotes/\(symbol)")
      }
      let cache = try await client.ask("GET", "\(Self.base)/cache/stats").json
      #expect(
        cache.text() == #"{"hits":3,"misses":1,"hit_rate":0.75,"#
          + #""manager":{"performance":{"hits":3,"misses":1,"hit_rate":0.75}}}"#)
      let board = try await client.ask("GET", "\(Self.base)/monitoring/dashboard").json
      #expect(
        keys(board) == [
          "timestamp", "uptime_seconds", "overall_status", "components", "providers",
          "performance", "cache", "streaming",
        ])
      #expect(
        keys(board["performance"]) == ["requests", "errors", "error_rate", "avg_response_time"])
      #expect(board["performance"]?["requests"]?.int64 == 5)
      #expect(board["performance"]?["errors"]?.int64 == 1)
      #expect(board["cache"]?["hit_rate"]?.text() == "0.75")
    }
  }
}
