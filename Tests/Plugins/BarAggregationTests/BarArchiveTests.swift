import EngineCore
import Testing

@testable import BarAggregation

/// Finished bars keep every field, in whatever form they are kept.
@Suite("The archive of finished bars")
struct BarArchiveTests {
  private static let second: Int64 = 1_000_000_000

  /// Bars as they mostly are, with now and then a field that is far out of the common.
  private static func bar(_ number: Int64, _ random: inout SeededRandom) -> BarFold {
    let start = number * second
    var bar = BarFold(
      BarTick(
        time: start + Int64(random.next() % UInt64(second)),
        price: Int64(bitPattern: random.next() >> 2), size: Int64(random.next() % 1_000_000),
        venueSequence: random.next() % 1_000_000, sequence: random.next() >> 1,
        source: UInt16(truncatingIfNeeded: random.next()), side: .buy,
        flags: EventFlags(rawValue: UInt8(truncatingIfNeeded: random.next()))),
      BarInterval(
        start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: start + second),
        tradeDay: Int32(start / 86_400_000_000_000) + Int32(random.next() % 3) - 1,
        session: UInt8(truncatingIfNeeded: random.next())))
    bar.closeSequence += random.next() % 1000
    bar.lastSequence = bar.closeSequence
    bar.closeVenue += random.next() % 1000
    bar.closeTime += 7
    bar.close -= 3
    bar.low -= 12
    bar.count = UInt32(random.next() % 1_000_000)
    bar.state = BarState(rawValue: UInt8(random.next() % 4)) ?? .void
    bar.reason = BarReason(rawValue: UInt8(random.next() % 5)) ?? .none
    bar.revision = UInt16(random.next() % 256)
    bar.isPublished = random.next() % 2 == 0
    bar.knowsSells = random.next() % 2 == 0
    if random.next() % 2 == 0 {
      bar.volume += 55
      bar.sellVolume = 55
    }
    if random.next() % 4 == 0 { distort(&bar, random.next()) }
    return bar
  }

  private static func distort(_ bar: inout BarFold, _ choice: UInt64) {
    switch choice % 16 {
    case 0: bar.end += 1
    case 1: bar.volume = .max
    case 2: bar.notional = .min
    case 3: bar.sellVolume = 1
    case 4: bar.count = .max
    case 5: bar.openSequence = 0
    case 6: bar.closeSequence = .max
    case 7: bar.closeVenue = 0
    case 8: bar.tradeDay -= 65
    case 9: bar.tradeDay += 1000
    case 10: bar.ordinal = 1
    case 11: bar.revision = 256
    case 12: bar.empty()
    case 13: bar.closeTime = bar.start + 1 << 48
    case 14: bar.openTime = bar.start - 1
    default: bar.volume = -1
    }
  }

  @Test("a bar comes out as it went in", arguments: 0..<20 as Range<UInt64>)
  func roundTrip(block: UInt64) {
    for seed in block * 20..<block * 20 + 20 {
      var random = SeededRandom(seed: seed)
      var archive = BarArchive()
      archive.histories = [BarHistory(step: Self.second)]
      let sign: Int64 = random.next() % 2 == 0 ? 1 : -1
      let bar = Self.bar(sign * Int64(random.next() % 2_000_000_000), &random)
      archive.append(bar, to: 0)
      #expect("\(archive[0, 0])" == "\(bar)", "seed \(seed)")
    }
  }

  @Test("most bars are packed, and those that do not fit are not", arguments: 0..<20 as Range<Int>)
  func packing(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    var packed = 0
    for number in 0..<200 as Range<Int64> {
      let bar = Self.bar(number, &random)
      guard let form = PackedBar(bar, step: Self.second) else { continue }
      packed += 1
      #expect(form.elsewhere == nil)
    }
    #expect((130..<190).contains(packed))
    #expect(MemoryLayout<PackedBar>.stride == 128)
    #expect(MemoryLayout<BarFold>.stride == 192)
  }

  @Test("histories are lists in order of time", arguments: 0..<10 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var archive = BarArchive()
    archive.histories = (0..<3).map { _ in BarHistory(step: Self.second) }
    var model: [[BarFold]] = [[], [], []]
    var next: Int64 = 0
    for step in 0..<400 {
      let cell = Int(random.next() % 3)
      let count = model[cell].count
      switch random.next() % 16 {
      case 0 where count > 0:
        let gone = Int(random.next() % UInt64(count)) + 1
        archive.removeOldest(gone, of: cell)
        #expect(archive.histories[cell].forgottenEnd == model[cell][gone - 1].end)
        model[cell].removeFirst(gone)
      case 1 where random.next() % 8 == 0:
        archive.clear(cell, step: Self.second)
        model[cell] = []
      case 2...4 where count > 0:
        let place = Int(random.next() % UInt64(count))
        var bar = Self.bar(next, &random)
        bar.start = model[cell][place].start
        archive.update(cell, place) { $0 = bar }
        model[cell][place] = bar
      case 5...8 where count > 0:
        // Odd numbers lie between those that are appended.
        let bar = Self.bar(Int64(random.next() % UInt64(next / 2)) * 2 + 1, &random)
        let place = archive.place(cell, from: bar.start)
        guard archive.place(cell, of: bar.start) == nil else { break }
        archive.insert(bar, in: cell, at: place)
        model[cell].insert(bar, at: model[cell].firstIndex { $0.start > bar.start } ?? count)
      default:
        next += 2
        let bar = Self.bar(next, &random)
        guard bar.start > model[cell].last?.start ?? .min else { break }
        archive.append(bar, to: cell)
        model[cell].append(bar)
      }
      if step % 8 == 0 { check(archive, model, seed) }
    }
  }

  private func check(_ archive: BarArchive, _ model: [[BarFold]], _ seed: UInt64) {
    for cell in 0..<3 {
      let bars = archive.bars(cell)
      #expect(bars.map(\.start) == model[cell].map(\.start), "seed \(seed)")
      #expect(archive.histories[cell].newestStart == model[cell].last?.start ?? .min)
      #expect(archive.histories[cell].waiting == model[cell].count { $0.state == .open })
      #expect(archive.firstStart(cell) == model[cell].first?.start)
      for place in [0, model[cell].count / 2, model[cell].count - 1]
      where place >= 0 && place < bars.count {
        #expect("\(bars[place])" == "\(model[cell][place])", "seed \(seed)")
        #expect(archive.place(cell, of: bars[place].start) == place)
        #expect(archive.place(cell, from: bars[place].start + 1) == place + 1)
      }
    }
  }

  @Test("memory that histories gave back is used again")
  func reuse() {
    var random = SeededRandom(seed: 1)
    var archive = BarArchive()
    archive.histories = [BarHistory(step: Self.second), BarHistory(step: Self.second)]
    var bytes = 0
    for number in 0..<20_000 as Range<Int64> {
      let cell = Int(number % 2)
      let gone = archive.histories[cell].overflow(limit: 100)
      if gone > 0 { archive.removeOldest(gone, of: cell) }
      archive.append(Self.bar(number, &random), to: cell)
      if number == 1000 { bytes = archive.memoryBytes }
    }
    #expect(archive.histories.map(\.count).allSatisfy { 100...125 ~= $0 })
    #expect(archive.memoryBytes < bytes * 2)
  }
}
