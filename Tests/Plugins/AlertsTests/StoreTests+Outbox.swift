import EngineCore
import Foundation
import Support
import Testing

@testable import Alerts

/// What waits in order, for one who delivers a channel alone.
extension StoreTests {
  /// A store with notifications 1…n to two channels each.
  private func filled(
    _ kind: Kind, _ folder: Folder, count: UInt64
  ) throws -> any AlertStore {
    let store = try kind.make(folder)
    let stored = try store.load()
    _ = try store.commit(
      batch(stored, 1, at: 5) { batch in
        batch.notifications = (1...count).map { notification($0, "r\($0 % 2)") }
      })
    return store
  }

  private func time(_ nanos: Int64) -> Timestamp { Timestamp(nanoseconds: nanos) }

  @Test("what waits for a channel is read in order, from any place on", arguments: Kind.allCases)
  func waiting(kind: Kind) throws {
    let folder = try Folder()
    let store = try filled(kind, folder, count: 5)
    let all = try store.waiting("mail", after: 0, limit: 100)
    #expect(all.map(\.rule) == ["r1", "r0", "r1", "r0", "r1"])
    #expect(all.map(\.id) == all.map(\.id).sorted())
    #expect(all.allSatisfy { $0.attempts == 0 && $0.severity == "warning" && $0.instrument == "A" })
    #expect(try store.waiting("mail", after: all[1].id, limit: 2) == Array(all[2...3]))
    #expect(try store.waiting("nobody", after: 0, limit: 100).isEmpty)
  }

  @Test("attempts are settled together, and count", arguments: Kind.allCases)
  func settling(kind: Kind) throws {
    let folder = try Folder()
    let store = try filled(kind, folder, count: 3)
    let ids = try store.waiting("mail", after: 0, limit: 100).map(\.id)
    try store.settle(
      [
        AlertOutboxSettlement(id: ids[0], outcome: .done),
        AlertOutboxSettlement(
          id: ids[1], outcome: .failed(reason: "busy", retryAt: time(900))),
        AlertOutboxSettlement(id: ids[2], outcome: .dead(reason: "HTTP 400")),
      ], at: time(50))
    let left = try store.waiting("mail", after: 0, limit: 100)
    #expect(left.map(\.id) == [ids[1]])
    #expect(left.first?.due == time(900))
    #expect(left.first?.attempts == 1)
    let entries = try store.entries(ids)
    #expect(entries.map(\.id) == [ids[1]])
    #expect(entries.first?.attempts == 2)
    #expect(entries.first?.lastError == "busy")
    #expect(entries.first?.key == "r0/A/2/1")
    // What is settled stays as it is.
    try store.settle([AlertOutboxSettlement(id: ids[2], outcome: .done)], at: time(60))
    #expect(try store.figures() == AlertOutboxFigures(pending: 4, delivered: 1, dead: 1))
  }

  @Test("what was given up is listed, and may wait again", arguments: Kind.allCases)
  func reviving(kind: Kind) throws {
    let folder = try Folder()
    let store = try filled(kind, folder, count: 3)
    let ids = try store.waiting("mail", after: 0, limit: 100).map(\.id)
    try store.settle(
      ids.map { AlertOutboxSettlement(id: $0, outcome: .dead(reason: "no")) }, at: time(50))
    let dead = try store.dead("mail", before: .max, limit: 2)
    #expect(dead.map(\.entry.id) == [ids[2], ids[1]])
    #expect(dead.map(\.settled) == [time(50), time(50)])
    #expect(dead.map(\.entry.lastError) == ["no", "no"])
    #expect(dead.map(\.entry.attempts) == [1, 1])
    #expect(try store.dead(nil, before: ids[1], limit: 9).map(\.entry.id) == [ids[0]])
    #expect(try store.dead("log", before: .max, limit: 9).isEmpty)
    #expect(try store.revive("mail", id: ids[1], at: time(70)) == 1)
    let again = try store.waiting("mail", after: 0, limit: 100)
    #expect(again.map(\.id) == [ids[1]])
    #expect(again.map(\.created) == [time(70)])
    #expect(again.map(\.attempts) == [0])
    #expect(try store.revive("mail", id: nil, at: time(80)) == 2)
    #expect(try store.waiting("mail", after: 0, limit: 100).map(\.id) == ids)
    #expect(try store.revive("mail", id: nil, at: time(80)) == 0)
  }
}

extension AlertStore {
  /// All that wait for these channels, in the order in which they came.
  func waitingEntries(
    _ channels: [String] = ["mail", "log"]
  ) throws(AlertStoreError) -> [AlertOutboxEntry] {
    var ids: [Int64] = []
    for channel in channels { ids += try waiting(channel, after: 0, limit: 1000).map(\.id) }
    return try entries(ids.sorted())
  }
}
