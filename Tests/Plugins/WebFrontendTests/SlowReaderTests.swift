import EngineCore
import Testing
import WebProtocol

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: clients that do not keep up", .timeLimit(.minutes(2)))
  struct SlowReaderTests {
    private static let count: Int64 = 200_000
    private static let settings = "\"log\":\"1MiB\",\"write_buffer\":\"64KiB\""

    /// A client that has not read while trades went by, with numbers as their times.
    private func behind(_ stage: WebStage, policy: String) async throws -> WebClient {
      stage.define(1)
      let client = try await stage.stream()
      _ = try await client.call(
        "\"op\":\"subscribe\",\"subjects\":\"trade.>\",\"times\":\"ns\",\"policy\":\"\(policy)\"")
      while try await client.next()?["live"] == nil {}
      try stage.publish(1...Int(Self.count))
      try await stage.settle()
      return client
    }

    @Test("with drop-oldest it goes on behind a gap that says what it lost, to the last event")
    func dropOldest() async throws {
      let stage = try await WebStage(Self.settings)
      let client = try await behind(stage, policy: "drop-oldest")
      // What waits for it in the process has an end, however far it is behind.
      let waiting = try await WebStage.send("connections", to: stage.engine).array
      #expect(try #require(waiting?.first?["unwritten_bytes"]?.int64) < 2 << 20)
      var number: Int64 = 0
      var position: Int64 = 0
      var gaps = 0
      var isBehindGap = false
      while number < Self.count {
        for event in try await client.events(atLeast: 1) {
          guard event["T"]?.string == "trade" else {
            #expect(event["T"]?.string == "gap" && event["why"]?.string == "overrun")
            #expect(try #require(event["from"]?.int64) > position)
            position = try #require(event["to"]?.int64)
            isBehindGap = true
            gaps += 1
            continue
          }
          let next = try #require(event["t"]?.int64)
          #expect(isBehindGap ? next > number + 1 : next == number + 1)
          #expect(try #require(event["q"]?.int64) > position)
          (number, position, isBehindGap) = (next, event["q"]?.int64 ?? 0, false)
        }
      }
      #expect(gaps > 0)
    }

    @Test("with the policy disconnect the subscription ends, the connection stays")
    func disconnect() async throws {
      let stage = try await WebStage(Self.settings)
      let client = try await behind(stage, policy: "disconnect")
      var number: Int64 = 0
      var end: JSONValue?
      while end == nil {
        let message = try #require(try await client.next())
        end = message["end"]
        for event in message["e"]?.array ?? [] {
          guard event["T"]?.string == "trade" else {
            #expect(event["T"]?.string == "gap" && event["why"]?.string == "disconnected")
            continue
          }
          #expect(event["t"]?.int64 == number + 1)
          number += 1
        }
      }
      #expect(end?["code"]?.string == "data_loss" && number < Self.count)
      #expect(try await client.call("\"op\":\"ping\"")["ok"] != nil)
    }
  }
}
