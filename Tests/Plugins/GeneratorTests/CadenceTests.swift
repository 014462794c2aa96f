import EngineCore
import Testing

@testable import Generator

@Suite("Cadences")
struct CadenceTests {
  @Test("ticks are the exact instants rounded down, one by one or at once", arguments: 0..<200)
  func exact(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let nanos = Int64(random.next() >> UInt64(2 + seed % 60))
    let ticks = Int64(random.next() >> UInt64(2 + random.next() % 60)) + 1
    let start = Int64(random.next() >> 8)
    var single = Cadence(start: start, nanos: nanos, ticks: ticks)
    var grouped = single
    var number: Int64 = 0
    for _ in 0..<50 {
      let group = Int64(random.next() % 20)
      grouped.advance(by: group)
      for _ in 0..<group { single.advance() }
      number += group
      let exact = Int128(start) + Int128(nanos) * Int128(number) / Int128(ticks)
      #expect(single.next == Int64(clamping: exact))
      #expect(grouped == single || single.next == .max)
    }
  }

  @Test("the count of due ticks is that of those at or before a time", arguments: 0..<200)
  func count(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    let cadence = Cadence(
      start: Int64(random.next() % 1_000), nanos: Int64(random.next() % 1_000) + 1,
      ticks: Int64(random.next() % 30) + 1)
    let time = Int64(random.next() % 3_000)
    var walker = cadence
    var expected: Int64 = 0
    while walker.next <= time {
      expected += 1
      walker.advance()
    }
    #expect(cadence.count(through: time) == expected)
  }
}
