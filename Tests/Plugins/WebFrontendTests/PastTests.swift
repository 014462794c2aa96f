import EngineCore
import Support
import Testing
import WebProtocol

@testable import WebFrontend

extension WebTests {
  @Suite("Web frontend: subscriptions that begin in the kept log", .timeLimit(.minutes(1)))
  struct PastTests {
    private static let begin: Int64 = 4_000_000_000_000_000_000

    /// Trade n comes n seconds after everything else that happens here.
    private static func publish(_ numbers: ClosedRange<Int64>, _ stage: WebStage) throws {
      let publisher = stage.engine.bus.publisher(role: .source)
      for number in numbers {
        let event = Event(
          Trade(
            instrument: InstrumentID(UInt32(number % 10 + 1)), price: Price(raw: number),
            size: Quantity(raw: 1),
            eventTime: Timestamp(nanoseconds: begin + number * 1_000_000_000), receiveTime: .zero))
        while !publisher.publish(event) { try Task.checkCancellation() }
      }
    }

    /// A frontend that remembers 1 MiB, and a journal with all of 40,000 trades.
    private static func withStage(_ body: (WebStage) async throws -> Void) async throws {
      let folder = try Folder()
      let stage = try await WebStage(
        "\"log\":\"1MiB\"",
        plugins: #"{"name":"kept","type":"journal","config":{"folder":"\#(folder.path)/kept"}}"#)
      stage.define(10)
      try publish(1...40_000, stage)
      try await stage.settle()
      try await body(stage)
      await stage.stop()
      withExtendedLifetime(folder) {}
    }

    private static func time(_ number: Int64) -> String {
      Timestamp(nanoseconds: begin + number * 1_000_000_000).description
    }

    @Test("a start at a time that memory has forgotten finds its place in the journal")
    func longAgo() async throws {
      try await Self.withStage { stage in
        let first = try #require(try await stage.stats()["log_first"]?.int64)
        #expect(first > 1_000)
        let client = try await stage.stream()
        let answer = try await client.call(
          "\"op\":\"subscribe\",\"subjects\":\"trade.S4\",\"from\":\"\(Self.time(777))\"")
        #expect(answer["ok"]?["resume"]?.string == "complete", "\(answer)")
        #expect(answer["ok"]?["missing"] == nil)
        var times: [String] = []
        var live: JSONValue?
        while live == nil {
          let message = try #require(try await client.next())
          times += (message["e"]?.array ?? []).compactMap { $0["t"]?.string }
          live = message["live"]
        }
        let expected = stride(from: Int64(783), through: 39_993, by: 10).map(Self.time)
        let isRight = times == expected
        #expect(isRight, "\(times.prefix(3)), \(times.count) of them")
        try Self.publish(40_003...40_003, stage)
        #expect(try await client.events(atLeast: 1)[0]["t"]?.string == Self.time(40_003))
      }
    }

    @Test("a client that is gone before its place was found leaves nothing behind")
    func vanishing() async throws {
      try await Self.withStage { stage in
        for _ in 0..<20 {
          let client = try await stage.stream()
          let request =
            "{\"id\":1,\"op\":\"subscribe\",\"subjects\":\">\",\"from\":\"\(Self.time(5))\"}"
          client.send(.text, Array(request.utf8))
          client.cut()
        }
        try await stage.until {
          $0["connections"]?.int64 == 0 && $0["subscriptions"]?.int64 == 0
        }
      }
    }
  }
}
