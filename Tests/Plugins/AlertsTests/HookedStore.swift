import EngineCore
import Support
import Synchronization

@testable import Alerts

/// A store in memory with a test behind its calls.
final class HookedStore: AlertStore {
  let inner = MemoryAlertStore()
  private let hook = Mutex<(@Sendable () -> Void)?>(nil)
  private let asked = Mutex<(all: Int, onLane: Int, lane: UInt64?)>((0, 0, nil))
  private let failure = Mutex<AlertStoreError?>(nil)

  /// Is called once, after the next commit and before that is known.
  func afterNextCommit(_ body: @escaping @Sendable () -> Void) { hook.withLock { $0 = body } }

  /// What `add` throws from now on; nil: it works.
  func failToAdd(_ error: AlertStoreError?) { failure.withLock { $0 = error } }

  func commit(_ batch: AlertBatch) throws(AlertStoreError) -> Int {
    let added = try inner.commit(batch)
    let body = hook.withLock { hook in
      defer { hook = nil }
      return hook
    }
    body?()
    return added
  }

  func add(_ change: RuleSetChange) throws(AlertStoreError) -> Int64 {
    if let failure = failure.withLock({ $0 }) { throw failure }
    return try inner.add(change)
  }

  func load() throws(AlertStoreError) -> StoredAlerts { try inner.load() }
  func size() throws(AlertStoreError) -> Int { try inner.size() }
  /// How often it was asked about the past, and how often on the thread of the lane.
  var histories: (all: Int, onLane: Int) {
    asked.withLock { ($0.all, $0.onLane) }
  }

  /// What the lane does now it does on this thread.
  func onLane<Result>(_ body: () throws -> Result) rethrows -> Result {
    asked.withLock { $0.lane = TestThread.current }
    defer { asked.withLock { $0.lane = nil } }
    return try body()
  }

  func history(_ query: AlertQuery) throws(AlertStoreError) -> [AlertRecord] {
    asked.withLock { asked in
      asked.all += 1
      if asked.lane == TestThread.current { asked.onLane += 1 }
    }
    return try inner.history(query)
  }
  func waiting(
    _ channel: String, after id: Int64, limit: Int
  ) throws(AlertStoreError) -> [AlertOutboxTicket] {
    try inner.waiting(channel, after: id, limit: limit)
  }
  func entries(_ ids: [Int64]) throws(AlertStoreError) -> [AlertOutboxEntry] {
    try inner.entries(ids)
  }
  func settle(_ settlements: [AlertOutboxSettlement], at time: Timestamp) throws(AlertStoreError) {
    try inner.settle(settlements, at: time)
  }
  func dead(
    _ channel: String?, before id: Int64, limit: Int
  ) throws(AlertStoreError) -> [AlertOutboxDead] {
    try inner.dead(channel, before: id, limit: limit)
  }
  func revive(_ channel: String, id: Int64?, at time: Timestamp) throws(AlertStoreError) -> Int {
    try inner.revive(channel, id: id, at: time)
  }
  func giveUp(_ retention: AlertRetention) throws(AlertStoreError) -> Int {
    try inner.giveUp(retention)
  }
  func figures() throws(AlertStoreError) -> AlertOutboxFigures { try inner.figures() }
}
