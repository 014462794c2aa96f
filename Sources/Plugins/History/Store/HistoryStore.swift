internal import EngineCore
internal import Foundation
internal import GRDB
internal import Synchronization

/// Bars in a SQLite database in WAL mode: readers and the one writer do not wait for each other,
/// and a commit survives the end of the process. For threads that may wait.
final class HistoryStore: Sendable {
  private struct Series: Sendable {
    var id: Int64
    var span: Int64

    /// Rows that may hold what is asked for.
    func keys(_ query: HistoryBarQuery) -> ClosedRange<Int64> {
      let last = query.to.advanced(byNanos: -1)
      return HistoryChunk.key(
        series: id, start: query.from, span: span)...HistoryChunk.key(
          series: id, start: last, span: span)
    }
  }

  let path: String
  private let pool: DatabasePool
  /// What was read last.
  let cache: HistoryRowCache
  /// Held from a commit until the cache knows of it, so that it hears of commits in their order.
  private let writing = Mutex<Void>(())
  private let known = Mutex<[HistoryBatch.Series: Series]>([:])
  /// It was migrated down for an older program, and is none of this one any more.
  private let isReleased = Mutex(false)

  static let released = PluginError(
    "the history store was migrated down, for an older program",
    hint: "restart the history plugin to bring it up again")

  /// Opens the database, makes it where there is none, and brings it to this program's version.
  init(path: String, cacheBytes: Int) throws(PluginError) {
    self.path = path
    cache = HistoryRowCache(bytesMax: cacheBytes)
    do {
      let folder = (path as NSString).deletingLastPathComponent
      if !folder.isEmpty {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      pool = try DatabasePool(path: path, configuration: Self.configuration)
    } catch {
      throw Self.told(error, "\(path) cannot be opened")
    }
    try migrate(to: HistoryMigration.newest)
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.label = "history"
    configuration.prepareDatabase { db in
      // A chunk fits a page.
      try db.execute(sql: "PRAGMA page_size = 16384")
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    return configuration
  }

  private static func told(_ error: any Error, _ what: String) -> PluginError {
    if let error = error as? PluginError {
      return PluginError("\(what): \(error.message)", hint: error.hint)
    }
    return PluginError("\(what): \(error)")
  }

  private func write<Result>(
    _ body: (Database) throws -> Result
  ) throws(PluginError) -> Result {
    if isReleased.withLock({ $0 }) { throw Self.released }
    do {
      return try pool.write(body)
    } catch {
      throw Self.told(error, "\(path) cannot be written")
    }
  }

  private func read<Result>(
    _ body: (Database) throws -> Result
  ) throws(PluginError) -> Result {
    if isReleased.withLock({ $0 }) { throw Self.released }
    do {
      return try pool.read(body)
    } catch {
      throw Self.told(error, "\(path) cannot be read")
    }
  }

  /// One statement, which sees one commit by itself: it needs no transaction around it.
  private func glance<Result>(
    _ body: (Database) throws -> Result
  ) throws(PluginError) -> Result {
    if isReleased.withLock({ $0 }) { throw Self.released }
    do {
      return try pool.unsafeRead(body)
    } catch {
      throw Self.told(error, "\(path) cannot be read")
    }
  }

  // MARK: Versions

  var version: Int {
    get throws(PluginError) { try read { db in try HistoryMigration.version(db) } }
  }

  /// Brings the store to a version. Below this program's own it can only be migrated on.
  func migrate(to version: Int) throws(PluginError) {
    known.withLock { $0 = [:] }
    defer { cache.clear() }
    do {
      try pool.write { db in try HistoryMigration.migrate(db, to: version) }
    } catch {
      throw Self.told(error, "\(path) cannot be migrated")
    }
    isReleased.withLock { $0 = version < HistoryMigration.newest }
  }

  // MARK: Writing

  /// How far the log is stored; nil of an empty store.
  func place() throws(PluginError) -> HistoryBatch.Place? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT epoch, sequence FROM place").map { row in
        HistoryBatch.Place(
          epoch: UInt64(bitPattern: row[0] as Int64), sequence: UInt64(bitPattern: row[1] as Int64))
      }
    }
  }

  /// Stores bars and the place, or nothing.
  func commit(_ batch: HistoryBatch) throws(PluginError) {
    try writing.withLock { _ throws(PluginError) in cache.changed(try write(batch)) }
  }

  /// The rows that have changed by it.
  private func write(_ batch: HistoryBatch) throws(PluginError) -> [Int64: [UInt8]?] {
    var found: [HistoryBatch.Series: Series] = [:]
    var changes: [Int64: [UInt8]?] = [:]
    try write { db in
      for (series, bars) in batch.bars {
        guard let instrument = batch.instruments[series.instrument] else { continue }
        let row = try self.series(series, of: instrument, db)
        found[series] = row
        try Self.store(bars, of: row, db, &changes)
      }
      try db.execute(
        sql: """
          INSERT INTO place VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET sequence =
          CASE epoch WHEN excluded.epoch THEN max(sequence, excluded.sequence)
          ELSE excluded.sequence END, epoch = excluded.epoch
          """,
        arguments: [
          Int64(bitPattern: batch.place.epoch), Int64(bitPattern: batch.place.sequence),
        ])
    }
    known.withLock { $0.merge(found) { $1 } }
    return changes
  }

  private func series(
    _ series: HistoryBatch.Series, of instrument: Instrument, _ db: Database
  ) throws -> Series {
    if let found = known.withLock({ $0[series] }) { return found }
    try db.execute(
      sql: """
        INSERT INTO instruments (key, symbol, venue, name, price_precision, size_precision,
        increment, currency, calendar) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET name = excluded.name,
        price_precision = excluded.price_precision, size_precision = excluded.size_precision,
        increment = excluded.increment, currency = excluded.currency, calendar = excluded.calendar
        """,
      arguments: [
        instrument.key, instrument.symbol, instrument.venue, instrument.name,
        instrument.pricePrecision, instrument.sizePrecision, instrument.increment?.raw,
        instrument.currency, instrument.calendar,
      ])
    try db.execute(
      sql: """
        INSERT INTO series (instrument, spec, span)
        SELECT id, ?, ? FROM instruments WHERE key = ? ON CONFLICT DO NOTHING
        """,
      arguments: [series.spec, HistoryChunk.span(of: series.spec), instrument.key])
    guard let row = try Self.find(series, db) else {
      throw PluginError("the series \(series.instrument) \(series.spec) is not there")
    }
    return row
  }

  private static func find(_ series: HistoryBatch.Series, _ db: Database) throws -> Series? {
    try Row.fetchOne(
      db,
      sql: """
        SELECT series.id, span FROM series JOIN instruments ON instruments.id = instrument
        WHERE key = ? AND spec = ?
        """, arguments: [series.instrument, series.spec]
    ).map { Series(id: $0[0], span: $0[1]) }
  }

  private static func store(
    _ bars: [HistoryBar], of series: Series, _ db: Database, _ changes: inout [Int64: [UInt8]?]
  ) throws {
    let read = try db.cachedStatement(sql: "SELECT bars FROM chunks WHERE id = ?")
    let write = try db.cachedStatement(sql: "INSERT OR REPLACE INTO chunks VALUES (?, ?)")
    let remove = try db.cachedStatement(sql: "DELETE FROM chunks WHERE id = ?")
    let byChunk = Dictionary(grouping: bars) {
      HistoryChunk.key(series: series.id, start: $0.bar.start, span: series.span)
    }
    for (key, bars) in byChunk {
      let row = try Data.fetchOne(read, arguments: [key]).map { [UInt8]($0) }
      let before = try HistoryChunk.bars(row ?? [])
      var after = before
      for bar in bars { after.merge(bar) }
      if after == before { continue }
      if after.isEmpty {
        try remove.execute(arguments: [key])
        changes.updateValue(nil, forKey: key)
      } else {
        let row = HistoryChunk.row(after)
        try write.execute(arguments: [key, Data(row)])
        changes.updateValue(row, forKey: key)
      }
      try HistoryTotals.add(series.id, before: before, after: after, db)
    }
  }

  /// Removes chunks whose bars all begin before a time; how many.
  func prune(before time: Timestamp) throws(PluginError) -> Int {
    defer { cache.clear() }
    return try write { db in
      var removed = 0
      for row in try Row.fetchAll(db, sql: "SELECT id, span FROM series WHERE bars > 0") {
        let series = Series(id: row[0], span: row[1])
        let key = HistoryChunk.key(series: series.id, start: time, span: series.span)
        try db.execute(
          sql: "DELETE FROM chunks WHERE id >= ? AND id < ?",
          arguments: [HistoryChunk.keys(of: series.id).lowerBound, key])
        guard db.changesCount > 0 else { continue }
        removed += db.changesCount
        try HistoryTotals.refresh(series.id, db)
      }
      return removed
    }
  }

  // MARK: Reading

  /// Bars of a range, oldest first: at most so many and one more, from the end that is asked for.
  func bars(_ query: HistoryBarQuery) throws(PluginError) -> [HistoryBar] {
    if let rows = rememberedRows(query) { return try rows.bars() }
    return try rows(query).bars()
  }

  /// What is asked for, when all of it is in memory: for any thread.
  func rememberedRows(_ query: HistoryBarQuery) -> HistoryRows? {
    let wanted = HistoryBatch.Series(instrument: query.instrument, spec: query.spec)
    guard query.from < query.to, let series = known.withLock({ $0[wanted] }) else { return nil }
    let last = query.to.advanced(byNanos: -1)
    var count = 0
    let rows = cache.rows(series.keys(query), isNewest: query.end == .newest) { row in
      count += HistoryChunk.count(row, from: query.from, through: last)
      return count <= query.limit
    }
    guard let rows else { return nil }
    return HistoryRows(rows: query.end == .newest ? rows.reversed() : rows, query: query)
  }

  /// What is asked for, from the file.
  func rows(_ query: HistoryBarQuery) throws(PluginError) -> HistoryRows {
    guard query.from < query.to else { return HistoryRows(rows: [], query: query) }
    let wanted = HistoryBatch.Series(instrument: query.instrument, spec: query.spec)
    let cached = known.withLock { $0[wanted] }
    // Before the file is looked at: what is committed from here on may be missing in what is read.
    let version = cache.reading()
    return try glance { db in
      guard let series = try cached ?? Self.find(wanted, db) else {
        return HistoryRows(rows: [], query: query)
      }
      if cached == nil { known.withLock { $0[wanted] = series } }
      return try rows(query, series.keys(query), version: version, db)
    }
  }

  private func rows(
    _ query: HistoryBarQuery, _ keys: ClosedRange<Int64>, version: UInt64, _ db: Database
  ) throws -> HistoryRows {
    let isNewest = query.end == .newest
    let order = isNewest ? "DESC" : "ASC"
    let found = try Row.fetchCursor(
      try db.cachedStatement(
        sql: "SELECT id, bars FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id \(order)"),
      arguments: [keys.lowerBound, keys.upperBound])
    let last = query.to.advanced(byNanos: -1)
    var rows: [(key: Int64, row: [UInt8])] = []
    var (count, isWhole) = (0, true)
    while let next = try found.next() {
      let row = try next.withUnsafeData(atIndex: 1) { [UInt8]($0 ?? Data()) }
      rows.append((next[0], row))
      count += HistoryChunk.count(row, from: query.from, through: last)
      guard count <= query.limit else {
        isWhole = false
        break
      }
    }
    let end = isWhole ? nil : rows.last?.key
    let covered =
      isNewest
      ? (end ?? keys.lowerBound)...keys.upperBound : keys.lowerBound...(end ?? keys.upperBound)
    cache.add(rows, of: covered, version: version)
    if isNewest { rows.reverse() }
    return HistoryRows(rows: rows.map(\.row), query: query)
  }

  func series() throws(PluginError) -> [HistorySeries] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT symbol, venue, name, price_precision, size_precision, increment, currency,
          calendar, spec, bars, first, last
          FROM series JOIN instruments ON instruments.id = instrument WHERE bars > 0
          ORDER BY key, series.id
          """)
      return rows.map { row in
        let increment: Int64? = row[5]
        return HistorySeries(
          instrument: Instrument(
            symbol: row[0], venue: row[1], name: row[2], pricePrecision: row[3],
            sizePrecision: row[4], increment: increment.map { Price(raw: $0) }, currency: row[6],
            calendar: row[7]),
          spec: row[8], bars: row[9], first: Timestamp(nanoseconds: row[10]),
          last: Timestamp(nanoseconds: row[11]))
      }
    }
  }

  /// Bytes of the database, without what is only in its log.
  func size() throws(PluginError) -> Int64 {
    try read { db in
      let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      return pages * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
    }
  }
}
