import EngineCore
import Testing

@testable import JournalFiles

@Suite("Verification")
struct VerificationTests {
  /// A journal with compact, sealed and open segments, and definitions.
  private static func journal() throws -> SimulatedDisk {
    let world = try JournalWorld(
      options: JournalOptions(sync: .eachBatch, segmentBytes: 8_192, blockEvents: 100))
    for number in 1...4 {
      world.catalog.define(Instrument(symbol: "S\(number)", venue: "V", currency: "EUR"))
    }
    var events = world.catalog.definitions(from: 0, atMost: 9).map { Event($0) }
    for index in events.indices { events[index].sequence = UInt64(index + 1) }
    events += Made.market(2_500, first: 5, instruments: 4)
    try world.record(events, each: 60)
    for name in try world.segmentNames.prefix(2) {
      try JournalCompaction.compact(world.disk, segment: name, blockEvents: 200)
    }
    #expect(try world.segmentNames.count > 4)
    return world.disk
  }

  @Test("a sound journal has no faults")
  func sound() throws {
    let verification = try JournalVerification.run(try Self.journal())
    #expect(verification.faults == [])
    #expect(verification.events == 2_504)
    #expect(verification.segments > 4)
  }

  @Test("a bit that flips anywhere is found", arguments: 0..<20)
  func bitFlips(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let disk = try Self.journal()
    let names = try disk.names().filter { $0 != FileName.lock }
    for round in 0..<25 {
      let name = names[Int(random.next() % UInt64(names.count))]
      let bytes = disk.bytes(name)
      // Headers, indexes and ends of files are small: they get their share.
      let place =
        switch round % 4 {
        case 0: Int(random.next() % 64)
        case 1: bytes.count - 1 - Int(random.next() % 32)
        case 2: bytes.count - 1 - Int(random.next() % UInt64(min(600, bytes.count)))
        default: Int(random.next() % UInt64(bytes.count))
        }
      var damaged = bytes
      damaged[place] ^= 1 << UInt8(random.next() % 8)
      disk.setBytes(name, damaged)
      do throws(JournalError) {
        let found = try JournalVerification.run(disk)
        #expect(!found.isSound, "\(name), byte \(place)")
        #expect(found.faults.contains { $0.file == name }, "\(found.faults)")
      } catch {
        // The version's bits.
        guard case .version(name, _) = error else { throw error }
      }
      disk.setBytes(name, bytes)
    }
    #expect(try JournalVerification.run(disk).isSound)
  }

  @Test("what cannot be read is told as a gap, and never made up", arguments: 0..<60)
  func readingDamage(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let disk = try Self.journal()
    let before = try disk.readAll().events
    let name = try #require(try disk.segmentNames().randomElement(using: &random))
    var bytes = disk.bytes(name)
    for _ in 0..<1 + random.next() % 3 {
      let place = 64 + Int(random.next() % UInt64(bytes.count - 64))
      bytes[place] ^= 1 << UInt8(random.next() % 8)
    }
    disk.setBytes(name, bytes)
    let instrument = seed % 2 == 0 ? InstrumentID(2) : nil
    let filter = JournalFilter(instrument: instrument)
    let found = try disk.readAll(from: .oldest, filter)
    let wanted = before.filter { instrument == nil || $0.instrument == instrument }
    let lost = wanted.filter { event in
      found.gaps.contains { $0.first <= event.sequence && event.sequence <= $0.last }
    }
    // The last blocks of a journal that is open are a torn tail to a reader.
    let last = try disk.segmentNames().last == name ? found.events.last?.sequence ?? 0 : .max
    let expected = wanted.filter { event in
      !lost.contains { $0.sequence == event.sequence } && event.sequence <= last
    }
    #expect(
      found.events.filter { event in !lost.contains { $0.sequence == event.sequence } }
        == expected)
    for event in found.events { #expect(wanted.contains(event)) }
  }

  @Test("a file under another name, and a missing one, are found")
  func names() throws {
    let disk = try Self.journal()
    let names = try disk.segmentNames()
    let bytes = disk.bytes(names[1])
    disk.removeFile(names[1])
    #expect(try JournalVerification.run(disk).faults.contains { $0.what == .missing })
    disk.setBytes(FileName.segment(2), bytes)
    #expect(try JournalVerification.run(disk).faults.contains { $0.what == .fileName })
    #expect(throws: JournalError.absent(folder: "simulated")) {
      try JournalVerification.run(SimulatedDisk())
    }
  }
}
