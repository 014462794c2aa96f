import EngineCore
import Support
import Testing

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: ticks that are pushed again", .timeLimit(.minutes(1)))
  struct PushedTicksTests {
    private static let tick = #"{"symbol":"A","price":2,"size":1,"time":"2024-01-15T12:00:00Z"}"#

    @Test("a tick that was pushed before is refused, until it is cancelled")
    func again() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      let first = try await client.ask("POST", "/api/v1/ticks", body: Self.tick)
      #expect(first.status == 201)
      let second = try await client.ask("POST", "/api/v1/ticks", body: Self.tick)
      #expect(second.status == 422)
      #expect(second.text.contains("duplicate: the same tick was pushed before"))
      let list = try await client.ask("POST", "/api/v1/ticks", body: "[\(Self.tick)]").json
      #expect(list["accepted"]?.int64 == 0 && list["refused"]?.int64 == 1)
      let untimed = #"{"symbol":"A","price":2}"#
      for _ in 0..<2 {
        #expect(try await client.ask("POST", "/api/v1/ticks", body: untimed).status == 201)
      }
      let position = try #require(try first.json["rows"]?.array?.first?["seq"]?.int64)
      let gone = try await client.ask("DELETE", "/api/v1/ticks/A/\(position)")
      #expect(gone.status == 200)
      #expect(try await client.ask("POST", "/api/v1/ticks", body: Self.tick).status == 201)
    }

    @Test("so many are remembered, and the oldest give way")
    func bound() {
      let pushed = PushedTicks(countMax: 100)
      for mark in 0..<250 as Range<UInt64> {
        let isNew = pushed.insert(mark)
        #expect(isNew)
      }
      let (old, kept) = (pushed.insert(149), pushed.insert(200))
      #expect(old && !kept)
      pushed.remove([201])
      let forgotten = pushed.insert(201)
      #expect(forgotten)
    }

    @Test("how long questions for bars took is among the figures")
    func durations() async throws {
      let market = try await MarketStage(count: 60)
      let client = try await market.client()
      for _ in 0..<3 { _ = try await client.ask("GET", "/api/v1/bars/A/1s?limit=10") }
      _ = try await client.ask("GET", "/ohlc/minute?symbol=A")
      let text = try await client.ask("GET", "/metrics").text
      #expect(text.contains("ohlc_query_duration_seconds_bucket{le=\"+Inf\"} 4\n"))
      #expect(text.contains("tickwire_bar_query_seconds{quantile=\"0.5\"} 0.0"))
    }
  }
}
