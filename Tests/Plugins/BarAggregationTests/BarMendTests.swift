import BarAggregation
import EngineCore
import Testing

@Suite("Bars that are made anew")
struct BarMendTests {
  private func making(_ spec: String, _ id: UInt16) throws -> BarMaking {
    BarMaking(
      spec: try BarSpec(parsing: spec), id: SpecID(id),
      calendar: try CalendarBook().calendar(named: "utc"), instruments: nil, sources: nil,
      completeThrough: Timestamp(nanoseconds: 1_000_000 * 1_000_000_000))
  }

  private func trade(
    _ price: Int64, at second: Int64, _ sequence: UInt64, source: UInt16 = 0
  ) -> Event {
    var event = Event(
      Trade(
        instrument: InstrumentID(1), price: Price(raw: price), size: Quantity(raw: 1),
        eventTime: Timestamp(nanoseconds: second * 1_000_000_000), receiveTime: .zero,
        source: SourceID(source)))
    event.sequence = sequence
    return event
  }

  @Test("only marked intervals that are closed come out, and those without ticks are void")
  func marked() throws {
    let specs = [try making("1m", 1), try making("1h", 2), try making("10t", 3)]
    var mend = BarMend(InstrumentID(1), specs)
    mend.mark(Timestamp(nanoseconds: 65_000_000_000))
    mend.mark(Timestamp(nanoseconds: 999_999 * 1_000_000_000))
    for (price, second) in [(3, 61), (1, 119), (9, 60), (5, 300), (7, 7000)] as [(Int64, Int64)] {
      mend.add(trade(price, at: second, UInt64(second))) { _ in true }
    }
    let minutes = mend.bars(SpecID(1))
    #expect(minutes.map(\.start.nanoseconds) == [60_000_000_000])
    #expect(minutes.map(\.open.raw) == [9] && minutes.map(\.close.raw) == [1])
    #expect(minutes[0].count == 3 && minutes[0].state == .amended)
    let hours = mend.bars(SpecID(2))
    #expect(hours.map(\.count) == [4] && mend.bars(SpecID(3)).isEmpty)
    var empty = BarMend(InstrumentID(1), specs)
    empty.mark(Timestamp(nanoseconds: 65_000_000_000))
    #expect(empty.bars(SpecID(1)).map(\.state) == [.void])
    #expect(empty.ranges == [.zero..<Timestamp(nanoseconds: 3600 * 1_000_000_000)])
  }

  @Test("a source that a spec is not made of adds nothing to it")
  func sources() throws {
    var mend = BarMend(InstrumentID(1), [try making("1m", 1), try making("1h", 2)])
    mend.mark(Timestamp(nanoseconds: 65_000_000_000))
    mend.add(trade(3, at: 61, 1)) { $0 == SpecID(2) }
    #expect(mend.bars(SpecID(1)).map(\.state) == [.void])
    #expect(mend.bars(SpecID(2)).map(\.count) == [1])
  }

  @Test("in whatever order ticks come, bars are the same", arguments: 0..<50 as Range<UInt64>)
  func orders(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var mend = BarMend(
      InstrumentID(1), [try making("1s", 1), try making("1m", 2), try making("1h", 3)])
    for _ in 0..<20 {
      mend.mark(Timestamp(nanoseconds: Int64(random.next() % 9000) * 1_000_000_000))
    }
    var ticks = (1...400 as ClosedRange<UInt64>).map { number in
      trade(
        Int64(random.next() % 50) + 1, at: Int64(random.next() % 9000), number,
        source: UInt16(random.next() % 3))
    }
    /// The third source makes no minutes.
    func bars(_ ticks: [Event]) -> [[Event]] {
      var mend = mend
      for tick in ticks { mend.add(tick) { $0 != SpecID(2) || tick.source != SourceID(2) } }
      return [1, 2, 3].map { mend.bars(SpecID($0)).map { Event($0) } }
    }
    let first = bars(ticks)
    let minutes = ticks.filter { $0.source != SourceID(2) }
    for bar in first[1].map(\.bar) {
      let own = minutes.filter { $0.time >= bar.start && $0.time < bar.end }
      #expect(Int(bar.count) == own.count)
      #expect(own.isEmpty || own.map(\.trade.price).max() == bar.high)
    }
    for _ in 0..<5 {
      for index in ticks.indices {
        ticks.swapAt(index, index + Int(random.next() % UInt64(ticks.count - index)))
      }
      #expect(bars(ticks) == first)
    }
  }

  @Test("several are read in one pass, unless most of it would be read for nothing")
  func passes() throws {
    func mend(_ seconds: [Int64]) throws -> BarMend {
      var mend = BarMend(InstrumentID(1), [try making("1s", 1)])
      for second in seconds { mend.mark(Timestamp(nanoseconds: second * 1_000_000_000)) }
      return mend
    }
    func range(_ from: Int64, _ to: Int64) -> Range<Timestamp> {
      Timestamp(nanoseconds: from * 1_000_000_000)..<Timestamp(nanoseconds: to * 1_000_000_000)
    }
    #expect(BarMend.passes(over: []).isEmpty)
    #expect(BarMend.passes(over: [try mend([])]).isEmpty)
    #expect(BarMend.passes(over: [try mend([1, 4, 7]), try mend([2, 8])]) == [range(1, 9)])
    let sparse = [try mend([1, 2]), try mend([2, 3, 90_000])]
    #expect(BarMend.passes(over: sparse) == [range(1, 4), range(90_000, 90_001)])
    let scattered = try (0..<20 as Range<Int64>).map { try mend([$0 * 50_000]) }
    let many = BarMend.passes(over: scattered)
    #expect(many.count == 16)
    for second in stride(from: Int64(0), to: 1_000_000, by: 50_000) {
      #expect(many.contains { $0.contains(Timestamp(nanoseconds: second * 1_000_000_000)) })
    }
  }

  @Test("ticks are read in few ranges, which hold all that is marked", arguments: [3, 16, 17, 400])
  func ranges(count: Int) throws {
    var mend = BarMend(InstrumentID(1), [try making("1s", 1)])
    var random = SeededRandom(seed: UInt64(count))
    var times: [Timestamp] = []
    for _ in 0..<count {
      times.append(Timestamp(nanoseconds: Int64(random.next() % 900_000) * 1_000_000_000))
      mend.mark(times[times.count - 1])
    }
    let ranges = mend.ranges
    #expect(ranges.count <= 16)
    for time in times { #expect(ranges.contains { $0.contains(time) }) }
    for (range, next) in zip(ranges, ranges.dropFirst()) {
      #expect(range.upperBound < next.lowerBound)
    }
  }
}
