import EngineCore
import Testing

@testable import JournalFiles

@Suite("A disk that fails")
struct FaultTests {
  private static let options = JournalOptions(
    sync: .everyEvents(150), segmentBytes: 6_000, blockEvents: 64)
  private static let events = Made.market(1_200, seed: 9)

  /// Records all events on a disk, a batch at a time, trying again when the disk fails.
  ///
  /// - Returns: how often it failed.
  private func record(_ disk: SimulatedDisk, failures: inout [JournalError]) throws {
    var opened: JournalWorld?
    for _ in 0..<3 {
      do {
        opened = try JournalWorld(disk, options: Self.options)
      } catch let error as JournalError {
        failures.append(error)
      }
      if opened != nil { break }
    }
    let world = try #require(opened)
    for start in stride(from: 0, to: Self.events.count, by: 50) {
      try world.writer.append(
        Self.events.span.extracting(start..<start + 50), catalog: world.catalog)
      do throws(JournalError) {
        try world.writer.commit(now: Made.time(Int64(start)))
      } catch {
        failures.append(error)
        try check(disk, world.writer)
        if world.writer.failure != nil { try world.writer.repair(now: Made.time(Int64(start))) }
      }
    }
    for _ in 0..<2 {
      do throws(JournalError) {
        try world.writer.close(now: Made.time(9_999))
      } catch {
        failures.append(error)
        if world.writer.failure != nil { try world.writer.repair(now: Made.time(9_999)) }
      }
    }
  }

  /// What is on the disk is what the writer says.
  private func check(_ disk: SimulatedDisk, _ writer: JournalWriter) throws {
    let found = try disk.readAll()
    #expect(found.gaps.isEmpty)
    #expect(found.events == Array(Self.events[..<Int(writer.written)]))
    let again = try JournalWorld(disk.killed(), options: Self.options)
    #expect(again.recovery.lastSequence == writer.written)
  }

  private static let calls: Int = {
    let disk = SimulatedDisk()
    let world = try? JournalWorld(disk, options: options)
    try? world?.record(events, each: 50)
    try? world?.writer.close(now: .zero)
    return disk.calls
  }()

  @Test(
    "no failure of any call leaves half a block or loses what was taken in",
    arguments: 0..<3)
  func everyCall(kind: Int) throws {
    #expect(Self.calls > 60)
    for call in 0..<Self.calls {
      let disk = SimulatedDisk()
      disk.inject([.error(28), .error(5), .short][kind], atCall: call)
      var failures: [JournalError] = []
      try record(disk, failures: &failures)
      let found = try disk.readAll()
      #expect(found.events == Self.events, "call \(call)")
      #expect(found.gaps.isEmpty, "call \(call): \(found.gaps)")
      let verification = try JournalVerification.run(disk)
      #expect(verification.faults == [], "call \(call) \(disk.operations[call]) \(failures)")
    }
  }

  @Test(
    "a full disk stops recording; with room again it goes on, with all or without the rest",
    arguments: [false, true])
  func full(isDiscarding: Bool) throws {
    let world = try JournalWorld(options: Self.options)
    try world.record(Array(Self.events[..<400]), each: 50)
    world.disk.setFull(true)
    let written = world.writer.written
    try world.writer.append(Self.events.span.extracting(400..<450), catalog: world.catalog)
    for _ in 0..<3 {
      #expect {
        try world.writer.commit(now: .zero)
      } throws: { error in
        (error as? JournalError)?.diskError?.code == 28
      }
    }
    #expect(world.writer.written == written)
    try check(world.disk, world.writer)
    if isDiscarding { #expect(world.writer.discardPending() == 401...450) }
    world.disk.setFull(false)
    try world.record(Array(Self.events[450...]), each: 50)
    let found = try world.disk.readAll()
    if isDiscarding {
      #expect(found.events == Self.events.filter { $0.sequence <= 400 || $0.sequence > 450 })
      #expect(found.gaps == [JournalGap(first: 401, last: 450, reason: .missing)])
    } else {
      #expect(found.events == Self.events)
      #expect(found.gaps.isEmpty)
    }
  }

  @Test("what waits for a full disk is bounded")
  func bounded() throws {
    let world = try JournalWorld(
      options: JournalOptions(blockEvents: 64, pendingBytesMax: 1 << 16))
    world.disk.setFull(true)
    let events = Made.hostile(20_000, seed: 5)
    var refused = false
    for start in stride(from: 0, to: 20_000, by: 100) where !refused {
      do throws(JournalError) {
        try world.writer.append(
          events.span.extracting(start..<start + 100), catalog: world.catalog)
      } catch {
        guard case .full(let pending) = error else { throw error }
        #expect(pending < 1 << 17)
        refused = true
      }
    }
    #expect(refused)
  }

  @Test("after a failed sync nothing goes on before it is repaired or opened anew")
  func failedSync() throws {
    let world = try JournalWorld(options: JournalOptions(sync: .eachBatch))
    try world.record(Array(Self.events[..<100]))
    try world.writer.append(Self.events.span.extracting(100..<200), catalog: world.catalog)
    try world.writer.write(now: .zero)
    world.disk.inject(.error(5), atCall: world.disk.calls)
    #expect(throws: JournalError.self) { try world.writer.sync(now: .zero) }
    #expect(world.writer.synced == 100)
    #expect {
      try world.writer.sync(now: .zero)
    } throws: { error in
      guard case .unsynced? = error as? JournalError else { return false }
      return true
    }
    #expect(throws: JournalError.self) { try world.record(Array(Self.events[200..<210])) }
    // The disk fails once more: it stays as it is.
    world.disk.inject(.error(5), atCall: world.disk.calls + 1)
    #expect(throws: JournalError.self) { try world.writer.repair(now: .zero) }
    try world.writer.repair(now: .zero)
    #expect(world.writer.synced == 200)
    try world.record(Array(Self.events[200...]))
    // The power fails: what the first sync did not do, the repair has done.
    var random = SeededRandom(seed: 1)
    let disk = world.disk.withoutPower(&random)
    #expect(try disk.readAll().events == Self.events)
    #expect(try JournalVerification.run(disk).faults == [])
  }
}
