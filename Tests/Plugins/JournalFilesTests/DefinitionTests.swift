import EngineCore
import Testing

@testable import JournalFiles

@Suite("Definitions")
struct DefinitionTests {
  private func record(_ world: JournalWorld, parts: Int) throws -> Int {
    var announced = 0
    var sequence: UInt64 = 0
    for part in 0..<parts {
      world.catalog.define(
        Instrument(
          symbol: "Ω\(part)", venue: part % 2 == 0 ? "X" : nil, name: "Name \(part)",
          pricePrecision: 5, sizePrecision: 2, increment: Price(raw: 10_000), currency: "USD",
          calendar: "fx17"))
      _ = world.catalog.source("source \(part)")
      _ = world.catalog.intern("because of \(part)")
      var events = world.catalog.definitions(from: announced, atMost: 100).map { Event($0) }
      announced += events.count
      events += Made.market(50, seed: UInt64(part))
      for index in events.indices {
        sequence += 1
        events[index].sequence = sequence
      }
      try world.record(events)
    }
    return announced
  }

  private func check(_ recovery: JournalRecovery, _ catalog: Catalog, _ count: Int) {
    #expect(recovery.definitions.count == count)
    let known = catalog.definitions(from: 0, atMost: count)
    #expect(recovery.definitions.map(\.definition) == known)
    for entry in recovery.definitions {
      #expect(entry.text == catalog.text(entry.definition.text))
      if entry.definition.namespace == .instrument {
        #expect(entry.instrument == catalog.instrument(InstrumentID(entry.definition.id)))
      } else {
        #expect(entry.instrument == nil)
      }
    }
  }

  private let options = JournalOptions(segmentBytes: 8_192, blockEvents: 32)

  @Test("all definitions are there after a start, with all that was known of instruments")
  func recovered() throws {
    let world = try JournalWorld(options: options)
    let count = try record(world, parts: 40)
    #expect(try world.segmentNames.count > 3)
    let again = try JournalWorld(world.disk.killed())
    check(again.recovery, world.catalog, count)
    #expect(again.recovery.faults.isEmpty)
  }

  @Test("a file of definitions that is gone, cut or damaged is made again", arguments: 0..<40)
  func rebuilt(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let world = try JournalWorld(options: options)
    let count = try record(world, parts: 20)
    if seed % 2 == 0 {
      for name in try world.segmentNames.dropLast() {
        try JournalCompaction.compact(world.disk, segment: name)
      }
    }
    let disk = world.disk.killed()
    var bytes = disk.bytes(FileName.definitions)
    let place = Int(random.next() % UInt64(bytes.count))
    switch seed % 3 {
    case 0: disk.removeFile(FileName.definitions)
    case 1: disk.setBytes(FileName.definitions, Array(bytes[..<place]))
    default:
      bytes[place] ^= 1 << UInt8(random.next() % 8)
      disk.setBytes(FileName.definitions, bytes)
    }
    let again = try JournalWorld(disk)
    check(again.recovery, world.catalog, count)
    #expect(try JournalVerification.run(disk).isSound)
    let third = try JournalWorld(disk.killed())
    check(third.recovery, world.catalog, count)
    #expect(third.recovery.faults.isEmpty)
  }

  @Test("definitions outlive the segments that they stand in")
  func pruned() throws {
    let world = try JournalWorld(options: options)
    let count = try record(world, parts: 40)
    for name in try world.segmentNames.dropLast() {
      try JournalRetention.Step.remove(name).run(world.disk)
    }
    check(try JournalWorld(world.disk.killed()).recovery, world.catalog, count)
  }

  @Test("what was defined in a block that was torn is not defined")
  func torn() throws {
    let world = try JournalWorld()
    let count = try record(world, parts: 3)
    let disk = world.disk.killed()
    let name = try #require(try disk.segmentNames().last)
    disk.setBytes(name, disk.bytes(name).dropLast())
    let again = try JournalWorld(disk)
    #expect(again.recovery.definitions.count == count - 3)
    #expect(again.recovery.lastSequence == UInt64(2 * 53))
    let third = try JournalWorld(disk.killed())
    #expect(third.recovery.definitions.count == count - 3)
  }
}
