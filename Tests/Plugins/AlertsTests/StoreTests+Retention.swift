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
}
