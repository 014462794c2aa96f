internal import AlertRules
internal import EngineCore
internal import Foundation
internal import GRDB
internal import Synchronization

/// The store in a SQLite database in WAL mode: a commit survives the end of the process, with
/// `isSafeFromPowerLoss` that of the machine too. Who reads waits for nobody who writes.
final class SQLiteAlertStore: AlertStore {
  let pool: DatabasePool
  /// Of the instance that uses it, and its newest batch.
  private let session = Mutex(Session())

  private struct Session: Sendable {
    var holder: Int64?
    var serial: UInt64 = 0
    /// As they are in the store; nil: not known.
    var silences: [AlertSilence]?
    /// Transitions and notifications since the last base.
    var added = 0
  }

  /// Opens the database, makes it where there is none, and brings it to this version.
  init(path: String, isSafeFromPowerLoss: Bool = false) throws(AlertStoreError) {
    do {
      let folder = (path as NSString).deletingLastPathComponent
      if !folder.isEmpty {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      }
      pool = try DatabasePool(
        path: path, configuration: Self.configuration(isSafe: isSafeFromPowerLoss))
      let isNewer = try pool.read { db in try AlertSchema.migrator.hasBeenSuperseded(db) }
      guard !isNewer else {
        throw AlertStoreError("\(path) was written by a newer version of this program")
      }
      try AlertSchema.migrator.migrate(pool)
    } catch {
      throw Self.told(error, "\(path) cannot be used")
    }
  }

  /// The configured rules' changes of a store that an engine may be using, for reading the log
  /// again; none when there is no store.
  static func changes(path: String) throws(AlertStoreError) -> [RuleSetChange] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    do {
      return try DatabaseQueue(path: path, configuration: configuration).read { db in
        try Self.changes(db)
      }
    } catch {
      throw told(error, "\(path) cannot be read")
    }
  }

  private static func configuration(isSafe: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.label = "alerts"
    configuration.maximumReaderCount = 2
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = \(isSafe ? "FULL" : "NORMAL")")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      // Rules fire in no order: with the usual 2 MiB each row of a large store is read anew.
      if !db.configuration.readonly { try db.execute(sql: "PRAGMA cache_size = -65536") }
    }
    return configuration
  }

  static func told(_ error: any Error, _ what: String) -> AlertStoreError {
    if let error = error as? AlertStoreError { return error }
    return AlertStoreError("\(what): \(error)")
  }

  /// Does something in a transaction of its own.
  func write<Result>(_ body: (Database) throws -> Result) throws(AlertStoreError) -> Result {
    do {
      return try pool.write(body)
    } catch {
      throw named(error, "cannot be written")
    }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws(AlertStoreError) -> Result {
    do {
      return try pool.read(body)
    } catch {
      throw named(error, "cannot be read")
    }
  }

  /// With the name of the file, so that people know which one it is.
  private func named(_ error: any Error, _ what: String) -> AlertStoreError {
    guard let error = error as? AlertStoreError else {
      return AlertStoreError("\(pool.path) \(what): \(error)")
    }
    return error.isFinal ? error : AlertStoreError("\(pool.path): \(error.message)")
  }

  /// Fails when another instance has taken the store over.
  func check(_ db: Database) throws {
    let holder = try Int64.fetchOne(db, sql: "SELECT token FROM holder")
    guard let mine = session.withLock({ $0.holder }), holder == mine else {
      throw AlertStoreError.takenOver
    }
  }

  /// Whether a batch is the next one of who holds the store.
  func isNext(_ batch: AlertBatch) throws -> Bool {
    try session.withLock { session in
      guard session.holder == batch.holder else { throw AlertStoreError.takenOver }
      return batch.serial > session.serial
    }
  }

  func noteCommitted(_ batch: AlertBatch) {
    session.withLock { session in
      guard batch.serial > session.serial else { return }
      session.serial = batch.serial
      session.silences = batch.desk.silences
      session.added = batch.base == nil ? session.added + batch.size : 0
    }
  }

  /// How much may be pruned with a base: more than was added since the last one, and not all that
  /// could have gathered.
  func pruneMax(_ batch: AlertBatch) -> Int {
    let added = session.withLock { $0.added } + batch.size
    return max(Self.pruneMin, added * 2)
  }

  static let pruneMin = 1000

  /// Whether silences are other ones than the store has.
  func isNews(_ silences: [AlertSilence]) -> Bool {
    session.withLock { $0.silences != silences }
  }

  // MARK: Loading

  func load() throws(AlertStoreError) -> StoredAlerts {
    try write { db in
      try db.execute(sql: "UPDATE holder SET token = token + 1")
      let mine = try Int64.fetchOne(db, sql: "SELECT token FROM holder") ?? 0
      session.withLock { $0 = Session(holder: mine) }
      var stored = try Self.load(db)
      stored.holder = mine
      return stored
    }
  }

  private static func load(_ db: Database) throws -> StoredAlerts {
    var stored = StoredAlerts()
    stored.base = try version("base", db)
    stored.newest = try version("newest", db)
    guard let base = stored.base?.position else { return stored }
    let columns = StateColumns.names.joined(separator: ", ")
    let states = try Row.fetchCursor(
      db, sql: "SELECT \(columns) FROM states ORDER BY rule, instrument")
    while let row = try states.next() { stored.base?.states.append(try StateColumns.state(row)) }
    let newest = try Row.fetchCursor(
      db,
      sql: """
        SELECT \(columns) FROM changed_states UNION ALL
        SELECT \(columns) FROM states s WHERE NOT EXISTS (
          SELECT 1 FROM changed_states c WHERE c.rule = s.rule AND c.instrument = s.instrument)
        """)
    while let row = try newest.next() { stored.newest?.states.append(try StateColumns.state(row)) }
    let rules = try Row.fetchCursor(
      db, sql: "SELECT id, origin, enabled, rule FROM rules ORDER BY number")
    while let row = try rules.next() { stored.rules.append(try rule(row)) }
    let instruments = try Row.fetchCursor(
      db, sql: "SELECT key, about, last, bid, ask, size, heard, mute FROM instruments")
    while let row = try instruments.next() { stored.instruments.append(try instrument(row)) }
    let terms = try Row.fetchCursor(
      db, sql: "SELECT instrument, term, shared, own FROM terms ORDER BY rowid")
    while let row = try terms.next() {
      guard let shared = WordBlob.words(row[2]), let own = WordBlob.words(row[3]) else {
        throw AlertStoreError("what \(row[1] as String) remembers is damaged")
      }
      stored.terms.append(
        KeptTerm(instrument: row[0], text: row[1], shared: shared, own: own))
    }
    stored.changes = try changes(db, after: base.version)
    stored.untold = try transitions(
      db, "WHERE number > ? AND number <= ? ORDER BY number",
      [
        Int64(bitPattern: base.told),
        Int64(bitPattern: stored.newest?.position.transitions ?? base.transitions),
      ])
    if let last = stored.newest?.position.transitions {
      stored.last = try transitions(db, "WHERE number = ?", [Int64(bitPattern: last)]).first
    }
    return stored
  }

  private static func version(_ name: String, _ db: Database) throws -> StoredAlerts.Version? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT epoch, sequence, transitions, told, version, instruments, specs, desk
        FROM positions WHERE name = ?
        """, arguments: [name])
    guard let row else { return nil }
    guard let desk = DeskCodec.desk(row[7]) else {
      throw AlertStoreError("the store's desk is damaged")
    }
    let numbers = (0..<7).map { row[$0] as Int64 }
    return StoredAlerts.Version(
      position: AlertPosition(
        epoch: UInt64(bitPattern: numbers[0]), sequence: UInt64(bitPattern: numbers[1]),
        transitions: UInt64(bitPattern: numbers[2]), told: UInt64(bitPattern: numbers[3]),
        version: numbers[4], instruments: UInt32(clamping: numbers[5]),
        specs: UInt32(clamping: numbers[6])),
      desk: desk)
  }

  private static func rule(_ row: Row) throws -> KeptRule {
    guard let json = try? JSONReader().read(row[3] as String),
      let rule = AlertRule(stored: json), let origin = RuleOrigin(row[1] as String)
    else { throw AlertStoreError("the rule \(row[0] as String) is damaged") }
    return KeptRule(rule: rule, origin: origin, isEnabled: row[2])
  }

  private static func instrument(_ row: Row) throws -> KeptInstrument {
    guard let about = try? JSONReader().read(row[1] as String),
      let instrument = InstrumentCodec.instrument(about)
    else { throw AlertStoreError("the instrument \(row[0] as String) is damaged") }
    let numbers = (2..<7).map { row[$0] as Int64 }
    return KeptInstrument(
      instrument: instrument,
      prices: AlertCheckpoint.Instrument(
        id: .none, last: numbers[0], bid: numbers[1], ask: numbers[2], size: numbers[3],
        heard: numbers[4], isMute: row[7]))
  }

  private static func changes(
    _ db: Database, after version: Int64 = 0
  ) throws -> [RuleSetChange] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT version, epoch, after, change FROM rule_changes WHERE version > ? ORDER BY version
        """, arguments: [version])
    return try rows.map { row in
      let after: Int64? = row[2]
      guard let json = try? DeskCodec.reader.read(row[3] as String),
        let change = RuleSetChange(
          version: row[0], epoch: UInt64(bitPattern: row[1]),
          after: after.map { UInt64(bitPattern: $0) }, json: json)
      else { throw AlertStoreError("change \(row[0] as Int64) of the rules is damaged") }
      return change
    }
  }

  static let transitionColumns = [
    "from_state", "to_state", "reason", "severity", "delivery", "flapping", "generation",
    "suppressed", "value", "threshold", "unit", "time", "since", "cause",
  ]

  static func transitions(
    _ db: Database, _ condition: String, _ arguments: StatementArguments
  ) throws -> [KeptTransition] {
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT number, epoch, rule, instrument, message, "
        + transitionColumns.joined(separator: ", ") + " FROM history \(condition)",
      arguments: arguments)
    var found: [KeptTransition] = []
    while let row = try rows.next() {
      guard let transition = DeskCodec.transition((5..<19).map { row[$0] as Int64 }) else {
        throw AlertStoreError("transition \(row[0] as Int64) is damaged")
      }
      found.append(
        KeptTransition(
          number: UInt64(bitPattern: row[0]), epoch: UInt64(bitPattern: row[1]), rule: row[2],
          instrument: row[3], transition: transition, message: row[4]))
    }
    return found
  }
}
