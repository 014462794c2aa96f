internal import EngineCore
internal import Synchronization

/// What waits in order, for one who delivers a channel alone.
extension MemoryAlertStore {
  func waiting(
    _ channel: String, after id: Int64, limit: Int
  ) throws(AlertStoreError) -> [AlertOutboxTicket] {
    content.withLock { content in
      content.outbox.lazy
        .filter { $0.isPending && $0.entry.channel == channel && $0.entry.id > id }
        .prefix(limit).map { row in
          AlertOutboxTicket(
            id: row.entry.id, rule: row.entry.members.first?.rule ?? "",
            instrument: row.entry.members.first?.instrument ?? "",
            severity: row.entry.severity, created: row.entry.created, due: row.due,
            attempts: row.entry.attempts)
        }
    }
  }

  func entries(_ ids: [Int64]) throws(AlertStoreError) -> [AlertOutboxEntry] {
    content.withLock { content in
      content.outbox.filter { $0.isPending && ids.contains($0.entry.id) }.map { row in
        var entry = row.entry
        entry.attempts += 1
        return entry
      }
    }
  }

  func settle(
    _ settlements: [AlertOutboxSettlement], at time: Timestamp
  ) throws(AlertStoreError) {
    content.withLock { content in
      for settlement in settlements {
        guard let index = content.outbox.firstIndex(where: { $0.entry.id == settlement.id }),
          content.outbox[index].isPending
        else { continue }
        content.outbox[index].entry.attempts += 1
        switch settlement.outcome {
        case .done: content.outbox[index].outcome = .delivered(at: time)
        case .failed(let reason, let retry):
          content.outbox[index].outcome = .failed(reason: reason, retryAt: retry)
          content.outbox[index].entry.lastError = reason
          content.outbox[index].due = retry
        case .dead(let reason):
          content.outbox[index].outcome = .dead(reason: reason, at: time)
          content.outbox[index].entry.lastError = reason
        }
      }
    }
  }

  func dead(
    _ channel: String?, before id: Int64, limit: Int
  ) throws(AlertStoreError) -> [AlertOutboxDead] {
    content.withLock { content in
      Array(
        content.outbox.reversed().lazy.compactMap { row -> AlertOutboxDead? in
          guard case .dead(_, let time) = row.outcome, row.entry.id < id,
            channel == nil || row.entry.channel == channel
          else { return nil }
          return AlertOutboxDead(entry: row.entry, settled: time)
        }.prefix(limit))
    }
  }

  func revive(_ channel: String, id: Int64?, at time: Timestamp) throws(AlertStoreError) -> Int {
    content.withLock { content in
      var count = 0
      for index in content.outbox.indices {
        guard case .dead = content.outbox[index].outcome,
          content.outbox[index].entry.channel == channel,
          id == nil || content.outbox[index].entry.id == id
        else { continue }
        content.outbox[index].outcome = nil
        content.outbox[index].due = time
        content.outbox[index].entry.created = time
        content.outbox[index].entry.attempts = 0
        count += 1
      }
      return count
    }
  }
}
