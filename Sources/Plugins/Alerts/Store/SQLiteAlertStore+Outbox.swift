internal import EngineCore
internal import GRDB

/// What waits in order, for one who delivers a channel alone.
extension SQLiteAlertStore {
  private static let entryColumns = """
    id, rule, instrument, generation, number, channel, kind, severity, title, members, more,
    created, attempts, error
    """

  func waiting(
    _ channel: String, after id: Int64, limit: Int
  ) throws(AlertStoreError) -> [AlertOutboxTicket] {
    try read { db in
      let rows = try db.cachedStatement(
        sql: """
          SELECT id, rule, instrument, severity, created, due, attempts FROM outbox
          WHERE status = 'pending' AND channel = ? AND id > ? ORDER BY id LIMIT ?
          """)
      return try Row.fetchAll(rows, arguments: [channel, id, limit]).map { row in
        AlertOutboxTicket(
          id: row[0], rule: row[1], instrument: row[2], severity: row[3],
          created: Timestamp(nanoseconds: row[4]), due: Timestamp(nanoseconds: row[5]),
          attempts: Int(row[6] as Int64))
      }
    }
  }

  func entries(_ ids: [Int64]) throws(AlertStoreError) -> [AlertOutboxEntry] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: "SELECT \(Self.entryColumns) FROM outbox WHERE status = 'pending' "
          + "AND id IN (\(Self.places(ids.count))) ORDER BY id",
        arguments: StatementArguments(ids))
      return rows.map(Self.entry)
    }
  }

  func settle(
    _ settlements: [AlertOutboxSettlement], at time: Timestamp
  ) throws(AlertStoreError) {
    try write { db in
      try check(db)
      let done = try db.cachedStatement(
        sql: """
          UPDATE outbox SET status = ?, settled = ?, error = ?, attempts = attempts + 1
          WHERE id = ? AND status = 'pending'
          """)
      let failed = try db.cachedStatement(
        sql: """
          UPDATE outbox SET due = ?, error = ?, attempts = attempts + 1
          WHERE id = ? AND status = 'pending'
          """)
      for settlement in settlements {
        switch settlement.outcome {
        case .done:
          try done.execute(
            arguments: ["delivered", time.nanoseconds, nil, settlement.id])
        case .dead(let reason):
          try done.execute(arguments: ["dead", time.nanoseconds, reason, settlement.id])
        case .failed(let reason, let retry):
          try failed.execute(arguments: [retry.nanoseconds, reason, settlement.id])
        }
      }
    }
  }

  func dead(
    _ channel: String?, before id: Int64, limit: Int
  ) throws(AlertStoreError) -> [AlertOutboxDead] {
    try read { db in
      var arguments: [(any DatabaseValueConvertible)?] = [id]
      if let channel { arguments.append(channel) }
      arguments.append(limit)
      let rows = try Row.fetchAll(
        db,
        sql: "SELECT \(Self.entryColumns), settled FROM outbox WHERE status = 'dead' AND id < ? "
          + (channel == nil ? "" : "AND channel = ? ") + "ORDER BY id DESC LIMIT ?",
        arguments: StatementArguments(arguments))
      return rows.map { row in
        var entry = Self.entry(row)
        // It was not given out just now.
        entry.attempts -= 1
        return AlertOutboxDead(
          entry: entry, settled: Timestamp(nanoseconds: (row[14] as Int64?) ?? 0))
      }
    }
  }

  func revive(_ channel: String, id: Int64?, at time: Timestamp) throws(AlertStoreError) -> Int {
    try write { db in
      try check(db)
      var arguments: [(any DatabaseValueConvertible)?] = [
        time.nanoseconds, time.nanoseconds, channel,
      ]
      if let id { arguments.append(id) }
      try db.execute(
        sql: """
          UPDATE outbox SET status = 'pending', due = ?, created = ?, settled = NULL, attempts = 0
          WHERE id IN (SELECT id FROM outbox WHERE status = 'dead' AND channel = ?
          \(id == nil ? "" : "AND id = ? ")ORDER BY id LIMIT 10000)
          """, arguments: StatementArguments(arguments))
      return db.changesCount
    }
  }
}
