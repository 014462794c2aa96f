import EngineCore
import Testing

@testable import JournalFiles

/// Bytes of format version 1, as they were first written. A change here means a new version.
@Suite("The format of the files")
struct FormatTests {
  private static func journal() throws -> SimulatedDisk {
    let world = try JournalWorld(options: JournalOptions(blockEvents: 64), now: 0x1122_3344)
    world.catalog.define(
      Instrument(
        symbol: "AB", venue: "V", pricePrecision: 2, increment: Price(raw: 10_000_000),
        currency: "EUR"))
    var definition = Event(world.catalog.definitions(from: 0, atMost: 1)[0])
    definition.sequence = 1
    try world.record([definition], now: 10)
    try world.record(
      (0..<20).map { index in
        var event = Event(
          Trade(
            instrument: InstrumentID(UInt32(1 + index % 2)),
            price: Price(raw: Int64(100 + index) * 10_000_000),
            size: Quantity(raw: Int64(index % 5 + 1) * 1_000_000_000), side: .buy,
            eventTime: Made.time(1_000_000 + Int64(index * index) * 1_000),
            receiveTime: Made.time(1_000_500 + Int64(index * index) * 1_000),
            source: SourceID(1), flags: .simulated))
        event.sequence = UInt64(index + 2)
        return event
      } + [bar()], now: 20)
    try world.writer.roll(now: Made.time(30))
    return world.disk
  }

  private static func bar() -> Event {
    var event = Event(
      Bar(
        instrument: InstrumentID(1), spec: SpecID(1), state: .closed, count: 2,
        start: Made.time(0), end: Made.time(60), open: Price(raw: 1), high: Price(raw: 3),
        low: Price(raw: 1), close: Price(raw: 2), volume: 5, notional: -1))
    event.sequence = 22
    return event
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  @Test("a sealed segment, the file of definitions and a new segment")
  func recorded() throws {
    let disk = try Self.journal()
    #expect(Self.hex(disk.bytes("00000000000000000001.seg")) == Golden.sealed)
    #expect(Self.hex(disk.bytes(FileName.definitions)) == Golden.definitions)
    #expect(Self.hex(disk.bytes("00000000000000000023.seg")) == Golden.empty)
  }

  @Test("a compact segment")
  func compact() throws {
    let disk = try Self.journal()
    // What deflate makes of a bar may differ between versions of zlib: without it.
    try JournalCompaction.compact(
      disk, segment: "00000000000000000001.seg", dropping: [.bar, .definition])
    #expect(Self.hex(disk.bytes("00000000000000000001.seg")) == Golden.compact)
    #expect(try disk.readAll().events.count == 21)
  }
}
