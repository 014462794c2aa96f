import EngineCore
import Testing

@testable import JournalFiles

@Suite("Recovery")
struct RecoveryTests {
  private let name = "00000000000000000001.seg"

  /// A journal of one segment, and where its blocks end.
  private static func blocks(_ count: Int, each: Int) throws -> (
    bytes: [UInt8], ends: [Int], events: [Event]
  ) {
    let events = Made.ticks(count * each, instruments: 40)
    let world = try JournalWorld()
    var ends = [SegmentHeader.length]
    for part in 0..<count {
      try world.record(Array(events[part * each..<(part + 1) * each]))
      ends.append(world.disk.bytes("00000000000000000001.seg").count)
    }
    return (world.disk.bytes("00000000000000000001.seg"), ends, events)
  }

  @Test("each cut of the last 64 KiB recovers to the last whole block", arguments: 0..<16)
  func everyCut(part: Int) throws {
    let made = try Self.blocks(30, each: 150)
    let disk = SimulatedDisk()
    #expect(made.bytes.count > 65_536, "\(made.bytes.count) bytes")
    for length in made.bytes.count - 65_536...made.bytes.count where length % 16 == part {
      disk.setBytes(name, Array(made.bytes[..<length]))
      let scan = try SegmentScan.scan(try SegmentFile(disk, name: name))
      let whole = made.ends.last { $0 <= length } ?? 0
      let blocks = made.ends.firstIndex(of: whole) ?? 0
      #expect(scan.end == whole)
      #expect(scan.lastSequence == UInt64(blocks * 150))
      #expect(scan.tornBytes == length - whole)
      #expect(scan.faults.isEmpty)
    }
  }

  @Test("a torn tail is cut off, told, and written over", arguments: 0..<60)
  func cutAndGoOn(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let made = try Self.blocks(6, each: 20)
    let length = 64 + Int(random.next() % UInt64(made.bytes.count - 63))
    let disk = SimulatedDisk()
    disk.setBytes(name, Array(made.bytes[..<length]))
    var world = try JournalWorld(disk)
    let blocks = made.ends.lastIndex { $0 <= length } ?? 0
    #expect(world.recovery.lastSequence == UInt64(blocks * 20))
    #expect(world.recovery.droppedBytes == length - made.ends[blocks])
    let torn = world.recovery.faults.filter { $0.what == .tornTail }
    if length > made.ends[blocks] {
      #expect(torn.map(\.offset) == [made.ends[blocks]])
      #expect(torn.map(\.length) == [length - made.ends[blocks]])
    } else {
      #expect(torn.isEmpty)
    }
    try world.record(Array(made.events[(blocks * 20)...]))
    #expect(try disk.readAll().events == made.events)
    #expect(try JournalVerification.run(disk).isSound)
    world = try JournalWorld(disk.killed())
    #expect(world.recovery.faults.isEmpty)
  }

  @Test("a file that was just being made is taken away", arguments: [0, 1, 30, 63])
  func tornHeader(length: Int) throws {
    let world = try JournalWorld(
      options: JournalOptions(segmentBytes: 4_096, blockEvents: 100))
    let events = Made.market(2_000)
    try world.record(events, each: 100)
    let disk = world.disk.killed()
    let first = try #require(try disk.segmentNames().last)
    let whole = try JournalWorld(disk.killed()).recovery.lastSequence
    #expect(whole == 2_000)
    let torn = FileName.segment(2_001)
    if first != torn { disk.setBytes(torn, Array(disk.bytes(first).prefix(length))) }
    disk.setBytes(FileName.segment(5_000) + ".new", [1, 2, 3])
    let again = try JournalWorld(disk)
    #expect(again.recovery.lastSequence == 2_000)
    #expect(try disk.readAll().events == events)
    #expect(!(try disk.names()).contains { $0.hasSuffix(".new") })
  }

  @Test("damage inside is a gap with its place, and everything else is read", arguments: 0..<80)
  func damageInside(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let made = try Self.blocks(10, each: 30)
    let block = Int(random.next() % 9)
    var bytes = made.bytes
    let place =
      made.ends[block] + Int(random.next() % UInt64(made.ends[block + 1] - made.ends[block]))
    bytes[place] ^= 1 << UInt8(random.next() % 8)
    let disk = SimulatedDisk()
    disk.setBytes(name, bytes)
    if seed % 2 == 0 {
      let world = try JournalWorld(disk)
      #expect(world.recovery.lastSequence == 300)
      #expect(world.recovery.droppedBytes == 0)
      #expect(world.recovery.faults.map(\.what) == [.block])
      if seed % 4 == 0 { try world.writer.roll(now: Made.time(9)) }
    }
    let found = try disk.readAll()
    let first = UInt64(block * 30 + 1)
    #expect(found.events == made.events.filter { $0.sequence < first || $0.sequence > first + 29 })
    try #require(found.gaps.count == 1)
    #expect(found.gaps[0].first == first)
    #expect(found.gaps[0].last == first + 29)
    guard case .damaged(let fault) = found.gaps[0].reason else {
      Issue.record("\(found.gaps[0])")
      return
    }
    #expect(fault.file == name)
    #expect(fault.offset == made.ends[block])
  }

  @Test("a file of a newer version is refused by name")
  func newerVersion() throws {
    let world = try JournalWorld()
    try world.record(Made.market(100))
    var bytes = world.disk.bytes(name)
    bytes[8] = 2
    var header = ByteBuffer()
    for byte in bytes.prefix(60) { header.append(byte) }
    let checksum = header.bytes.checksum(0..<60)
    for index in 0..<4 { bytes[60 + index] = UInt8(truncatingIfNeeded: checksum >> (index * 8)) }
    let disk = SimulatedDisk()
    disk.setBytes(name, bytes)
    let refusal = JournalError.version(file: name, found: 2)
    #expect(throws: refusal) { try disk.readAll() }
    #expect(throws: refusal) { try JournalWorld(disk) }
    #expect(disk.bytes(name) == bytes)
  }

  @Test("the torn tail of a segment that others follow is told as damage")
  func tornInTheMiddle() throws {
    let world = try JournalWorld(options: JournalOptions(segmentBytes: 4_096, blockEvents: 50))
    let events = Made.market(1_000)
    try world.record(events, each: 50)
    let name = try world.segmentNames[1]
    let bytes = world.disk.bytes(name)
    let index = try #require(try SegmentFile(world.disk, name: name).blocksEnd as Int?)
    world.disk.setBytes(name, Array(bytes[..<(index - 10)]))
    let found = try world.disk.readAll()
    try #require(found.gaps.count == 1)
    guard case .damaged(let fault) = found.gaps[0].reason else {
      Issue.record("\(found.gaps[0])")
      return
    }
    #expect(fault.file == name)
    #expect(found.events.count + 50 == events.count)
  }

  @Test("a segment that is gone is a gap")
  func missingSegment() throws {
    let world = try JournalWorld(options: JournalOptions(segmentBytes: 4_096, blockEvents: 50))
    let events = Made.market(2_000)
    try world.record(events, each: 50)
    let names = try world.segmentNames
    try #require(names.count > 4)
    let first = try #require(FileName.first(ofSegment: names[2]))
    let next = try #require(FileName.first(ofSegment: names[3]))
    world.disk.removeFile(names[2])
    let found = try world.disk.readAll()
    #expect(found.events == events.filter { $0.sequence < first || $0.sequence >= next })
    #expect(found.gaps == [JournalGap(first: first, last: next - 1, reason: .missing)])
  }

  @Test(
    "after a loss of power all that was synced is there, and what is there is true",
    arguments: 0..<100)
  func powerLoss(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let world = try JournalWorld(
      options: JournalOptions(
        sync: .everyEvents(200), segmentBytes: 8_192, blockEvents: 1 + Int(seed)))
    let events = Made.market(1_500, seed: seed)
    try world.record(Array(events[..<Int(random.next() % 1_500)]), each: 70)
    let disk = world.disk.withoutPower(&random)
    let again = try JournalWorld(disk)
    let last = again.recovery.lastSequence
    #expect(last >= world.writer.synced)
    #expect(last <= world.writer.written)
    #expect(again.recovery.mayLackEvents)
    let found = try disk.readAll()
    #expect(found.events == Array(events[..<Int(last)]))
    #expect(found.gaps.isEmpty)
    try again.record(Array(events[Int(last)...]), each: 90)
    #expect(try disk.readAll().events == events)
    #expect(try JournalVerification.run(disk).faults == [])
  }

  @Test("a journal is opened by one at a time, and the error names the process")
  func lock() throws {
    let world = try JournalWorld()
    #expect {
      _ = try JournalWriter.open(world.disk, now: .zero)
    } throws: { error in
      guard case .locked(_, let holder)? = error as? JournalError else { return false }
      return Int(holder) != nil
    }
  }
}
