internal import AlertRules
internal import EngineCore
internal import GRDB

/// Writing what has happened, in one transaction.
extension SQLiteAlertStore {
  func commit(_ batch: AlertBatch) throws(AlertStoreError) -> Int {
    let added = try write { db in
      try check(db)
      guard try isNext(batch) else { return 0 }
      try keepStates(batch, db)
      try keep(batch.desk, as: "newest", batch.position, db)
      if isNews(batch.desk.silences) { try keepSilences(batch.desk.silences, db) }
      try keep(batch.records, db)
      let added = try keepNotifications(batch, db)
      if let base = batch.base {
        try keep(base, batch, db)
        try prune(batch, db)
      }
      return added
    }
    noteCommitted(batch)
    return added
  }

  func add(_ change: RuleSetChange) throws(AlertStoreError) -> Int64 {
    try write { db in
      try check(db)
      try db.execute(
        sql: "INSERT INTO rule_changes (epoch, after, change) VALUES (?, ?, ?)",
        arguments: [
          Int64(bitPattern: change.epoch), change.after.map { Int64(bitPattern: $0) },
          change.json.text(),
        ])
      return db.lastInsertedRowID
    }
  }

  // MARK: States

  private func keepStates(_ batch: AlertBatch, _ db: Database) throws {
    for table in ["states", "changed_states"] where !batch.droppedStates.isEmpty {
      let statement = try db.cachedStatement(sql: "DELETE FROM \(table) WHERE rule = ?")
      for rule in batch.droppedStates { try statement.execute(arguments: [rule]) }
    }
    // With a base they need not wait beside the others.
    let table = batch.base == nil ? "changed_states" : "states"
    if batch.base != nil {
      let columns = StateColumns.names.joined(separator: ", ")
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO states (\(columns)) SELECT \(columns) FROM changed_states;
          DELETE FROM changed_states
          """)
    }
    let statement = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO \(table) (\(StateColumns.names.joined(separator: ", "))) "
        + "VALUES (\(Self.places(StateColumns.names.count)))")
    for state in batch.states {
      try statement.execute(arguments: StateColumns.arguments(state))
    }
  }

  static func places(_ count: Int) -> String {
    Array(repeating: "?", count: count).joined(separator: ", ")
  }

  // MARK: Positions

  private func keep(
    _ desk: KeptDesk, as name: String, _ position: AlertPosition, _ db: Database
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO positions
        (name, epoch, sequence, transitions, told, version, instruments, specs, desk)
        VALUES (\(Self.places(9)))
        """)
    try statement.execute(arguments: [
      name, Int64(bitPattern: position.epoch), Int64(bitPattern: position.sequence),
      Int64(bitPattern: position.transitions), Int64(bitPattern: position.told),
      position.version, Int64(position.instruments), Int64(position.specs), DeskCodec.text(desk),
    ])
  }

  /// A table of their own for people who look into the store; engines read the desk.
  private func keepSilences(_ silences: [AlertSilence], _ db: Database) throws {
    try db.execute(sql: "DELETE FROM silences")
    let statement = try db.cachedStatement(
      sql: "INSERT INTO silences VALUES (\(Self.places(8)))")
    for silence in silences {
      try statement.execute(arguments: [
        silence.id, silence.rule, silence.instrument, silence.owner, silence.severityMax?.name,
        silence.until.nanoseconds, silence.author, silence.comment,
      ])
    }
  }

  // MARK: History and outbox

  private static let historyText =
    "INSERT OR IGNORE INTO history (number, epoch, rule, instrument, message, "
    + transitionColumns.joined(separator: ", ") + ") "
    + "VALUES (\(places(5 + transitionColumns.count)))"

  /// A row for each name in a JSON array of channels: what they share is given once.
  private static let outboxText = """
    INSERT OR IGNORE INTO outbox
    (rule, instrument, generation, number, kind, severity, title, members, more, created, epoch,
    position, due, channel) SELECT \(places(13)), value FROM json_each(?)
    """

  private func keep(_ records: [KeptTransition], _ db: Database) throws {
    guard !records.isEmpty else { return }
    let statement = try db.cachedStatement(sql: Self.historyText)
    for record in records {
      let transition = record.transition
      let texts: [(any DatabaseValueConvertible)?] = [
        Int64(bitPattern: record.number), Int64(bitPattern: record.epoch), record.rule,
        record.instrument, record.message,
      ]
      let numbers: [Int64] = [
        Int64(transition.from.rawValue), Int64(transition.to.rawValue),
        Int64(transition.reason.rawValue), Int64(transition.severity.rawValue),
        Int64(transition.delivery.rawValue), transition.isFlapping ? 1 : 0,
        Int64(transition.generation), Int64(transition.suppressed), transition.value,
        transition.threshold, Int64(transition.unit.rawValue), transition.time.nanoseconds,
        transition.since.nanoseconds, Int64(bitPattern: transition.cause),
      ]
      try statement.execute(
        arguments: StatementArguments(
          texts + numbers.map { $0 as (any DatabaseValueConvertible)? }))
    }
  }

  /// Keeps each notification once for each channel; gives how many of these are new.
  private func keepNotifications(_ batch: AlertBatch, _ db: Database) throws -> Int {
    guard !batch.notifications.isEmpty else { return 0 }
    let statement = try db.cachedStatement(sql: Self.outboxText)
    var added = 0
    var channels: [String] = []
    var names = "[]"
    for notification in batch.notifications where !notification.channels.isEmpty {
      if notification.channels != channels {
        channels = notification.channels
        names = JSONValue.array(channels.map { .string($0) }).text()
      }
      try statement.execute(arguments: [
        notification.rule, notification.instrument, Int64(notification.generation),
        Int64(notification.number), "\(notification.kind)", notification.severity.name,
        notification.title, DeskCodec.text(notification.members), Int64(notification.more),
        notification.created.nanoseconds, Int64(bitPattern: batch.position.epoch),
        Int64(bitPattern: notification.position),
        notification.due(at: batch.retention.now).nanoseconds, names,
      ])
      added += db.changesCount
    }
    return added
  }

  // MARK: Base

  private func keep(_ base: AlertBatch.Base, _ batch: AlertBatch, _ db: Database) throws {
    try keep(batch.desk, as: "base", batch.position, db)
    let remove = try db.cachedStatement(sql: "DELETE FROM rules WHERE id = ?")
    for rule in batch.removedRules { try remove.execute(arguments: [rule]) }
    let rules = try db.cachedStatement(
      sql: """
        INSERT INTO rules (id, origin, enabled, rule) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET origin = excluded.origin, enabled = excluded.enabled,
        rule = excluded.rule
        """)
    for rule in batch.rules {
      try rules.execute(arguments: [
        rule.rule.id, rule.origin.text, rule.isEnabled, rule.rule.json.text(),
      ])
    }
    let instruments = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO instruments VALUES (\(Self.places(8)))")
    for kept in base.instruments {
      try instruments.execute(arguments: [
        kept.instrument.key, InstrumentCodec.json(kept.instrument).text(), kept.prices.last,
        kept.prices.bid, kept.prices.ask, kept.prices.size, kept.prices.heard,
        kept.prices.isMute,
      ])
    }
    try db.execute(sql: "DELETE FROM terms")
    let terms = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO terms (instrument, term, shared, own) VALUES (?, ?, ?, ?)")
    for term in base.terms {
      try terms.execute(arguments: [
        term.instrument, term.text, WordBlob.data(term.shared), WordBlob.data(term.own),
      ])
    }
    let applied = try db.cachedStatement(
      sql: "UPDATE rule_changes SET after = ? WHERE version = ? AND after IS NULL")
    for (version, position) in batch.appliedChanges.sorted(by: { $0.key < $1.key }) {
      try applied.execute(arguments: [Int64(bitPattern: position), version])
    }
  }

  /// Removes what is old. What reading the log from the base could bring again stays, so that it is
  /// known.
  private func prune(_ batch: AlertBatch, _ db: Database) throws {
    let retention = batch.retention
    let oldest = retention.now.advanced(byNanos: -retention.historyAgeNanos).nanoseconds
    let told = Int64(bitPattern: batch.position.told)
    let transitions = Int64(bitPattern: batch.position.transitions)
    // A bounded number at once: the rest goes with the next. Times rise with numbers, so nothing
    // behind the first of these has to be looked at.
    let most = pruneMax(batch)
    try db.execute(
      sql: """
        DELETE FROM history WHERE number IN (
          SELECT number FROM (
            SELECT number, time FROM history WHERE number <= ? ORDER BY number LIMIT \(most))
          WHERE number <= ? OR time < ?)
        """,
      arguments: [told, transitions - Int64(retention.historyMax), oldest])
    let settled = retention.now.advanced(byNanos: -retention.deliveredAgeNanos).nanoseconds
    try db.execute(
      sql: """
        DELETE FROM outbox WHERE id IN (
          SELECT id FROM outbox WHERE status <> 'pending' AND settled < ?
          AND (epoch <> ? OR position <= ?) ORDER BY settled LIMIT \(most))
        """,
      arguments: [
        settled, Int64(bitPattern: batch.position.epoch),
        Int64(bitPattern: batch.position.sequence),
      ])
    // Numbers of notifications rise, so that none has to be counted.
    try db.execute(
      sql: """
        DELETE FROM outbox WHERE id IN (
          SELECT id FROM outbox WHERE id <= (SELECT max(id) FROM outbox) - ?
          AND status <> 'pending' AND (epoch <> ? OR position <= ?) ORDER BY id LIMIT \(most))
        """,
      arguments: [
        retention.historyMax, Int64(bitPattern: batch.position.epoch),
        Int64(bitPattern: batch.position.sequence),
      ])
    // A newer one was made: what has no place by now never had one.
    try db.execute(
      sql: """
        DELETE FROM rule_changes WHERE version <= ? AND version <> (
          SELECT max(version) FROM rule_changes)
        AND (epoch <> ? OR after IS NULL OR after < ?)
        """,
      arguments: [
        batch.position.version, Int64(bitPattern: batch.position.epoch),
        Int64(clamping: retention.firstSequence),
      ])
  }
}
