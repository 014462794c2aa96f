import EngineCore
import Testing

@Suite("Time zones")
struct ZoneRulesTests {
  @Test(
    "every zone has Python's offsets and day boundaries at every transition from 1970 to 2037",
    .enabled(if: PythonZones.isAvailable, "no python3 with zoneinfo on this machine"),
    .timeLimit(.minutes(5)))
  func againstPython() throws {
    let end: Int64 = 2_145_916_800
    var zoneCount = 0
    var boundaryCount = 0
    var differences: [String] = []
    for zone in try PythonZones().zones {
      let rules = try SystemZones.load(zone.name)
      zoneCount += 1
      let transitions = rules.transitions.filter { $0.time > 0 && $0.time <= end }
      if transitions != zone.transitions || rules.offset(at: 0) != zone.firstOffset {
        differences.append("\(zone.name): transitions")
      }
      for boundary in zone.boundaries {
        boundaryCount += 1
        let local = Int64(boundary.day) * 86_400 + Int64(boundary.seconds)
        let instant = rules.instant(ofLocal: local)
        if instant != boundary.instant {
          differences.append("\(zone.name): \(boundary), not \(instant)")
        }
      }
    }
    #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(10))")
    #expect(zoneCount > 300 && boundaryCount > 100_000, "\(zoneCount) zones, \(boundaryCount)")
  }

  private func rules(_ footer: String) throws -> ZoneRules {
    try ZoneRules(parsing: ZoneBytes.file(version: "2", footer: footer))
  }

  @Test("a rule goes on to the end of time")
  func footerGoesOn() throws {
    let rules = try rules("EST5EDT,M3.2.0,M11.1.0")
    let july = try #require(Timestamp("2200-07-01T00:00:00Z")).nanoseconds / 1_000_000_000
    let january = try #require(Timestamp("2200-01-15T00:00:00Z")).nanoseconds / 1_000_000_000
    #expect(rules.offset(at: july) == -4 * 3600)
    #expect(rules.offset(at: january) == -5 * 3600)
  }

  @Test(
    "rules of every form are understood",
    arguments: [
      ("<+0330>-3:30", 12_600, 12_600), ("IST-2IDT,M3.4.4/26,M10.5.0", 7200, 10_800),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600),
      ("EST5EDT4,J60,J300/3:30:15", -18_000, -14_400), ("AAA-1BBB,59/2,299", 3600, 7200),
      // Daylight saving all year, as RFC 9636 writes it.
      ("XXX3EDT4,0/0,J365/23", -14_400, -14_400),
      // Ireland: summer is standard time, and winter is an hour behind it.
      ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600),
    ])
  func forms(footer: String, winter: Int, summer: Int) throws {
    let rules = try rules(footer)
    let january = try #require(Timestamp("2030-01-15T12:00:00Z")).nanoseconds / 1_000_000_000
    let july = try #require(Timestamp("2030-07-15T12:00:00Z")).nanoseconds / 1_000_000_000
    #expect(rules.offset(at: january) == winter)
    #expect(rules.offset(at: july) == summer)
  }

  @Test(
    "a rule that is none is an error",
    arguments: ["E5", "EST", "EST5EDT", "EST5EDT,M13.1.0,M11.1.0", "EST25", "EST5EDT,M3.2.0,J0x"])
  func badForms(footer: String) {
    #expect(throws: ZoneError.self) { try rules(footer) }
  }

  @Test("version 1 files are read from their only block")
  func versionOne() throws {
    let bytes = ZoneBytes.file(
      version: "\0", transitions: [(100, 1), (200, 0)], offsets: [3600, 7200], footer: nil)
    let rules = try ZoneRules(parsing: bytes)
    #expect(rules.offset(at: 99) == 3600)
    #expect(rules.offset(at: 100) == 7200)
    #expect(rules.offset(at: 200) == 3600)
  }

  @Test("damage is told, whatever byte is gone or changed", arguments: 0..<200 as Range<UInt64>)
  func damage(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var bytes = ZoneBytes.file(
      version: "3", transitions: [(100, 1), (200, 0)], offsets: [3600, 7200],
      footer: "CET-1CEST,M3.5.0,M10.5.0/3")
    for _ in 0..<3 { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256) }
    bytes.removeLast(Int(random.next() % 40))
    // Rules or an error, never a trap.
    if let rules = try? ZoneRules(parsing: bytes) { _ = rules.offset(at: 150) }
  }

  @Test("names lead to no other file", arguments: ["", "../passwd", "/etc/passwd", "a//b", "a b"])
  func names(name: String) {
    #expect(throws: ZoneError.self) { try SystemZones.load(name) }
  }
}
