internal import EngineCore
internal import GRDB

/// One step from a version of the store to the next, and back. What is once released stays as it
/// is.
struct HistoryMigration: Sendable {
  /// The version that it leads to, from 1.
  let version: Int
  /// What it brings, for people.
  let summary: String
  let up: String
  let down: String

  /// The version that this program works with.
  static var newest: Int { all.count }

  static let all = [
    HistoryMigration(
      version: 1, summary: "instruments, series and bars",
      up: """
        CREATE TABLE place (
          id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL,
          sequence INTEGER NOT NULL);
        CREATE TABLE instruments (
          id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, symbol TEXT NOT NULL, venue TEXT,
          name TEXT, price_precision INTEGER NOT NULL, size_precision INTEGER NOT NULL,
          increment INTEGER, currency TEXT, calendar TEXT);
        CREATE TABLE series (
          id INTEGER PRIMARY KEY, instrument INTEGER NOT NULL REFERENCES instruments (id),
          spec TEXT NOT NULL, span INTEGER NOT NULL, UNIQUE (instrument, spec));
        CREATE TABLE chunks (id INTEGER PRIMARY KEY, bars BLOB NOT NULL)
        """,
      down: """
        DROP TABLE chunks; DROP TABLE series; DROP TABLE instruments; DROP TABLE place
        """),
    HistoryMigration(
      version: 2, summary: "how many bars a series has, and from when to when",
      up: """
        ALTER TABLE series ADD COLUMN bars INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE series ADD COLUMN first INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE series ADD COLUMN last INTEGER NOT NULL DEFAULT 0
        """,
      down: """
        ALTER TABLE series DROP COLUMN bars;
        ALTER TABLE series DROP COLUMN first;
        ALTER TABLE series DROP COLUMN last
        """),
  ]

  static func version(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
  }

  /// Brings a store to a version, up or down, within the transaction of the caller.
  static func migrate(_ db: Database, to target: Int) throws {
    guard (0...newest).contains(target) else {
      throw PluginError("expected a version from 0 to \(newest), found \(target)")
    }
    var version = try version(db)
    guard version <= newest else {
      throw PluginError(
        "the store has version \(version), and this program knows \(newest)",
        hint: "use the newer program, or its `enginectl db migrate --to \(newest)` first")
    }
    while version < target {
      try db.execute(sql: all[version].up)
      version += 1
      if version == 2 { try HistoryTotals.rebuild(db) }
    }
    while version > target {
      version -= 1
      try db.execute(sql: all[version].down)
    }
    try db.execute(sql: "PRAGMA user_version = \(target)")
  }
}
