import EngineCore
import Support
import Testing
import WebProtocol

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: WebSocket grammars of other systems", .timeLimit(.minutes(1)))
  struct DialectTests {
    /// A client with an open WebSocket.
    private func open(_ market: MarketStage, _ target: String) async throws -> WebClient {
      let client = try await market.client()
      let answer = try await client.upgrade(target)
      try #require(answer.status == 101)
      return client
    }

    private func trade(_ market: MarketStage, _ price: Int64, at second: Int64) throws {
      let trade = Trade(
        instrument: InstrumentID(1), price: Price(raw: price * 500_000_000),
        size: Quantity(raw: 1_000_000_000), eventTime: MarketStage.time(second),
        receiveTime: MarketStage.time(second))
      let publisher = market.stage.engine.bus.publisher(role: .source)
      while !publisher.publish(Event(trade)) { try Task.checkCancellation() }
    }

    @Test("a ticker's client gets its price updates")
    func ticker() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await open(market, "/ws/A")
      try await market.stage.until { $0["websockets"]?.int64 == 1 }
      try trade(market, 3, at: 70)
      let message = try #require(try await client.next())
      #expect(
        message.text() == #"{"type":"price_update","data":{"ticker_id":"A","price":1.5,"#
          + #""timestamp":"2024-01-15T10:01:10Z"}}"#)
    }

    @Test("a ticker that is not there is an error, and closes with 4004")
    func unknownTicker() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await open(market, "/ws/NOPE")
      let message = try #require(try await client.next())
      #expect(message.text() == #"{"type":"error","message":"Ticker NOPE not found"}"#)
      guard case .closed(let code) = try await client.received() else {
        Issue.record("expected the end")
        return
      }
      #expect(code.rawValue == 4004)
    }

    @Test("channels are subscribed to and left, and tell the bar of the day")
    func channels() async throws {
      let market = try await MarketStage(count: 60, partial: "every tick")
      let client = try await open(market, "/ws")
      client.send(.text, Array(#"{"message_type":"subscribe","channel":"A"}"#.utf8))
      let info = try await client.next()
      #expect(info?.text() == #"{"message_type":"info","message":"Subscribed to A"}"#)
      try trade(market, 300, at: 70)
      var day = try #require(try await client.next())
      // States of the bar before that trade may still be on their way.
      while day["close"]?.text() != "150" { day = try #require(try await client.next()) }
      #expect(
        day.text() == #"{"message_type":"data","symbol":"A","timestamp":"2024-01-15T00:00:00Z","#
          + #""open":1,"high":150,"low":1,"close":150,"volume":31,"previous_close":null,"#
          + #""adj_close":150,"delivery_percentage":null}"#)
      client.send(.text, Array(#"{"message_type":"unsubscribe","channel":"A"}"#.utf8))
      var last = try await client.next()
      while last?["message_type"]?.string == "data" { last = try await client.next() }
      #expect(last?["message"]?.string == "Unsubscribed from A")
      for (sent, told) in [
        (#"{"message_type":"subscribe","channel":"Q"}"#, "there is no instrument \"Q\""),
        (#"{"message_type":"other","channel":"A"}"#, "message_type: expected"),
        ("no", "expected JSON"),
      ] {
        client.send(.text, Array(sent.utf8))
        let answer = try await client.next()
        #expect(answer?["message_type"]?.string == "error")
        #expect(answer?["message"]?.string?.hasPrefix(told) == true)
      }
    }

    @Test("lists of symbols are subscribed to at the root, which is a page for browsers")
    func symbols() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await open(market, "/")
      client.send(.text, Array(#"{"type":"subscribe","symbols":["A","BRK.B@X"]}"#.utf8))
      let confirmed = try await client.next()
      #expect(confirmed?.text() == #"{"type":"subscribed","symbols":["A","BRK.B@X"]}"#)
      try trade(market, 5, at: 71)
      let data = try #require(try await client.next())
      #expect(
        data.text() == #"{"type":"market_data","symbol":"A","data":{"symbol":"A","#
          + #""current_price":2.5,"size":1,"timestamp":"2024-01-15T10:01:11Z"}}"#)
      client.send(.text, Array(#"{"type":"unsubscribe","symbols":["A"]}"#.utf8))
      #expect(try await client.next()?["type"]?.string == "unsubscribed")
      let page = try await market.client().ask("GET", "/")
      #expect(page.status == 200 && page.text.hasPrefix("Tickwire"))
    }

    @Test("every tick is a bare object, in order")
    func ticks() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await open(market, "/ws/ticks")
      try await market.stage.until { $0["websockets"]?.int64 == 1 }
      for number in 1...500 { try trade(market, Int64(number) * 2, at: 100) }
      var prices: [String] = []
      while prices.count < 500, let tick = try await client.next() {
        if prices.isEmpty {
          #expect((tick.object ?? []).map(\.name) == ["id", "symbol", "price", "time"])
        }
        prices.append(tick["price"]?.text() ?? "-")
      }
      #expect(prices == (1...500).map { "\($0)" })
      let page = try await market.client().ask("GET", "/ws-test")
      #expect(page.status == 200 && page.text.contains("/ws/ticks"))
    }

    @Test("a token is needed where tokens are, and reads what is its")
    func rights() async throws {
      let market = try await MarketStage(
        #""tokens":[{"name":"a","token":"aaa","subscribe":["trade.BRK.>"]}]"#, count: 60)
      let client = try await market.client()
      #expect(try await client.upgrade("/ws/ticks").status == 401)
      let other = try await open(market, "/ws/A?token=aaa")
      #expect(try await other.next()?["type"]?.string == "error")
    }
  }
}
