import EngineCore
import Testing

@testable import JournalFiles

@Suite("Writing and reading")
struct WritingTests {
  private let small = JournalOptions(sync: .eachBatch, segmentBytes: 16_384, blockEvents: 64)

  @Test("what was recorded is read in its order, over segments, whoever reads", arguments: 0..<20)
  func all(seed: UInt64) throws {
    let events = Made.hostile(3_000, seed: seed)
    let world = try JournalWorld(options: small)
    try world.record(events, each: 1 + Int(seed) * 13)
    #expect(try world.segmentNames.count > 3)
    let found = try world.disk.readAll()
    #expect(found.events == events)
    #expect(found.gaps.isEmpty)
    #expect(world.writer.written == events.last?.sequence)
    #expect(world.writer.synced == events.last?.sequence)
  }

  @Test("a reader begins at any sequence", arguments: 0..<40)
  func fromSequence(seed: UInt64) throws {
    let events = Made.market(2_000, seed: 3)
    let world = try JournalWorld(options: small)
    try world.record(events, each: 100)
    let start = 1 + seed * 53
    let found = try world.disk.readAll(from: .sequence(start))
    #expect(found.events == Array(events.dropFirst(Int(start) - 1)))
    #expect(found.gaps.isEmpty)
  }

  @Test("a reader begins at any time", arguments: 0..<40)
  func fromTime(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let events = Made.market(2_000, seed: 4)
    let world = try JournalWorld(options: small)
    try world.record(events, each: 100)
    let time = events[Int(random.next() % 2_000)].time.advanced(byNanos: Int64(seed % 3) - 1)
    let found = try world.disk.readAll(from: .time(time))
    let expected = events.drop { $0.time < time }
    #expect(found.events == Array(expected))
  }

  @Test("a time after the last event is the end")
  func afterTheEnd() throws {
    let world = try JournalWorld(options: small)
    try world.record(Made.market(100))
    let reader = try JournalReader(world.disk, from: .time(.distantFuture))
    #expect(reader.position == 101)
    let step = try reader.next()
    #expect(step == .end)
  }

  @Test("filters give what a scan of all events gives", arguments: 0..<30)
  func filters(seed: UInt64) throws {
    let events = Made.market(4_000, instruments: 12, seed: seed)
    let world = try JournalWorld(options: small)
    try world.record(events, each: 333)
    if seed % 2 == 1 {
      try world.writer.roll(now: Made.time(5))
      for name in try world.segmentNames.dropLast() {
        try JournalCompaction.compact(world.disk, segment: name, blockEvents: 500)
      }
    }
    let instrument = seed % 3 == 0 ? nil : InstrumentID(UInt32(seed % 14))
    let kinds: Set<EventKind>? = [nil, [.trade], [.quote, .bar], [.time]][Int(seed % 4)]
    let filter = JournalFilter(kinds: kinds, instrument: instrument)
    let start = 1 + seed * 97
    let found = try world.disk.readAll(from: .sequence(start), filter)
    let expected = events.filter { event in
      event.sequence >= start && (kinds?.contains(event.kind) ?? true)
        && (instrument.map { $0 == event.instrument } ?? true)
    }
    #expect(found.events == expected)
    #expect(found.gaps.isEmpty)
  }

  @Test("a filter by times leaves out blocks, and no event of those times", arguments: 0..<20)
  func times(seed: UInt64) throws {
    let events = Made.market(4_000, instruments: 12, seed: seed)
    let world = try JournalWorld(options: small)
    try world.record(events, each: 333)
    if seed % 2 == 1 {
      try world.writer.roll(now: Made.time(5))
      for name in try world.segmentNames.dropLast() {
        try JournalCompaction.compact(world.disk, segment: name, blockEvents: 500)
      }
    }
    let instrument = seed % 3 == 0 ? nil : InstrumentID(UInt32(seed % 12) + 1)
    let begin = Int(seed) * 150
    let times = events[begin].time...events[begin + 400].time
    let filter = JournalFilter(kinds: [.trade, .quote], instrument: instrument, times: times)
    let found = try world.disk.readAll(filter)
    func isMeant(_ event: Event) -> Bool {
      [.trade, .quote].contains(event.kind) && times.contains(event.time)
        && (instrument.map { $0 == event.instrument } ?? true)
    }
    #expect(found.events.filter(isMeant) == events.filter(isMeant))
    #expect(found.gaps.isEmpty && found.events.count < 2_500)
  }

  @Test(
    "readers follow a writer over the ends of segments without hole or duplicate",
    arguments: 0..<30)
  func following(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let events = Made.market(3_000, seed: seed)
    let world = try JournalWorld(options: small)
    var readers = [try JournalReader(world.disk)]
    var found: [[Event]] = [[]]
    var starts = [1]
    var written = 0
    while written < events.count || found.contains(where: { $0.last != events.last }) {
      if written < events.count, random.next() % 3 != 0 {
        let count = min(1 + Int(random.next() % 90), events.count - written)
        try world.record(Array(events[written..<written + count]))
        written += count
      }
      if random.next() % 40 == 0, written < events.count {
        readers.append(try JournalReader(world.disk, from: .sequence(UInt64(written / 2 + 1))))
        found.append([])
        starts.append(written / 2 + 1)
      }
      let number = Int(random.next() % UInt64(readers.count))
      let reader = readers[number]
      switch try reader.next() {
      case .end: continue
      case .gap(let gap): Issue.record("\(gap)")
      case .events:
        let batch = reader.events
        for index in batch.indices { found[number].append(batch[index]) }
      }
      if random.next() % 50 == 0, let name = try world.segmentNames.dropLast().randomElement() {
        try JournalCompaction.compact(world.disk, segment: name)
      }
    }
    for number in readers.indices {
      #expect(found[number] == Array(events[(starts[number] - 1)...]))
    }
  }

  @Test("a sequence that does not rise is refused, and nothing of its batch is taken")
  func order() throws {
    let world = try JournalWorld()
    var events = Made.market(10)
    events[7].sequence = 7
    #expect(throws: JournalError.order(after: 7, found: 7)) { try world.record(events) }
    #expect(world.writer.appended == 0)
    events[7].sequence = 8
    try world.record(events)
    #expect(try world.disk.readAll().events == events)
  }

  @Test("syncs happen when the policy says so")
  func policies() throws {
    let events = Made.market(300)
    var timed = try JournalWorld(options: JournalOptions(sync: .every(nanos: 100)), now: 0)
    try timed.record(Array(events[..<10]), now: 50)
    #expect(timed.writer.synced == 0)
    #expect(timed.writer.nextCommit == Made.time(100))
    try timed.writer.commit(now: Made.time(99))
    #expect(timed.writer.synced == 0)
    try timed.writer.commit(now: Made.time(100))
    #expect(timed.writer.synced == 10)
    #expect(timed.writer.nextCommit == nil)
    try timed.record(Array(events[10..<20]), now: 150)
    // The clock jumps back: waiting longer than was asked for would be worse than one sync more.
    try timed.record(Array(events[20..<30]), now: 10)
    #expect(timed.writer.synced == 30)

    timed = try JournalWorld(options: JournalOptions(sync: .everyEvents(100)))
    try timed.record(Array(events[..<99]))
    #expect(timed.writer.synced == 0)
    try timed.record(Array(events[99..<130]))
    #expect(timed.writer.synced == 130)
  }

  @Test("a journal that is closed and opened goes on in the same segment")
  func reopening() throws {
    let events = Made.market(300)
    var world = try JournalWorld(now: 77)
    #expect(world.recovery.isNew)
    #expect(world.recovery.epoch == 77)
    for part in 0..<3 {
      try world.record(Array(events[part * 100..<part * 100 + 100]))
      try world.writer.close(now: Made.time(3))
      #expect(throws: JournalError.closed) { try world.writer.commit(now: Made.time(4)) }
      world = try JournalWorld(world.disk.killed(), now: 1_000_000)
      #expect(world.recovery.epoch == 77)
      #expect(world.recovery.lastSequence == UInt64(part + 1) * 100)
      #expect(!world.recovery.isNew)
      #expect(world.recovery.faults.isEmpty)
      #expect(!world.recovery.mayLackEvents)
    }
    #expect(try world.segmentNames.count == 1)
    #expect(try world.disk.readAll().events == events)
  }

  @Test("no journal, and one without events, are read as nothing")
  func nothing() throws {
    let disk = SimulatedDisk()
    #expect(try disk.readAll().events.isEmpty)
    let world = try JournalWorld(disk)
    #expect(try disk.readAll().events.isEmpty)
    #expect(try world.segmentNames == ["00000000000000000001.seg"])
  }
}
