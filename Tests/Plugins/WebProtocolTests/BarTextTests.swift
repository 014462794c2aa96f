import EngineCore
import Support
import Testing

@testable import WebProtocol

@Suite("Many bars as text")
struct BarTextTests {
  private static let edges: [Int64] = [
    0, 1, -1, 9, 10, 999_999_999, 1_000_000_000, -1_000_000_001, 123_456_789_012_345_678, .max,
    .min,
  ]
  private static let minute: Int64 = 60_000_000_000

  private func number(_ random: inout SeededRandom) -> Int64 {
    switch random.next() % 4 {
    case 0: Self.edges[Int(random.next() % UInt64(Self.edges.count))]
    case 1: Int64(bitPattern: random.next())
    default: Int64(random.next() % 100_000) * 10_000_000
    }
  }

  private func wide(_ random: inout SeededRandom) -> Int128 {
    let low = Int128(number(&random))
    return random.next() % 2 == 0 ? low : low << 64 | Int128(random.next())
  }

  /// Neighbours as a rule, else from anywhere between the years 1678 and 2262.
  private func bars(_ random: inout SeededRandom) -> [Bar] {
    var start = Int64(bitPattern: random.next())
    return (0..<Int(random.next() % 40)).map { _ in
      switch random.next() % 8 {
      case 0: start = Int64(bitPattern: random.next())
      case 1: start = start / Self.minute * Self.minute
      case 2: start = start / 1_000_000 * 1_000_000
      default: start = start.addingReportingOverflow(Self.minute).partialValue
      }
      return Bar(
        instrument: .none, spec: .none, state: BarState.allCases[Int(random.next() % 4)],
        revision: random.next() % 2 == 0 ? 0 : UInt16(truncatingIfNeeded: random.next()),
        count: UInt32(truncatingIfNeeded: random.next() >> (random.next() % 64)),
        start: Timestamp(nanoseconds: start),
        end: Timestamp(nanoseconds: start).advanced(byNanos: Self.minute),
        open: Price(raw: number(&random)), high: Price(raw: number(&random)),
        low: Price(raw: number(&random)), close: Price(raw: number(&random)),
        volume: wide(&random), notional: wide(&random), buyVolume: Quantity(raw: number(&random)),
        flags: random.next() % 3 == 0
          ? EventFlags(rawValue: UInt8(truncatingIfNeeded: random.next())) : [.simulated])
    }
  }

  private func text(_ bars: [Bar], _ form: BarText.Form) -> String {
    var (text, bytes) = (BarText(), Array("before".utf8))
    text.append(bars, as: form, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "it is what is written of each bar alone, byte for byte", arguments: 0..<300 as Range<UInt64>)
  func same(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let bars = bars(&random)
    let objects = bars.map { bar in
      var json = JSONWriter()
      HistoryJSON.write(bar, to: &json)
      return json.text
    }
    #expect(text(bars, .elements) == "before" + objects.joined(separator: ","))
    #expect(text(bars, .lines) == "before" + objects.map { $0 + "\n" }.joined())
    let rows = try objects.map { object in
      let value = try JSONReader().read(Array(object.utf8))
      let fields = BarText.columns.map { name in
        value[name].flatMap { $0.isNull ? "" : $0.string ?? $0.text() } ?? "none"
      }
      return fields.joined(separator: ",") + "\r\n"
    }
    #expect(text(bars, .fields) == "before" + rows.joined())
  }

  @Test("numbers at the ends of their ranges have room")
  func largest() {
    let bar = Bar(
      instrument: .none, spec: .none, state: .amended, revision: .max, count: .max,
      start: .distantPast, end: .distantFuture, open: Price(raw: .min + 1), high: Price(raw: .max),
      low: Price(raw: .min + 1), close: Price(raw: .min + 1), volume: .min, notional: .min,
      buyVolume: Quantity(raw: .min + 1), flags: EventFlags(rawValue: .max))
    var json = JSONWriter()
    HistoryJSON.write(bar, to: &json)
    #expect(text([bar, bar], .elements) == "before\(json.text),\(json.text)")
  }
}
