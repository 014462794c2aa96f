internal import EngineCore
internal import GRDB

/// History and outbox.
extension SQLiteAlertStore {
  func size() throws(AlertStoreError) -> Int {
    try read { db in
      try Int.fetchOne(
        db,
        sql: "SELECT (SELECT count(*) FROM rules) + (SELECT count(*) FROM states) "
          + "+ (SELECT count(*) FROM changed_states)") ?? 0
    }
  }

  func history(_ query: AlertQuery) throws(AlertStoreError) -> [AlertRecord] {
    var conditions: [String] = []
    var arguments: [(any DatabaseValueConvertible)?] = []
    func match(_ column: String, _ pattern: String?) {
      guard let pattern else { return }
      if pattern.hasSuffix("*") {
        // A range, which an index can find.
        let prefix = String(pattern.dropLast())
        conditions.append("\(column) >= ? AND \(column) < ?")
        arguments += [prefix, prefix + "\u{10FFFF}"]
      } else {
        conditions.append("\(column) = ?")
        arguments.append(pattern)
      }
    }
    match("rule", query.rule)
    match("instrument", query.instrument)
    if let states = query.states {
      let numbers = states.map { "\($0.rawValue)" }.sorted().joined(separator: ", ")
      conditions.append("to_state IN (\(numbers))")
    }
    if query.from > .distantPast {
      conditions.append("time >= ?")
      arguments.append(query.from.nanoseconds)
    }
    if query.to < .distantFuture {
      conditions.append("time < ?")
      arguments.append(query.to.nanoseconds)
    }
    if let before = Int64(exactly: query.before) {
      conditions.append("number < ?")
      arguments.append(before)
    }
    let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
    let (condition, values) = (
      "\(filter)ORDER BY number DESC LIMIT \(query.limit)", StatementArguments(arguments)
    )
    return try read { db in
      try Self.transitions(db, condition, values).map(\.record)
    }
  }

  static func entry(_ row: Row) -> AlertOutboxEntry {
    let rule: String = row[1]
    let instrument: String = row[2]
    return AlertOutboxEntry(
      id: row[0],
      key: "\(rule)/\(instrument)/\(row[3] as Int64)/\(row[4] as Int64)", channel: row[5],
      kind: row[6], severity: row[7], title: row[8], members: DeskCodec.records(row[9]),
      more: UInt32(clamping: row[10] as Int64),
      created: Timestamp(nanoseconds: row[11]), attempts: Int(row[12] as Int64) + 1,
      lastError: row[13])
  }

  func giveUp(_ retention: AlertRetention) throws(AlertStoreError) -> Int {
    let oldest = retention.now.advanced(byNanos: -retention.pendingAgeNanos).nanoseconds
    // Nobody who writes has to wait for a look that finds nothing, as nearly all do.
    let isNeeded = try read { db in
      let waiting = try Row.fetchOne(
        db, sql: "SELECT count(*), min(created) FROM outbox WHERE status = 'pending'")
      guard let waiting, let first: Int64 = waiting[1] else { return false }
      return first < oldest || waiting[0] as Int64 > Int64(retention.pendingMax)
    }
    guard isNeeded else { return 0 }
    return try write { db in
      try check(db)
      let text = """
        UPDATE outbox SET status = 'dead', settled = ?, error = ? WHERE id IN (
          SELECT id FROM outbox WHERE status = 'pending' AND created < ?
          ORDER BY created, id LIMIT ?)
        """
      func giveUp(_ reason: String, before time: Int64, most: Int) throws -> Int {
        try db.execute(
          sql: text, arguments: [retention.now.nanoseconds, reason, time, most])
        return db.changesCount
      }
      var count = try giveUp(retention.tooOldText, before: oldest, most: Self.giveUpMax)
      let excess = min(try Self.count("= 'pending'", db) - retention.pendingMax, Self.giveUpMax)
      if excess > 0 { count += try giveUp(retention.tooManyText, before: .max, most: excess) }
      return count
    }
  }

  /// At once: more than a store takes in while one base follows another.
  private static let giveUpMax = 1_000_000

  func figures() throws(AlertStoreError) -> AlertOutboxFigures {
    try read { db in
      // Each of these has an index; those that were delivered have none of their own.
      let dead = try Self.count("= 'dead'", db)
      return AlertOutboxFigures(
        pending: try Self.count("= 'pending'", db),
        delivered: try Self.count("<> 'pending'", db) - dead, dead: dead)
    }
  }

  private static func count(_ status: String, _ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox WHERE status \(status)") ?? 0
  }
}
