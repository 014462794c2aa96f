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

  func take(_ request: AlertOutboxRequest) throws(AlertStoreError) -> [AlertOutboxEntry] {
    if request.channels?.isEmpty == true { return [] }
    return try write { db in
      try check(db)
      var arguments: [(any DatabaseValueConvertible)?] = [request.now.nanoseconds]
      var filter = ""
      if let channels = request.channels {
        filter = "AND channel IN (\(Self.places(channels.count))) "
        arguments += channels.map { $0 as (any DatabaseValueConvertible)? }
      }
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT id, rule, instrument, generation, number, channel, kind, severity, title, members,
          more, created, attempts, error FROM outbox
          WHERE status = 'pending' AND due <= ? \(filter)ORDER BY due, id LIMIT \(request.limit)
          """, arguments: StatementArguments(arguments))
      let lend = try db.cachedStatement(
        sql: "UPDATE outbox SET due = ?, attempts = attempts + 1 WHERE id = ?")
      let due = request.now.advanced(byNanos: request.leaseNanos).nanoseconds
      for row in rows { try lend.execute(arguments: [due, row[0] as Int64]) }
      return rows.map(Self.entry)
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

  func settle(_ id: Int64, _ outcome: OutboxOutcome) throws(AlertStoreError) -> Bool {
    try write { db in
      try check(db)
      switch outcome {
      case .delivered(let time):
        try db.execute(
          sql: """
            UPDATE outbox SET status = 'delivered', settled = ?, error = NULL
            WHERE id = ? AND status = 'pending'
            """, arguments: [time.nanoseconds, id])
      case .failed(let reason, let time):
        try db.execute(
          sql: "UPDATE outbox SET due = ?, error = ? WHERE id = ? AND status = 'pending'",
          arguments: [time.nanoseconds, reason, id])
      case .dead(let reason, let time):
        try db.execute(
          sql: """
            UPDATE outbox SET status = 'dead', settled = ?, error = ?
            WHERE id = ? AND status = 'pending'
            """, arguments: [time.nanoseconds, reason, id])
      }
      return db.changesCount > 0
    }
  }

  func giveUp(_ retention: AlertRetention) throws(AlertStoreError) -> Int {
    let oldest = retention.now.advanced(byNanos: -retention.pendingAgeNanos).nanoseconds
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
      let waiting =
        try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox WHERE status = 'pending'") ?? 0
      let excess = min(waiting - retention.pendingMax, Self.giveUpMax)
      if excess > 0 { count += try giveUp(retention.tooManyText, before: .max, most: excess) }
      return count
    }
  }

  /// At once: more than a store takes in while one base follows another.
  private static let giveUpMax = 1_000_000

  func figures() throws(AlertStoreError) -> AlertOutboxFigures {
    try read { db in
      func count(_ status: String) throws -> Int {
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM outbox WHERE status = ?", arguments: [status]) ?? 0
      }
      return AlertOutboxFigures(
        pending: try count("pending"), delivered: try count("delivered"), dead: try count("dead"))
    }
  }
}
