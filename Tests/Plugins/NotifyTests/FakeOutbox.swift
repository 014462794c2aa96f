import EngineCore
import Support
import Synchronization

/// An outbox in memory that outlives the engines of a test; a plugin that offers it.
final class FakeOutbox: AlertOutbox {
  struct Row: Sendable {
    var entry: AlertOutboxEntry
    var due: Timestamp
    var status = "pending"
    var reason: String?
  }

  private struct State: Sendable {
    var rows: [Row] = []
    var failure: PluginError?
    var observers: [Int: @Sendable () -> Void] = [:]
    var next = 0
    var loadedMax = 0
  }

  private let state = Mutex(State())

  var rows: [Row] { state.withLock { $0.rows } }
  /// Most entries that were loaded in one go.
  var loadedMax: Int { state.withLock { $0.loadedMax } }
  func count(_ status: String) -> Int { rows.count { $0.status == status } }
  /// What calls throw from now on; nil: they work.
  func fail(_ error: PluginError?) { state.withLock { $0.failure = error } }

  /// One notification to each of the channels, committed together.
  func add(
    _ rules: [String], to channels: [String], severity: String = "warning", at time: Timestamp,
    message: String = "it fires", state kind: AlertState = .firing
  ) {
    let observers = state.withLock { state in
      for rule in rules {
        let generation = UInt32(state.rows.count + 1)
        let member = AlertRecord(
          number: UInt64(generation), rule: rule, instrument: "A", from: .inactive, to: kind,
          reason: "met", severity: severity, delivery: "notified", isFlapping: false,
          generation: generation, suppressed: 0, value: "1", threshold: "2", time: time,
          since: time, epoch: 1, cause: 1, message: message)
        for channel in channels {
          let entry = AlertOutboxEntry(
            id: Int64(state.rows.count + 1), key: "\(rule)/A/\(generation)/1", channel: channel,
            kind: "firing", severity: severity, title: message, members: [member], more: 0,
            created: time, attempts: 0, lastError: nil)
          state.rows.append(Row(entry: entry, due: time))
        }
      }
      return Array(state.observers.values)
    }
    for observer in observers { observer() }
  }

  private func checked<Result>(
    _ body: (inout State) -> Result
  ) throws(PluginError) -> Result {
    let result: Swift.Result<Result, PluginError> = state.withLock { state in
      if let failure = state.failure { return .failure(failure) }
      return .success(body(&state))
    }
    return try result.get()
  }

  func waiting(
    _ channel: String, after id: Int64, limit: Int
  ) async throws(PluginError) -> [AlertOutboxTicket] {
    try checked { state in
      state.rows.lazy
        .filter { $0.status == "pending" && $0.entry.channel == channel && $0.entry.id > id }
        .prefix(limit).map { row in
          AlertOutboxTicket(
            id: row.entry.id, rule: row.entry.members[0].rule, instrument: "A",
            severity: row.entry.severity, created: row.entry.created, due: row.due,
            attempts: row.entry.attempts)
        }
    }
  }

  func entries(_ ids: [Int64]) async throws(PluginError) -> [AlertOutboxEntry] {
    try checked { state in
      state.loadedMax = max(state.loadedMax, ids.count)
      return ids.compactMap { id in
        guard let row = state.rows[safe: Int(id) - 1], row.status == "pending" else { return nil }
        var entry = row.entry
        entry.attempts += 1
        return entry
      }
    }
  }

  func settle(_ settlements: [AlertOutboxSettlement]) async throws(PluginError) {
    try checked { state in
      for settlement in settlements {
        let index = Int(settlement.id) - 1
        guard state.rows[index].status == "pending" else { continue }
        state.rows[index].entry.attempts += 1
        switch settlement.outcome {
        case .done: state.rows[index].status = "delivered"
        case .dead(let reason):
          state.rows[index].status = "dead"
          state.rows[index].reason = reason
        case .failed(let reason, let retry):
          state.rows[index].due = retry
          state.rows[index].reason = reason
        }
      }
    }
  }

  func dead(
    _ channel: String?, before id: Int64, limit: Int
  ) throws(PluginError) -> [AlertOutboxDead] {
    try checked { state in
      state.rows.reversed().filter { $0.status == "dead" && $0.entry.id < id }.prefix(limit)
        .map { row in
          var entry = row.entry
          entry.lastError = row.reason
          return AlertOutboxDead(entry: entry, settled: .zero)
        }
    }
  }

  func revive(_ channel: String, id: Int64?) throws(PluginError) -> Int {
    try checked { state in
      var count = 0
      for index in state.rows.indices
      where state.rows[index].status == "dead" && state.rows[index].entry.channel == channel
        && (id == nil || state.rows[index].entry.id == id)
      {
        state.rows[index].status = "pending"
        count += 1
      }
      return count
    }
  }

  func figures() async throws(PluginError) -> AlertOutboxFigures {
    AlertOutboxFigures(
      pending: count("pending"), delivered: count("delivered"), dead: count("dead"))
  }

  func observe(_ arrived: @escaping @Sendable () -> Void) -> AlertOutboxObservation {
    let number = state.withLock { state in
      state.next += 1
      state.observers[state.next] = arrived
      return state.next
    }
    return AlertOutboxObservation { [weak self] in
      self?.state.withLock { $0.observers[number] = nil }
    }
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
