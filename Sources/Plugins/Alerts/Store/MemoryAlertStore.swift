internal import AlertRules
internal import EngineCore
internal import Synchronization

/// Keeps everything in memory: for tests, where it outlives the instances that use it.
final class MemoryAlertStore: AlertStore {
  struct StateKey: Hashable {
    var rule: String
    var instrument: String
  }

  struct OutboxRow {
    var entry: AlertOutboxEntry
    var due: Timestamp
    var outcome: OutboxOutcome?
    var position: UInt64
    var epoch: UInt64

    var isPending: Bool { settled == nil }

    /// When it was delivered or given up.
    var settled: Timestamp? {
      switch outcome {
      case .none, .failed: nil
      case .delivered(let time), .dead(_, let time): time
      }
    }
  }

  struct Content {
    var alerts = StoredAlerts()
    var baseStates: [StateKey: KeptState] = [:]
    /// Changed since the base.
    var states: [StateKey: KeptState] = [:]
    var rules: [String: KeptRule] = [:]
    /// In the order in which they came.
    var order: [String] = []
    var history: [KeptTransition] = []
    var outbox: [OutboxRow] = []
    var keys: Set<String> = []
    var nextID: Int64 = 0
    var failure: AlertStoreError?
    var holder: Int64 = 0
    var serial: UInt64 = 0
    var commits = 0
  }

  let content = Mutex(Content())

  /// What `commit` throws from now on; nil: it works.
  func fail(_ error: AlertStoreError?) { content.withLock { $0.failure = error } }

  /// How often something was committed.
  var commits: Int { content.withLock { $0.commits } }

  /// Keys of all notifications with their channels, in order.
  var keys: [String] {
    content.withLock { $0.outbox.map { "\($0.entry.key) \($0.entry.channel)" } }
  }

  func load() throws(AlertStoreError) -> StoredAlerts {
    content.withLock { content in
      content.holder += 1
      content.serial = 0
      var stored = content.alerts
      stored.holder = content.holder
      func all(_ states: [StateKey: KeptState]) -> [KeptState] {
        states.values.sorted { ($0.rule, $0.instrument) < ($1.rule, $1.instrument) }
      }
      stored.base?.states = all(content.baseStates)
      stored.newest?.states = all(content.baseStates.merging(content.states) { $1 })
      stored.rules = content.order.compactMap { content.rules[$0] }
      if let position = stored.base?.position {
        stored.changes.removeAll { $0.version <= position.version }
        stored.untold = content.history.filter {
          $0.number > position.told
            && $0.number <= stored.newest?.position.transitions ?? position.transitions
        }
      }
      if let newest = stored.newest?.position.transitions {
        stored.last = content.history.last { $0.number == newest }
      }
      return stored
    }
  }

  func size() throws(AlertStoreError) -> Int {
    content.withLock { $0.rules.count + $0.baseStates.count + $0.states.count }
  }

  func commit(_ batch: AlertBatch) throws(AlertStoreError) -> Int {
    let result: Result<Int, AlertStoreError> = content.withLock { content in
      if let failure = content.failure { return .failure(failure) }
      guard batch.holder == content.holder else { return .failure(.takenOver) }
      guard batch.serial > content.serial else { return .success(0) }
      content.serial = batch.serial
      content.commits += 1
      return .success(Self.commit(batch, &content))
    }
    return try result.get()
  }

  private static func commit(_ batch: AlertBatch, _ content: inout Content) -> Int {
    for rule in batch.droppedStates {
      content.states = content.states.filter { $0.key.rule != rule }
      content.baseStates = content.baseStates.filter { $0.key.rule != rule }
    }
    for state in batch.states {
      content.states[StateKey(rule: state.rule, instrument: state.instrument)] = state
    }
    let version = StoredAlerts.Version(position: batch.position, desk: batch.desk)
    content.alerts.newest = version
    if let base = batch.base {
      content.alerts.base = version
      content.alerts.instruments = base.instruments
      content.alerts.terms = base.terms
      content.baseStates.merge(content.states) { $1 }
      content.states = [:]
      for rule in batch.removedRules {
        content.rules[rule] = nil
        content.order.removeAll { $0 == rule }
      }
      for rule in batch.rules {
        if content.rules.updateValue(rule, forKey: rule.rule.id) == nil {
          content.order.append(rule.rule.id)
        }
      }
      for (version, position) in batch.appliedChanges {
        let index = content.alerts.changes.firstIndex { $0.version == version }
        if let index, content.alerts.changes[index].after == nil {
          content.alerts.changes[index].after = position
        }
      }
    }
    let newest = content.history.last?.number ?? 0
    content.history += batch.records.filter { $0.number > newest }
    let excess = content.history.count - batch.retention.historyMax
    if excess > 0 { content.history.removeFirst(excess) }
    let added = addNotifications(batch, &content)
    if batch.base != nil { forgetSettled(batch, &content) }
    return added
  }

  /// Removes what was settled long ago and cannot come again.
  private static func forgetSettled(_ batch: AlertBatch, _ content: inout Content) {
    let oldest = batch.retention.now.advanced(byNanos: -batch.retention.deliveredAgeNanos)
    let least = content.nextID - Int64(batch.retention.historyMax)
    content.outbox.removeAll { row in
      guard let settled = row.settled, settled < oldest || row.entry.id <= least,
        row.epoch != batch.position.epoch || row.position <= batch.position.sequence
      else { return false }
      content.keys.remove("\(row.entry.key) \(row.entry.channel)")
      return true
    }
  }

  private static func addNotifications(_ batch: AlertBatch, _ content: inout Content) -> Int {
    var added = 0
    for notification in batch.notifications {
      for channel in notification.channels {
        guard content.keys.insert("\(notification.key) \(channel)").inserted else { continue }
        added += 1
        content.nextID += 1
        content.outbox.append(
          OutboxRow(
            entry: AlertOutboxEntry(
              id: content.nextID, key: notification.key, channel: channel,
              kind: "\(notification.kind)", severity: notification.severity.name,
              title: notification.title, members: notification.members, more: notification.more,
              created: notification.created, attempts: 0, lastError: nil),
            due: notification.due(at: batch.retention.now), position: notification.position,
            epoch: batch.position.epoch))
      }
    }
    return added
  }

  func add(_ change: RuleSetChange) throws(AlertStoreError) -> Int64 {
    content.withLock { content in
      var change = change
      change.version = Int64(content.alerts.changes.count + 1)
      content.alerts.changes.append(change)
      return change.version
    }
  }

  func history(_ query: AlertQuery) throws(AlertStoreError) -> [AlertRecord] {
    content.withLock { content in
      Array(
        content.history.reversed().lazy.map(\.record).filter(query.matches).prefix(query.limit))
    }
  }

  // MARK: Outbox

  func giveUp(_ retention: AlertRetention) throws(AlertStoreError) -> Int {
    content.withLock { content in
      let oldest = retention.now.advanced(byNanos: -retention.pendingAgeNanos)
      let waiting = content.outbox.indices.filter { content.outbox[$0].isPending }
        .sorted { content.outbox[$0].entry.created < content.outbox[$1].entry.created }
      let old = waiting.prefix { content.outbox[$0].entry.created < oldest }
      let excess = waiting.dropFirst(old.count)
        .prefix(max(waiting.count - old.count - retention.pendingMax, 0))
      for (indices, reason) in [(old, retention.tooOldText), (excess, retention.tooManyText)] {
        for index in indices {
          content.outbox[index].outcome = .dead(reason: reason, at: retention.now)
          content.outbox[index].entry.lastError = reason
        }
      }
      return old.count + excess.count
    }
  }

  func figures() throws(AlertStoreError) -> AlertOutboxFigures {
    content.withLock { content in
      var figures = AlertOutboxFigures(pending: 0, delivered: 0, dead: 0)
      for row in content.outbox {
        switch row.outcome {
        case .none, .failed: figures.pending += 1
        case .delivered: figures.delivered += 1
        case .dead: figures.dead += 1
        }
      }
      return figures
    }
  }
}

extension MemoryAlertStore {
  /// Another one that has what this one has now.
  func copy() -> MemoryAlertStore {
    let other = MemoryAlertStore()
    other.take(from: self)
    return other
  }

  /// Goes back to what another one has.
  func take(from other: MemoryAlertStore) {
    let content = other.content.withLock { $0 }
    self.content.withLock { mine in
      let holder = mine.holder
      mine = content
      // Who still writes to it is refused.
      mine.holder = holder + 1
    }
  }
}
