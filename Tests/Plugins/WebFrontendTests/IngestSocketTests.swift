import EngineCore
import Testing
import WebProtocol

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: ticks that are pushed by WebSocket", .timeLimit(.minutes(1)))
  struct IngestSocketTests {
    @Test("each message is answered, in order, with what became of its rows")
    func rows() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      #expect(try await client.upgrade("/api/v1/ingest").status == 101)
      for text in [
        #"{"symbol":"A","price":7}"#, #"[{"symbol":"A","price":8},{"symbol":"Q","price":1}]"#,
        "{\"symbol\":\"A\",\"price\":9}\nno\n", "{", "[]",
      ] { client.send(.text, Array(text.utf8)) }
      let answers = [
        try await client.next(), try await client.next(), try await client.next(),
        try await client.next(), try await client.next(),
      ]
      // What is no JSON is told at once, the others when they are recorded.
      let recorded = answers.compactMap { $0 }.filter { $0["accepted"] != nil }
      #expect(recorded.map { $0["accepted"]?.int64 } == [1, 1, 1, 0])
      #expect(recorded.map { $0["refused"]?.int64 } == [0, 1, 1, 0])
      #expect(recorded[1]["rows"]?.array?.last?["error"]?.string?.contains("\"Q\"") == true)
      let wrong = answers.compactMap { $0?["error"]?.string }
      #expect(wrong.count == 1 && wrong[0].hasPrefix("the body is not JSON"))
      let positions = recorded.compactMap { $0["rows"]?.array?.first?["seq"]?.int64 }
      #expect(positions.count == 3 && positions == positions.sorted())
      let last = try await market.client().ask("GET", "/api/v1/last/A").json
      #expect(last["trade"]?["price"]?.text() == "9")
    }

    @Test("who may not write is refused before a WebSocket is opened")
    func rights() async throws {
      let market = try await MarketStage(
        """
        "tokens":[{"name":"r","token":"rrr"},{"name":"w","token":"www","publish":["trade.A"]}]
        """, count: 60)
      for (target, status) in [
        ("/api/v1/ingest", 401), ("/api/v1/ingest?token=rrr", 403),
        ("/api/v1/ingest?token=www", 101),
      ] {
        let client = try await market.client()
        #expect(try await client.upgrade(target).status == status, "\(target)")
      }
    }

    @Test("more messages than may be under way are all answered")
    func many() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      #expect(try await client.upgrade("/api/v1/ingest").status == 101)
      let count = IngestSession.underWayMax * 5
      for number in 1...count {
        client.send(.text, Array("{\"symbol\":\"A\",\"price\":\(number)}".utf8))
      }
      var last: Int64 = 0
      for _ in 0..<count {
        let seq = try await client.next()?["rows"]?.array?.first?["seq"]?.int64 ?? 0
        #expect(seq > last)
        last = seq
      }
    }
  }
}
