import EngineCore
import Support
import Testing

@testable import Alerts

/// Questions about the past.
@Suite("The history of alerts", .timeLimit(.minutes(1)))
struct HistoryTests {
  private static let config = #"{"rules":[{"id":"r","when":"price(A) > 10"}]}"#

  private func ask(
    _ stage: AlertsStage, _ store: HookedStore, _ query: AlertQuery
  ) async throws -> [AlertRecord] {
    let book = try stage.engine.capabilities.find(.alertBook)
    let before = store.histories.all
    let task = Task { try await book.history(query) }
    while store.histories.all == before {
      try Task.checkCancellation()
      store.onLane { stage.turn() }
      await Task.yield()
    }
    return try await task.value
  }

  @Test("the past is read away from the lane, and what is not committed yet belongs to it")
  func away() async throws {
    let store = HookedStore()
    let stage = try AlertsStage(Self.config, store: store)
    try stage.trade("11")
    try await stage.until { try store.inner.history(AlertQuery()).count == 1 }
    store.inner.fail(AlertStoreError("database or disk is full"))
    for price in ["9", "12", "8"] { try stage.trade(price) }
    #expect(try await ask(stage, store, AlertQuery(rule: "r*")).map(\.number) == [4, 3, 2, 1])
    let query = AlertQuery(states: [.firing], limit: 2)
    #expect(try await ask(stage, store, query).map(\.number) == [3, 1])
    store.inner.fail(nil)
    try await stage.until {
      stage.clock.advance(nanos: AlertKeeper.retryNanos)
      return try store.inner.history(AlertQuery()).count == 4
    }
    #expect(try await ask(stage, store, AlertQuery(before: 3)).map(\.number) == [2, 1])
    #expect(store.histories == (3, 0))
  }

  @Test("many questions at once are all answered")
  func many() async throws {
    let store = HookedStore()
    let stage = try AlertsStage(Self.config, store: store)
    try stage.trade("11")
    let book = try stage.engine.capabilities.find(.alertBook)
    // More than may be under way at once beside the lane.
    let tasks = (0..<100).map { _ in Task { try await book.history(AlertQuery()).count } }
    try await stage.until { store.histories.all == 100 }
    for task in tasks { #expect(try await task.value == 1) }
  }
}
