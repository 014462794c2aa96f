import EngineCore
import JournalFiles
import Support
import Synchronization
import Testing

@testable import Journal

@Suite("A journal whose disk takes nothing")
struct TroubleTests {
  private func status(_ stage: JournalStage, _ key: String) throws -> Int64 {
    try stage.send("status", to: "journal")[key]?.int64 ?? -1
  }

  /// What the journal has told of itself, in the part of the log that is still in memory.
  private func told(_ stage: JournalStage) -> [Status] {
    stage.recent.filter { $0.kind == .status }.map(\.status).filter {
      ($0.code == .down || $0.code == .up) && $0.scope == .plugin
        && stage.engine.catalog.text($0.subject) == "journal"
    }
  }

  private func reason(_ status: Status, _ stage: JournalStage) -> String {
    stage.engine.catalog.text(status.reason) ?? ""
  }

  @Test(
    "sources are held back, nothing new is shown, and nothing is lost",
    arguments: [
      DiskError.Operation.write, .sync,
    ])
  func halt(operation: DiskError.Operation) throws {
    let folder = try Folder()
    let faults = FaultyDisk.Switch()
    let stage = try JournalStage(folder, "\"sync\":\"each batch\"", faults: faults)
    try stage.publish(100)
    let shown = try stage.send("last", to: "shown").int64
    faults.fail([operation])
    try stage.publish(20_000)
    #expect(stage.engine.bus.lastSequence < 20_000)
    // Who is no frontend sees it at once, such as a rule.
    let down = try #require(told(stage).last)
    #expect(down.code == .down && down.previous == .up)
    #expect(reason(down, stage).contains("sources are held back"))
    #expect(reason(down, stage).contains("No space left on device"))
    let held = stage.engine.host.status("shown")
    #expect(held?.state == .running)
    faults.fail([])
    stage.advance(nanos: 600_000_000)
    stage.advance(nanos: 600_000_000)
    let last = try #require(stage.recent.last { $0.kind == .trade }?.sequence)
    #expect(try stage.send("last", to: "shown").int64 == Int64(last))
    #expect(shown ?? 0 < Int64(last))
    stage.stop()
    let reader = try JournalReader(try PosixDisk(folder: folder.path))
    var trades = 0
    var gaps = 0
    var ups: [String] = []
    reading: while true {
      switch try reader.next() {
      case .events:
        let events = reader.events
        for index in events.indices {
          if events[index].kind == .trade { trades += 1 }
          guard events[index].kind == .status, events[index].status.code == .up else { continue }
          ups.append(reason(events[index].status, stage))
        }
      case .gap: gaps += 1
      case .end: break reading
      }
    }
    #expect(trades == 20_100 && gaps == 0)
    #expect(ups == ["recording goes on: nothing was lost"])
  }

  @Test("told to go on, it counts what it did not record")
  func proceed() throws {
    let folder = try Folder()
    let faults = FaultyDisk.Switch()
    let stage = try JournalStage(
      folder, "\"on_failure\":\"continue\",\"sync\":\"each batch\"", faults: faults)
    try stage.publish(100)
    faults.fail([.write])
    try stage.publish(10)
    let down = try #require(told(stage).last)
    #expect(down.code == .down && reason(down, stage).contains("events are lost"))
    #expect(told(stage).count == 1)
    try stage.publish(5000)
    let shown = try #require(try stage.send("last", to: "shown").int64)
    let last = try #require(stage.recent.last { $0.kind == .trade }?.sequence)
    #expect(shown == Int64(last))
    #expect(try status(stage, "lost") > 5000)
    #expect(try status(stage, "failures") == 1)
    faults.fail([])
    stage.advance(nanos: 600_000_000)
    try stage.publish(100)
    let up = try #require(told(stage).last)
    #expect(up.code == .up && up.previous == .down)
    #expect(reason(up, stage).contains("events were not recorded"))
  }

  @Test("who waits for a position is called once, when it is written")
  func whenKept() throws {
    let faults = FaultyDisk.Switch()
    let stage = try JournalStage(try Folder(), faults: faults)
    let store = try #require(stage.engine.logStore)
    let calls = Mutex<[UInt64]>([])
    func wait(for sequence: UInt64) {
      store.whenKept(sequence) { calls.withLock { $0.append(sequence) } }
    }
    try stage.publish(10)
    let kept = store.newestSequence
    #expect(kept == stage.engine.bus.lastSequence)
    wait(for: kept)
    #expect(calls.withLock { $0 } == [kept])
    wait(for: kept + 5)
    wait(for: kept + 100_000)
    faults.fail([.write])
    try stage.publish(20)
    // Taken in is not written.
    #expect(store.newestSequence == kept)
    #expect(calls.withLock { $0 } == [kept])
    faults.fail([])
    stage.advance(nanos: 600_000_000)
    #expect(calls.withLock { $0 } == [kept, kept + 5])
  }
}
