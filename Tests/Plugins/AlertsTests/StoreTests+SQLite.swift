import AlertRules
import EngineCore
import Foundation
import GRDB
import Support
import Testing

@testable import Alerts

/// What only the store on disk can show.
extension StoreTests {
  @Test("a commit that the disk has no room for changes nothing, and is made when there is room")
  func noRoom() throws {
    let folder = try Folder()
    let store = try SQLiteAlertStore(path: "\(folder.path)/alerts.sqlite")
    let stored = try store.load()
    _ = try store.commit(batch(stored, 1, at: 1) { $0.records = [transition(1, "r")] })
    func limit(_ pages: Int) throws {
      _ = try store.write { db in
        try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
      }
    }
    try limit(1)
    let large = batch(stored, 2, at: 5000) {
      $0.records = (2...5000).map { transition($0, "r") }
      $0.notifications = [notification(7)]
    }
    let error = #expect(throws: AlertStoreError.self) { try store.commit(large) }
    #expect(error?.message.contains("alerts.sqlite cannot be written") == true)
    #expect(error?.message.contains("full") == true, "\(error?.message ?? "")")
    #expect(error?.isFinal == false)
    #expect(try store.history(AlertQuery()).map(\.number) == [1])
    #expect(try store.figures().pending == 0)
    try limit(1_000_000)
    #expect(try store.commit(large) == 2)
    #expect(try store.history(AlertQuery(limit: 1)).map(\.number) == [5000])
  }

  @Test("a store that was damaged is told by its name, and is not taken for a new one")
  func corrupt() throws {
    let folder = try Folder()
    let path = "\(folder.path)/alerts.sqlite"
    do {
      let store = try SQLiteAlertStore(path: path)
      let stored = try store.load()
      _ = try store.commit(
        batch(stored, 1, at: 900, withBase: true) {
          $0.states = (1...900).map { state("r\($0)", "A", 1) }
        })
      try store.write { db in
        try db.execute(sql: "UPDATE positions SET desk = '{\"clock\":'")
      }
    }
    let error = #expect(throws: AlertStoreError.self) {
      _ = try SQLiteAlertStore(path: path).load()
    }
    #expect(error?.message == "\(path): the store's desk is damaged", "\(error?.message ?? "")")
  }

  @Test("a desk of any length that was written can be read again")
  func longDesk() throws {
    let folder = try Folder()
    let path = "\(folder.path)/alerts.sqlite"
    let store = try SQLiteAlertStore(path: path)
    let long = batch(try store.load(), 1, at: 10) {
      $0.desk.silences[0].comment = String(repeating: "x", count: 65 << 20)
      $0.desk.retiredFloor = 77
    }
    _ = try store.commit(long)
    let desk = try #require(try SQLiteAlertStore(path: path).load().newest?.desk)
    let isSame = desk == long.desk
    #expect(isSame)
  }

  @Test("old transitions and settled notifications go, and what could come again stays")
  func retention() throws {
    let folder = try Folder()
    let store = try SQLiteAlertStore(path: "\(folder.path)/alerts.sqlite")
    let stored = try store.load()
    _ = try store.commit(
      batch(stored, 1, at: 40) {
        $0.records = (1...40).map { transition(UInt64($0), "r") }
        $0.notifications = [notification(1, position: 5), notification(2, position: 50)]
      })
    try store.settle(
      store.waitingEntries().map { AlertOutboxSettlement(id: $0.id, outcome: .done) },
      at: Timestamp(nanoseconds: 1000))
    _ = try store.commit(
      batch(stored, 2, at: 45, withBase: true) {
        $0.position.transitions = 40
        $0.position.told = 30
        $0.retention.historyMax = 5
        $0.retention.deliveredAgeNanos = 10
        $0.retention.now = Timestamp(nanoseconds: 2000)
        $0.retention.historyAgeNanos = .max
      })
    // Those that were not seen on the bus stay, however many they are.
    #expect(try store.history(AlertQuery()).map(\.number) == Array((31...40).reversed()))
    #expect(try store.figures().delivered == 2)
  }

  @Test("a store of a newer program is not touched")
  func superseded() throws {
    let folder = try Folder()
    let path = "\(folder.path)/alerts.sqlite"
    _ = try SQLiteAlertStore(path: path).load()
    try SQLiteAlertStore(path: path).write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')")
    }
    #expect(throws: AlertStoreError("\(path) was written by a newer version of this program")) {
      _ = try SQLiteAlertStore(path: path)
    }
  }

  @Test("a file that is no database is told by its name")
  func damaged() throws {
    let folder = try Folder()
    try folder.write(
      "this is no database, and longer than a page's header has to be, by far; "
        + String(repeating: "x", count: 4096), to: "alerts.sqlite")
    let error = #expect(throws: AlertStoreError.self) {
      _ = try SQLiteAlertStore(path: "\(folder.path)/alerts.sqlite")
    }
    #expect(error?.message.contains("alerts.sqlite cannot be used") == true)
  }

  @Test("the schema of version 1 is what it was when it was released")
  func schema() throws {
    let folder = try Folder()
    let store = try SQLiteAlertStore(path: "\(folder.path)/alerts.sqlite")
    let names = try store.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT m.name || '(' || group_concat(c.name, ' ') || ')' FROM sqlite_master m,
          pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
          AND m.name NOT LIKE 'grdb_%' GROUP BY m.name ORDER BY m.name
          """)
    }
    #expect(names == Self.tables)
  }

  private static let stateColumns =
    "rule instrument state marks condition signs latches generation notifications suppressed "
    + "flap_count flap_start since begun last_fired last_told calm_since value threshold "
    + "unit cause"

  private static let tables = [
    "changed_states(\(stateColumns))",
    "history(number epoch rule instrument from_state to_state reason severity delivery flapping "
      + "generation suppressed value threshold unit time since cause message)",
    "holder(id token)", "instruments(key about last bid ask size heard mute)",
    "outbox(id rule instrument generation number channel kind severity title members more created "
      + "epoch position status due attempts error settled)",
    "positions(name epoch sequence transitions told version instruments specs desk)",
    "rule_changes(version epoch after change)", "rules(number id origin enabled rule)",
    "silences(id rule instrument owner severity_max until author comment)",
    "states(\(stateColumns))", "terms(instrument term shared own)",
  ]
}
