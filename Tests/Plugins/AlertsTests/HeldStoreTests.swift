import EngineCore
import Support
import Synchronization
import Testing

@testable import Alerts

/// What happens while a store takes its time. One after the other: each holds a thread up.
@Suite("A store of alerts that takes its time", .serialized, .timeLimit(.minutes(2)))
struct HeldStoreTests {
  private final class Calls: Sendable {
    let count = Atomic<Int>(0)
  }

  @Test("it is woken for what was committed behind the back of a command that commits, too")
  func toldLate() async throws {
    let store = HookedStore()
    let stage = try AlertsStage(
      #"{"rules":[{"id":"r","when":"price(A) > 10","notify":["mail"]}]}"#, store: store)
    let calls = Calls()
    let observation = try stage.engine.capabilities.find(.alertOutbox).observe {
      calls.count.add(1, ordering: .relaxed)
    }
    let gate = Gate()
    store.afterNextCommit { gate.wait() }
    try stage.trade("11")
    try await stage.until { gate.arrived == 1 }
    // The command has to be kept before it is answered; it meets the batch as committed.
    try stage.send("silence", #"{"rule":"x","for":"1m"}"#)
    #expect(store.inner.keys == ["r/A/1/1 mail"])
    gate.open()
    try await stage.until { calls.count.load(ordering: .relaxed) == 1 }
    _ = observation
  }

  @Test("questions never take the place of what comes from the store")
  func questions() async throws {
    let store = HookedStore()
    let stage = try AlertsStage(
      #"{"rules":[{"id":"r","when":"price(A) > 10","notify":["mail"]}]}"#, store: store)
    let book = try stage.engine.capabilities.find(.alertBook)
    let gate = Gate()
    store.afterNextCommit { gate.wait() }
    try stage.trade("11")
    try await stage.until { gate.arrived == 1 }
    let commits = try stage.send("status")["commits"]?.int64 ?? 0
    // More than the inbox has room for, and nobody takes them out of it.
    let (refused, answered) = (Calls(), Calls())
    let asked = 5000
    for _ in 0..<asked {
      Task {
        do throws(PluginError) {
          _ = try await book.states(AlertQuery())
          answered.count.add(1, ordering: .relaxed)
        } catch {
          refused.count.add(1, ordering: .relaxed)
        }
      }
    }
    while refused.count.load(ordering: .relaxed) < asked - QuestionCount.most {
      try Task.checkCancellation()
      await Task.yield()
    }
    gate.open()
    try await stage.until { try stage.send("status")["commits"]?.int64 ?? 0 > commits }
    try await stage.until { answered.count.load(ordering: .relaxed) == QuestionCount.most }
    #expect(refused.count.load(ordering: .relaxed) == asked - QuestionCount.most)
    #expect(!stage.log().contains { $0.contains("found the inbox full") })
  }
}
