import EngineCore
import Support
import Testing

@testable import Notify

/// What an Alertmanager is told, and how often.
@Suite("Alertmanagers", .timeLimit(.minutes(1)))
struct AlertmanagerTests {
  private func alerts(_ sink: HTTPSink) throws -> [[JSONValue]] {
    try sink.arrivals.map { try JSONReader().read($0.body).array ?? [] }
  }

  private func end(_ alert: JSONValue?) throws -> Timestamp {
    Timestamp(nanoseconds: try #require(TimeText.parse(alert?["endsAt"]?.string ?? "")))
  }

  @Test("what fires is told again, also after a restart, until it is over")
  func keepingAlive() async throws {
    let folder = try Folder()
    let sink = try await HTTPSink()
    let outbox = FakeOutbox()
    let clock = ManualClock()
    func stage() throws -> NotifyStage {
      try NotifyStage(
        #"""
        {"name":"am","alertmanager":{"url":"\#(sink.url)","resend":"10s","labels":{"desk":"fx"}}}
        """#, outbox: outbox, receiver: nil, store: "\(folder.path)/n.sqlite", clock: clock)
    }
    let first = try stage()
    outbox.add(["r"], to: ["am"], at: clock.now(), message: "it \"fires\"")
    try await first.until { outbox.count("delivered") == 1 }
    #expect(sink.arrivals.first?.uri == "/hook/api/v2/alerts")
    let told = try #require(try alerts(sink).first?.first)
    #expect(
      told["labels"]
        == .object([
          ("alertname", .string("r")), ("symbol", .string("A")), ("severity", .string("warning")),
          ("desk", .string("fx")),
        ]))
    #expect(told["annotations"]?["summary"]?.string == "it \"fires\"")
    #expect(try end(told) == clock.now().advanced(byNanos: 40_000_000_000))
    first.advance(seconds: 10)
    try await first.until { sink.arrivals.count == 2 }
    try await first.stop()

    let second = try stage()
    second.advance(seconds: 10)
    try await second.until { sink.arrivals.count == 3 }
    #expect(try alerts(sink)[2].first?["labels"] == told["labels"])
    // Of another severity meanwhile: its end is told by the labels that it was told by.
    outbox.add(["r"], to: ["am"], severity: "critical", at: clock.now(), state: .resolved)
    try await second.until { outbox.count("delivered") == 2 }
    let over = try #require(try alerts(sink).last?.first)
    #expect(over["labels"] == told["labels"])
    #expect(try end(over) <= clock.now())
    let count = sink.arrivals.count
    second.advance(seconds: 10)
    second.advance(seconds: 10)
    #expect(sink.arrivals.count == count)
    try await second.stop()
    try await sink.close()
  }
}
