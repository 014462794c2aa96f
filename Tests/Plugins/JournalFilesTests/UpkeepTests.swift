import EngineCore
import Testing

@testable import JournalFiles

@Suite("Upkeep")
struct UpkeepTests {
  private let options = JournalOptions(sync: .eachBatch, segmentBytes: 16_384, blockEvents: 200)
  private static let day: Int64 = 86_400_000_000_000

  @Test("a compact segment holds the same events in less room", arguments: 0..<10)
  func compaction(seed: UInt64) throws {
    let events =
      seed % 2 == 0
      ? Made.market(6_000, instruments: 20, seed: seed) : Made.hostile(2_000, seed: seed)
    let world = try JournalWorld(options: options)
    try world.record(events, each: 50)
    for name in try world.segmentNames.dropLast() {
      let done = try JournalCompaction.compact(world.disk, segment: name)
      if seed % 2 == 0 { #expect(done.bytesAfter * 3 < done.bytesBefore * 2, "\(done)") }
    }
    #expect(try world.disk.readAll().events == events)
    #expect(try JournalVerification.run(world.disk).faults == [])
    let infos = try JournalSegmentInfo.all(world.disk)
    #expect(infos.dropLast().allSatisfy { $0.isCompact })
    #expect(infos.reduce(0) { $0 + $1.events } == events.count)
    for kind in EventKind.allCases {
      let count = infos.reduce(0) { $0 + ($1.kindCounts[kind] ?? 0) }
      #expect(count == events.count { $0.kind == kind })
    }
  }

  @Test("kinds can be dropped; the rest keeps its sequences, without a gap")
  func dropping() throws {
    let events = Made.market(3_000, seed: 2)
    let world = try JournalWorld(options: options)
    try world.record(events, each: 100)
    let names = try world.segmentNames
    for name in names.dropLast() {
      let step = JournalRetention.Step.compact(name, dropping: [.quote, .definition])
      try step.run(world.disk)
    }
    let boundary = try #require(FileName.first(ofSegment: names.last ?? ""))
    let found = try world.disk.readAll()
    #expect(found.events == events.filter { $0.kind != .quote || $0.sequence >= boundary })
    #expect(found.gaps.isEmpty)
    #expect(try JournalVerification.run(world.disk).faults == [])
  }

  @Test("a damaged segment is not compacted, and says where")
  func damaged() throws {
    let world = try JournalWorld(options: options)
    try world.record(Made.market(3_000), each: 100)
    let name = try world.segmentNames[0]
    var bytes = world.disk.bytes(name)
    bytes[5_000] ^= 1
    world.disk.setBytes(name, bytes)
    #expect {
      try JournalCompaction.compact(world.disk, segment: name)
    } throws: { error in
      guard case .damaged(let fault)? = error as? JournalError else { return false }
      return fault.file == name && fault.offset <= 5_000
    }
    #expect(world.disk.bytes(name) == bytes)
    let open = try #require(try world.segmentNames.last)
    #expect(throws: JournalError.self) {
      try JournalCompaction.compact(world.disk, segment: open)
    }
  }

  @Test("a compaction that any call fails leaves the segment as it was", arguments: 0..<12)
  func failingCompaction(call: Int) throws {
    let events = Made.market(3_000)
    let world = try JournalWorld(options: options)
    try world.record(events, each: 100)
    world.disk.inject(.error(28), atCall: world.disk.calls + call)
    let name = try world.segmentNames[0]
    _ = try? JournalCompaction.compact(world.disk, segment: name, blockEvents: 200)
    world.disk.clearFaults()
    #expect(try world.disk.readAll().events == events)
    let again = try JournalWorld(world.disk.killed())
    #expect(again.recovery.faults.isEmpty)
    #expect(!(try again.disk.names()).contains { $0.hasSuffix(".new") })
  }

  @Test("two months on a clock of their own keep to age and size", arguments: 0..<4)
  func months(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let world = try JournalWorld(options: options)
    let retention = JournalRetention(
      all: .init(ageNanos: seed % 2 == 0 ? 20 * Self.day : nil, bytes: 60_000),
      kinds: [.quote: .init(ageNanos: 5 * Self.day), .time: .init(bytes: 2_000)],
      compactAfterNanos: 2 * Self.day)
    var sequence: UInt64 = 1
    for day in Int64(0)..<60 {
      // Once the clock jumps back an hour.
      let jump: Int64 = day == 30 ? 3_600_000_000_000 : 0
      let now = Made.time(day * Self.day - jump)
      let count = 100 + Int(random.next() % 200)
      try world.record(
        Made.market(count, first: sequence, seed: seed), each: 100, now: now.nanoseconds)
      sequence += UInt64(count)
      try world.writer.roll(now: now)
      let infos = try JournalSegmentInfo.all(world.disk)
      for step in retention.steps(for: infos, now: now) { try step.run(world.disk) }
      let left = try JournalSegmentInfo.all(world.disk)
      #expect(left.reduce(0) { $0 + $1.bytes } <= 60_000)
      for info in left where info.sealed != nil {
        let age = now.nanos(since: info.sealed ?? now)
        if seed % 2 == 0 { #expect(age <= 20 * Self.day) }
        if age > 5 * Self.day { #expect(info.kindCounts[.quote] == nil) }
        if age >= 2 * Self.day { #expect(info.isCompact) }
      }
    }
    let verification = try JournalVerification.run(world.disk)
    #expect(verification.faults == [])
    let found = try JournalReader(world.disk, from: .sequence(1)).readAll()
    #expect(found.gaps.map(\.reason) == [.pruned])
    #expect(found.events.last?.sequence == sequence - 1)
  }

  @Test("what is needed is kept, whatever its age, and nothing is removed from the middle")
  func plans() {
    let infos = (0..<10).map { (number: Int) -> JournalSegmentInfo in
      let first = UInt64(number * 10 + 1)
      let sealed: Timestamp? = number == 9 ? nil : Made.time(Int64(number))
      return JournalSegmentInfo(
        name: "\(number)", first: first, last: first + 9, events: 10, bytes: 100, sealed: sealed,
        isCompact: number < 5)
    }
    func steps(_ retention: JournalRetention, now: Int64) -> [JournalRetention.Step] {
      retention.steps(for: infos, now: Made.time(now))
    }
    #expect(steps(JournalRetention(), now: 1_000).isEmpty)
    #expect(
      steps(JournalRetention(all: .init(ageNanos: 10)), now: 13) == [
        .remove("0"), .remove("1"), .remove("2"),
      ])
    #expect(
      steps(JournalRetention(all: .init(bytes: 799)), now: 0) == [
        .remove("0"), .remove("1"), .remove("2"),
      ])
    #expect(steps(JournalRetention(all: .init(bytes: 0), keepFrom: 15), now: 0) == [.remove("0")])
    #expect(steps(JournalRetention(all: .init(bytes: 0)), now: 0).count == 9)
    #expect(
      steps(JournalRetention(compactAfterNanos: 5), now: 11) == [
        .compact("5", dropping: []), .compact("6", dropping: []),
      ])
  }

  @Test("a backup is a journal, also while somebody writes", arguments: 0..<10)
  func backup(seed: UInt64) throws {
    let events = Made.market(4_000, seed: seed)
    let world = try JournalWorld(options: options)
    try world.record(Array(events[..<3_000]), each: 40 + Int(seed))
    // Half of a block that is just being written.
    let name = try #require(try world.segmentNames.last)
    let whole = world.disk.bytes(name)
    let copy = SimulatedDisk()
    if seed % 2 == 0 { world.disk.setBytes(name, whole + Array(whole[64...].prefix(500))) }
    let done = try JournalBackup.run(from: world.disk, to: copy)
    world.disk.setBytes(name, whole)
    #expect(done.segments == (try world.segmentNames.count))
    #expect(try copy.readAll().events == Array(events[..<3_000]))
    #expect(try JournalVerification.run(copy).isSound)
    let opened = try JournalWorld(copy)
    #expect(opened.recovery.lastSequence == 3_000)
    #expect(opened.recovery.epoch == world.recovery.epoch)
    #expect(throws: JournalError.self) { try JournalBackup.run(from: world.disk, to: copy) }
  }
}
