import EngineCore
import Support
import Synchronization
import Testing

@testable import Alerts

/// What reaches those who deliver.
@Suite("The outbox of alerts", .timeLimit(.minutes(2)))
struct OutboxTests {
  private final class Calls: Sendable {
    let count = Atomic<Int>(0)
  }

  private func outbox(_ stage: AlertsStage) throws -> any AlertOutbox {
    try stage.engine.capabilities.find(.alertOutbox)
  }

  @Test("who delivers is woken once for each commit that has something new")
  func told() async throws {
    let store = MemoryAlertStore()
    let stage = try AlertsStage(
      #"{"rules":[{"id":"r","when":"price(A) > 10","notify":["mail"]}]}"#, store: store)
    let calls = Calls()
    let observation = try outbox(stage).observe { calls.count.add(1, ordering: .relaxed) }
    try stage.trade("11")
    try await stage.until { calls.count.load(ordering: .relaxed) == 1 }
    try stage.trade("9")
    try await stage.until { try store.history(AlertQuery()).count == 2 }
    #expect(calls.count.load(ordering: .relaxed) == 1)
    _ = observation
  }

  @Test("what nobody delivers is given up, counted and told")
  func givenUp() async throws {
    let store = MemoryAlertStore()
    let stage = try AlertsStage(
      #"{"pending":2,"pending_age":"1h","rules":[{"id":"r","when":"price(A) > 10","notify":["m"]}]}"#,
      store: store)
    func swing() throws {
      try stage.trade("11")
      stage.advance(seconds: 1)
      try stage.trade("9")
      stage.advance(seconds: 10)
    }
    func status(_ name: String) throws -> Int64? { try stage.send("status")[name]?.int64 }
    for _ in 0..<4 { try swing() }
    try await stage.until { try status("outbox_given_up") == 2 && status("outbox_pending") == 2 }
    stage.advance(seconds: 3601)
    try stage.trade("9")
    try await stage.until { try status("outbox_given_up") == 4 }
    #expect(try store.figures() == AlertOutboxFigures(pending: 0, delivered: 0, dead: 4))
    #expect(stage.log().contains { $0.contains("notifications were given up") })
    #expect(try store.waitingEntries(["m"]).isEmpty)
  }
}
