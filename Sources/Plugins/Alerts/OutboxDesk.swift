internal import EngineCore
internal import Synchronization

/// Gives out notifications that are committed, straight from the store.
final class OutboxDesk: AlertOutbox {
  private struct Observers: Sendable {
    var next: UInt64 = 0
    var all: [UInt64: @Sendable () -> Void] = [:]
  }

  private let store: any AlertStore
  private let clock: any EngineClock
  private let observers = Mutex(Observers())

  init(store: any AlertStore, clock: any EngineClock) {
    self.store = store
    self.clock = clock
  }

  /// There are new entries.
  func tell() {
    let all = observers.withLock { Array($0.all.values) }
    for observer in all { observer() }
  }

  func waiting(
    _ channel: String, after id: Int64, limit: Int
  ) async throws(PluginError) -> [AlertOutboxTicket] {
    try told { () throws(AlertStoreError) in
      try store.waiting(channel, after: id, limit: min(max(limit, 1), 1000))
    }
  }

  func entries(_ ids: [Int64]) async throws(PluginError) -> [AlertOutboxEntry] {
    try told { () throws(AlertStoreError) in try store.entries(Array(ids.prefix(1000))) }
  }

  func settle(_ settlements: [AlertOutboxSettlement]) async throws(PluginError) {
    try told { () throws(AlertStoreError) in try store.settle(settlements, at: clock.now()) }
  }

  func dead(
    _ channel: String?, before id: Int64, limit: Int
  ) throws(PluginError) -> [AlertOutboxDead] {
    try told { () throws(AlertStoreError) in
      try store.dead(channel, before: id, limit: min(max(limit, 1), 1000))
    }
  }

  func revive(_ channel: String, id: Int64?) throws(PluginError) -> Int {
    let count = try told { () throws(AlertStoreError) in
      try store.revive(channel, id: id, at: clock.now())
    }
    if count > 0 { tell() }
    return count
  }

  func figures() async throws(PluginError) -> AlertOutboxFigures {
    try told { () throws(AlertStoreError) in try store.figures() }
  }

  func observe(_ arrived: @escaping @Sendable () -> Void) -> AlertOutboxObservation {
    let number = observers.withLock { observers in
      observers.next += 1
      observers.all[observers.next] = arrived
      return observers.next
    }
    return AlertOutboxObservation { [weak self] in
      self?.observers.withLock { _ = $0.all.removeValue(forKey: number) }
    }
  }

  private func told<Value>(
    _ body: () throws(AlertStoreError) -> Value
  ) throws(PluginError) -> Value {
    do throws(AlertStoreError) {
      return try body()
    } catch {
      throw PluginError(error.message)
    }
  }
}
