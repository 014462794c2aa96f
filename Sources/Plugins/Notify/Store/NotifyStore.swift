internal import EngineCore
internal import Foundation
internal import GRDB

/// Keeps what was tried, channels that people have added, and which are paused. Any thread may call
/// it. What has still to be delivered is not here: the outbox of alerts has that.
final class NotifyStore: Sendable {
  private let queue: DatabaseQueue

  /// Opens the file, or makes it; nil keeps everything in memory.
  init(path: String?) throws(PluginError) {
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      configuration.label = "notify"
      if let path {
        configuration.journalMode = .wal
        configuration.prepareDatabase { db in
          try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384")
        }
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
          try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        }
        queue = try DatabaseQueue(path: path, configuration: configuration)
      } else {
        queue = try DatabaseQueue(configuration: configuration)
      }
      let isNewer = try queue.read { db in try Self.migrator.hasBeenSuperseded(db) }
      guard !isNewer else {
        throw PluginError("\(path ?? "") was written by a newer version of this program")
      }
      try Self.migrator.migrate(queue)
    } catch let error as PluginError {
      throw error
    } catch {
      throw PluginError(
        "\(path ?? "") cannot be used: \(error)",
        hint: "free the disk, move the file away to begin anew, or let \"store\" name another one")
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE attempts (
            number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, channel TEXT NOT NULL,
            key TEXT NOT NULL, message TEXT NOT NULL, rule TEXT NOT NULL, attempt INTEGER NOT NULL,
            result TEXT NOT NULL, detail TEXT NOT NULL, nanos INTEGER NOT NULL);
          CREATE INDEX attempts_channel ON attempts (channel, number);
          CREATE INDEX attempts_rule ON attempts (rule, number);
          CREATE INDEX attempts_key ON attempts (key, number);
          CREATE TABLE channels (name TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;
          CREATE TABLE paused (channel TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2") { db in
      // What an Alertmanager was told that it fires.
      try db.execute(
        sql: """
          CREATE TABLE firing (
            channel TEXT NOT NULL, rule TEXT NOT NULL, instrument TEXT NOT NULL,
            labels TEXT NOT NULL, annotations TEXT NOT NULL, since INTEGER NOT NULL,
            PRIMARY KEY (channel, rule, instrument)) WITHOUT ROWID
          """)
    }
    return migrator
  }

  func told<Result>(
    _ body: (DatabaseQueue) throws -> Result
  ) throws(PluginError) -> Result {
    do {
      return try body(queue)
    } catch {
      throw PluginError("\(queue.path): \(error)")
    }
  }

  // MARK: Attempts

  /// Adds attempts, and removes those that are too old or too many.
  func add(_ attempts: [Attempt], most: Int, oldest: Timestamp) throws(PluginError) {
    guard !attempts.isEmpty else { return }
    try told { queue in
      try queue.write { db in
        let insert = try db.cachedStatement(
          sql: """
            INSERT INTO attempts
            (time, channel, key, message, rule, attempt, result, detail, nanos)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for attempt in attempts {
          try insert.execute(arguments: [
            attempt.time.nanoseconds, attempt.channel, attempt.key, attempt.message,
            attempt.rule, attempt.attempt, attempt.result, attempt.detail, attempt.nanos,
          ])
        }
        let last = db.lastInsertedRowID
        // Numbers and times rise together: what has to go is at the beginning.
        try db.execute(
          sql: """
            DELETE FROM attempts WHERE number IN (
              SELECT number FROM (SELECT number, time FROM attempts ORDER BY number LIMIT ?)
              WHERE number <= ? OR time < ?)
            """,
          arguments: [attempts.count * 2 + 100, last - Int64(most), oldest.nanoseconds])
      }
    }
  }

  func attempts(_ query: AttemptQuery) throws(PluginError) -> [Attempt] {
    try told { queue in
      try queue.read { db in
        var conditions = ["number < ?"]
        var arguments: [(any DatabaseValueConvertible)?] = [query.before]
        for (column, value) in [
          ("channel", query.channel), ("rule", query.rule), ("key", query.key),
        ] {
          guard let value else { continue }
          conditions.append("\(column) = ?")
          arguments.append(value)
        }
        arguments.append(query.limit)
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT number, time, channel, key, message, rule, attempt, result, detail, nanos
            FROM attempts WHERE \(conditions.joined(separator: " AND "))
            ORDER BY number DESC LIMIT ?
            """, arguments: StatementArguments(arguments))
        return rows.map { row in
          Attempt(
            number: row[0], time: Timestamp(nanoseconds: row[1]), channel: row[2], key: row[3],
            message: row[4], rule: row[5], attempt: Int(row[6] as Int64), result: row[7],
            detail: row[8], nanos: row[9])
        }
      }
    }
  }

  // MARK: Channels

  /// The settings of channels that people have added, by name, as they gave them.
  func channels() throws(PluginError) -> [(name: String, settings: String)] {
    try told { queue in
      try queue.read { db in
        try Row.fetchAll(db, sql: "SELECT name, settings FROM channels ORDER BY name")
          .map { (name: $0[0], settings: $0[1]) }
      }
    }
  }

  func keep(channel name: String, settings: String) throws(PluginError) {
    try told { queue in
      try queue.write { db in
        try db.execute(
          sql: "INSERT OR REPLACE INTO channels VALUES (?, ?)", arguments: [name, settings])
      }
    }
  }

  func remove(channel name: String) throws(PluginError) {
    try told { queue in
      try queue.write { db in
        try db.execute(sql: "DELETE FROM channels WHERE name = ?", arguments: [name])
      }
    }
  }

  // MARK: Pauses

  func paused() throws(PluginError) -> Set<String> {
    try told { queue in
      try queue.read { db in try String.fetchSet(db, sql: "SELECT channel FROM paused") }
    }
  }

  func pause(_ channel: String, _ isPaused: Bool, at time: Timestamp) throws(PluginError) {
    try told { queue in
      try queue.write { db in
        if isPaused {
          try db.execute(
            sql: "INSERT OR IGNORE INTO paused VALUES (?, ?)",
            arguments: [channel, time.nanoseconds])
        } else {
          try db.execute(sql: "DELETE FROM paused WHERE channel = ?", arguments: [channel])
        }
      }
    }
  }
}
