import EngineCore
import GRDB
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
    let entries = try store.take(AlertOutboxRequest(now: time(1000)))
    #expect(try store.settle(entries[0].id, .dead(reason: "no such address", at: time(1000))))
    #expect(try store.settle(entries[1].id, .delivered(at: time(1000))))
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
