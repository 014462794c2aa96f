import AlertRules
import EngineCore
import GRDB
import Support
import Testing

@testable import Alerts

/// What goes from a store, and when.
extension StoreTests {
  private func time(_ nanos: Int64) -> Timestamp { Timestamp(nanoseconds: nanos) }

  @Test("what was given up is kept as long as what was delivered, from then on")
  func dead() throws {
    let folder = try Folder()
    let store = try SQLiteAlertStore(path: "\(folder.path)/alerts.sqlite")
    let stored = try store.load()
    _ = try store.commit(batch(stored, 1, at: 1) { $0.notifications = [notification(1)] })
    let ids = try store.waitingEntries().map(\.id)
    try store.settle(
      [
        AlertOutboxSettlement(id: ids[0], outcome: .dead(reason: "no such address")),
        AlertOutboxSettlement(id: ids[1], outcome: .done),
      ], at: time(1000))
    func prune(_ serial: UInt64, at now: Int64) throws -> AlertOutboxFigures {
      _ = try store.commit(
        batch(stored, serial, at: serial, withBase: true) {
          $0.retention.deliveredAgeNanos = 100
          $0.retention.now = time(now)
        })
      return try store.figures()
    }
    #expect(try prune(2, at: 1100) == AlertOutboxFigures(pending: 0, delivered: 1, dead: 1))
    #expect(try prune(3, at: 1101) == AlertOutboxFigures(pending: 0, delivered: 0, dead: 0))
  }

  @Test(
    "notifications that wait too long, and the oldest beyond a number, are given up and then go",
    arguments: Kind.allCases)
  func pending(kind: Kind) throws {
    let folder = try Folder()
    let store = try kind.make(folder)
    let stored = try store.load()
    _ = try store.commit(
      batch(stored, 1, at: 1) { $0.notifications = (1...6).map { notification($0) } })
    var retention = AlertRetention()
    retention.now = time(103)
    retention.pendingAgeNanos = 100
    retention.pendingMax = 5
    // Two channels each: four are too old, and three of the eight others too many.
    #expect(try store.giveUp(retention) == 7)
    #expect(try store.giveUp(retention) == 0)
    #expect(try store.figures() == AlertOutboxFigures(pending: 5, delivered: 0, dead: 7))
    let left = try store.waitingEntries()
    #expect(left.map(\.key) == ["r/A/4/1", "r/A/5/1", "r/A/5/1", "r/A/6/1", "r/A/6/1"])
    try store.settle([AlertOutboxSettlement(id: 1, outcome: .done)], at: time(104))
    #expect(try store.figures().delivered == 0)
    retention.deliveredAgeNanos = 10
    retention.now = time(114)
    _ = try store.commit(batch(stored, 2, at: 2, withBase: true) { $0.retention = retention })
    #expect(try store.figures() == AlertOutboxFigures(pending: 5, delivered: 0, dead: 0))
  }

  @Test("of what was delivered or given up the newest stay", arguments: Kind.allCases)
  func settledMax(kind: Kind) throws {
    let folder = try Folder()
    let store = try kind.make(folder)
    let stored = try store.load()
    _ = try store.commit(
      batch(stored, 1, at: 5) {
        $0.notifications = (1...5).map { notification($0, position: $0 == 2 ? 9 : 1) }
      })
    for id in 2...9 as ClosedRange<Int64> {
      try store.settle([AlertOutboxSettlement(id: id, outcome: .done)], at: time(id))
    }
    _ = try store.commit(
      batch(stored, 2, at: 6, withBase: true) { $0.retention.historyMax = 4 })
    // The first and the last wait, and the base is not behind the third and fourth yet.
    #expect(try store.figures() == AlertOutboxFigures(pending: 2, delivered: 5, dead: 0))
  }

  @Test("history stays at its limit, however much is added from one base to the next")
  func historyInProportion() throws {
    let folder = try Folder()
    let store = try SQLiteAlertStore(path: "\(folder.path)/alerts.sqlite")
    let stored = try store.load()
    var serial: UInt64 = 0
    var number: UInt64 = 0
    func add(_ count: UInt64, withBase: Bool) throws -> Int {
      serial += 1
      _ = try store.commit(
        batch(stored, serial, at: serial, withBase: withBase) {
          $0.records = (1...count).map { transition(number + $0, "r") }
          $0.position.transitions = number + count
          $0.position.told = number + count
          $0.retention.historyMax = 10
          $0.retention.historyAgeNanos = .max
        })
      number += count
      return try store.read { db in
        try Int.fetchOne(db, sql: "SELECT count(*) FROM history") ?? 0
      }
    }
    // Much more than goes at once at the least.
    for _ in 0..<3 { _ = try add(4000, withBase: false) }
    #expect(try add(1, withBase: true) == 10)
    // What had gathered goes in parts: nothing that takes long.
    try store.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
          INSERT INTO history SELECT -i, 9, 'r', 'A', 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, ''
          FROM n
          """)
    }
    #expect(try add(1, withBase: true) == 5011 - SQLiteAlertStore.pruneMin)
    for _ in 0..<5 { _ = try add(1, withBase: true) }
    #expect(try add(1, withBase: true) == 10)
  }

  @Test("a change of many rules is made in parts, what is removed first")
  func parts() {
    let rules = (0..<12).map {
      KeptRule(
        rule: AlertRule(id: "n\($0)", when: "price(A) > 1"), origin: .configuration,
        isEnabled: true)
    }
    var change = RuleSetChange(
      epoch: 9, after: 3, set: rules, removed: (0..<25).map { "o\($0)" })
    change.instruments = 4
    let parts = change.parts(of: 10)
    #expect(parts.map(\.removed.count) == [10, 10, 5, 0, 0])
    #expect(parts.map(\.set.count) == [0, 0, 0, 10, 2])
    #expect(parts.flatMap(\.removed) == change.removed)
    #expect(parts.flatMap(\.set) == change.set)
    #expect(parts.allSatisfy { $0.instruments == 4 && $0.after == 3 && $0.epoch == 9 })
    change.set = []
    change.removed = ["x"]
    #expect(change.parts(of: 10) == [change])
  }

  @Test(
    "changes of rules go when the log has nothing before them, and when they were never made",
    arguments: [(UInt64.max, [5]), (8, [4, 5]), (4, [1, 4, 5])] as [(UInt64, [Int64])])
  func changesGo(firstSequence: UInt64, left: [Int64]) throws {
    let folder = try Folder()
    let path = "\(folder.path)/alerts.sqlite"
    let store = try SQLiteAlertStore(path: path)
    let stored = try store.load()
    // The third is of another log; the second and the newest were not made.
    for (epoch, after) in [(9, 5), (9, nil), (8, 6), (9, 9), (9, nil)] as [(UInt64, UInt64?)] {
      _ = try store.add(RuleSetChange(epoch: epoch, after: after, set: [], removed: ["x"]))
    }
    _ = try store.commit(
      batch(stored, 1, at: 10, withBase: true) {
        $0.position.version = 4
        $0.retention.firstSequence = firstSequence
      })
    #expect(try SQLiteAlertStore.changes(path: path).map(\.version) == left)
  }
}
