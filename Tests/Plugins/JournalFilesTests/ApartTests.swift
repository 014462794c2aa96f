import EngineCore
import Support
import Testing

@testable import JournalFiles

@Suite("Syncs on another thread")
struct ApartTests {
  private static let events = Made.market(1_200, seed: 11)

  private func options(
    segmentBytes: Int = 1 << 20, cachedBytes: Int = 1 << 20
  ) -> JournalOptions {
    JournalOptions(
      sync: .every(nanos: 100), segmentBytes: segmentBytes, blockEvents: 64,
      cachedBytes: cachedBytes)
  }

  @discardableResult
  private func take(_ range: Range<Int>, _ world: JournalWorld) throws -> Int {
    try world.writer.appendLast(Self.events.span.extracting(range), catalog: world.catalog)
  }

  @Test("what is written while a sync is under way waits for the next one")
  func order() throws {
    let world = try JournalWorld(options: options(), now: 0)
    let writer = world.writer
    try take(0..<100, world)
    let first = try #require(try writer.commitApart(now: Made.time(100)))
    #expect(writer.written == 100 && writer.synced == 0 && writer.nextCommit == nil)
    try take(100..<200, world)
    #expect(try writer.commitApart(now: Made.time(250)) == nil, "one at a time")
    #expect(writer.written == 200)
    first.run()
    try writer.finishSync(now: Made.time(260))
    #expect(writer.synced == 100 && writer.unsyncedEvents == 100)
    #expect(writer.nextCommit == Made.time(200), "an interval after the last one began")
    // Should nobody say that it is done, the next commit sees it.
    let second = try #require(try writer.commitApart(now: Made.time(260)))
    second.run()
    try take(200..<210, world)
    #expect(try writer.commitApart(now: Made.time(270)) == nil)
    #expect(writer.synced == 200 && writer.written == 210)
  }

  @Test("in any order of writing, syncing and losing power no synced event is lost")
  func power() throws {
    for seed in UInt64(0)..<200 {
      var random = SeededRandom(seed: seed)
      let world = try JournalWorld(options: options(segmentBytes: 6_000), now: 0)
      var (taken, now, under) = (0, Int64(0), JournalSync?.none)
      while taken < Self.events.count {
        now += Int64.random(in: 0..<90, using: &random)
        let end = min(taken + 1 + Int.random(in: 0..<80, using: &random), Self.events.count)
        taken += try take(taken..<end, world)
        if let sync = try world.writer.commitApart(now: Made.time(now)) { under = sync }
        if Int.random(in: 0..<3, using: &random) == 0 { under?.run() }
        if Int.random(in: 0..<4, using: &random) == 0 {
          try world.writer.finishSync(now: Made.time(now))
        }
        guard Int.random(in: 0..<25, using: &random) == 0 else { continue }
        let disk = world.disk.withoutPower(&random)
        let kept = try disk.readAll().events
        #expect(kept.count >= Int(world.writer.synced), "seed \(seed)")
        #expect(kept == Array(Self.events[..<kept.count]), "seed \(seed)")
      }
      try world.writer.close(now: Made.time(now))
      #expect(try world.disk.readAll().events == Self.events, "seed \(seed)")
    }
  }

  @Test("a sync that fails is told when it is finished, and repaired with all that came since")
  func failure() throws {
    let world = try JournalWorld(options: options(), now: 0)
    let writer = world.writer
    try take(0..<100, world)
    let sync = try #require(try writer.commitApart(now: Made.time(100)))
    world.disk.inject(.error(5), atCall: world.disk.calls)
    #expect(sync.run()?.code == 5)
    #expect(sync.run()?.code == 5, "it is carried out once")
    try take(100..<150, world)
    #expect(throws: JournalError.self) { try writer.commitApart(now: Made.time(210)) }
    #expect(writer.synced == 0)
    #expect(throws: JournalError.self) { try take(150..<160, world) }
    try writer.repair(now: Made.time(220))
    #expect(writer.synced == writer.written && writer.written == 150)
    try take(150..<1_200, world)
    try writer.close(now: Made.time(300))
    var random = SeededRandom(seed: 3)
    #expect(try world.disk.withoutPower(&random).readAll().events == Self.events)
  }

  @Test("a policy that counts syncs at once")
  func counting() throws {
    for policy in [SyncPolicy.eachBatch, .everyEvents(100)] {
      let world = try JournalWorld(options: JournalOptions(sync: policy))
      try take(0..<100, world)
      #expect(try world.writer.commitApart(now: Made.time(1)) == nil)
      #expect(world.writer.synced == 100)
    }
  }

  @Test("events without a sequence are left out, and an order that is wrong takes nothing in")
  func unnumbered() throws {
    let world = try JournalWorld()
    var events = Array(Self.events[..<20])
    events.insert(Event(), at: 5)
    events.append(Event())
    #expect(try world.writer.appendLast(events.span, catalog: world.catalog) == 20)
    #expect(world.writer.appended == 20)
    var wrong = Array(Self.events[20..<30])
    wrong[3].sequence = 22
    #expect(throws: JournalError.order(after: 23, found: 22)) {
      try world.writer.appendLast(wrong.span, catalog: world.catalog)
    }
    #expect(world.writer.appended == 20)
    try take(20..<30, world)
    try world.writer.close(now: Made.time(3))
    #expect(try world.disk.readAll().events == Array(Self.events[..<30]))
  }

  @Test("memory is given back of what is on the disk, but for the last part")
  func forgetting() throws {
    let world = try JournalWorld(options: options(cachedBytes: 1 << 16))
    let many = Made.hostile(6_000, seed: 4)
    for start in stride(from: 0, to: many.count, by: 500) {
      try world.record(Array(many[start..<start + 500]), now: Int64(start) * 1_000)
    }
    let forgotten = world.disk.forgotten
    #expect(forgotten.count > 1)
    #expect(zip(forgotten, forgotten.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    let last = try #require(forgotten.last?.upperBound)
    #expect(last <= world.writer.syncedBytes - 1 << 16 && world.writer.syncedBytes - last < 1 << 17)
  }
}
