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

  private func trade(_ price: Int64, at second: Int64, _ sequence: UInt64) -> Event {
    var event = Event(
      Trade(
        instrument: InstrumentID(1), price: Price(raw: price), size: Quantity(raw: 1),
        eventTime: Timestamp(nanoseconds: second * 1_000_000_000), receiveTime: .zero))
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
