import Support
import Testing

@testable import EngineCore

@Suite("Interest")
struct InterestTests {
  /// What an interest says, as sets.
  struct Naive {
    var kinds: Set<EventKind>
    var instruments: [InstrumentID]?
    var specs: [SpecID]?

    init(_ random: inout SeededRandom) {
      kinds = Set(EventKind.allCases.filter { _ in random.next() % 2 == 0 })
      func ids() -> [UInt16]? {
        if random.next() % 3 == 0 { return nil }
        return (0..<random.next() % 5).map { _ in UInt16(random.next() % 200) }
      }
      instruments = ids()?.map { InstrumentID(UInt32($0)) }
      specs = ids()?.map { SpecID($0) }
    }

    var interest: Interest { Interest(kinds: kinds, instruments: instruments, specs: specs) }

    func matches(_ event: Event) -> Bool {
      guard kinds.contains(event.kind) else { return false }
      let isOfEngine = event.kind == .time || event.kind == .command
      if let instruments, !isOfEngine, !instruments.contains(event.instrument) { return false }
      if let specs, event.kind == .bar, !specs.contains(event.bar.spec) { return false }
      return true
    }
  }

  static func event(_ random: inout SeededRandom) -> Event {
    let kinds = EventKind.allCases
    return Event(
      kind: kinds[Int(random.next() % UInt64(kinds.count))],
      flags: EventFlags(rawValue: UInt8(truncatingIfNeeded: random.next())),
      scope: UInt16(random.next() % 220), instrument: InstrumentID(UInt32(random.next() % 220)))
  }

  @Test(
    "bitmaps say what sets say; a union holds what each of its parts holds",
    arguments: 0..<200 as Range<UInt64>)
  func naive(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let parts = (0..<3).map { _ in Naive(&random) }
    let union = Interest(unionOf: parts.map(\.interest))
    for _ in 0..<300 {
      let event = Self.event(&random)
      for part in parts {
        let isWanted = part.matches(event)
        #expect(part.interest.matches(event) == isWanted)
        if isWanted { #expect(union.matches(event)) }
      }
    }
  }

  @Test("everything is everything, and one kind more is one kind more")
  func everything() {
    #expect(Interest.everything.isEverything)
    var interest = Interest(kinds: [.trade])
    #expect(!interest.isEverything && !interest.matches(Ticks.quote(1)))
    interest.add(.quote)
    #expect(interest.matches(Ticks.quote(1)) && interest.matches(Ticks.trade(1)))
    #expect(!Interest(kinds: [.trade], instruments: []).matches(Ticks.trade(1)))
  }
}
