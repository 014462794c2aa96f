internal import EngineCore
internal import Foundation
internal import GRDB

/// What a series' row says of all its bars.
enum HistoryTotals {
  /// Counts anew what every series has.
  static func rebuild(_ db: Database) throws {
    for id in try Int64.fetchAll(db, sql: "SELECT id FROM series") { try refresh(id, db) }
  }

  /// Counts anew what one series has.
  static func refresh(_ series: Int64, _ db: Database) throws {
    let keys = HistoryChunk.keys(of: series)
    let blobs = try Data.fetchCursor(
      db, sql: "SELECT bars FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id",
      arguments: [keys.lowerBound, keys.upperBound])
    var (count, first, last) = (0, Int64(0), Int64(0))
    while let blob = try blobs.next() {
      let bars = try HistoryChunk.bars([UInt8](blob))
      if count == 0 { first = bars.first?.bar.start.nanoseconds ?? 0 }
      last = bars.last?.bar.start.nanoseconds ?? last
      count += bars.count
    }
    try db.execute(
      sql: "UPDATE series SET bars = ?, first = ?, last = ? WHERE id = ?",
      arguments: [count, first, last, series])
  }

  /// Takes in that a chunk has other bars than before.
  static func add(
    _ series: Int64, before: [HistoryBar], after: [HistoryBar], _ db: Database
  ) throws {
    guard let first = after.first?.bar.start.nanoseconds,
      let last = after.last?.bar.start.nanoseconds,
      before.first.map({ $0.bar.start.nanoseconds >= first }) ?? true,
      before.last.map({ $0.bar.start.nanoseconds <= last }) ?? true
    else { return try refresh(series, db) }
    try db.cachedStatement(
      sql: """
        UPDATE series SET first = CASE bars WHEN 0 THEN ?1 ELSE min(first, ?1) END,
        last = CASE bars WHEN 0 THEN ?2 ELSE max(last, ?2) END, bars = bars + ?3 WHERE id = ?4
        """
    ).execute(arguments: [first, last, after.count - before.count, series])
  }
}
