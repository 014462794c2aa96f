import EngineCore
import Support
import Testing

@Suite("Subject filters")
struct SubjectFilterTests {
  /// A catalog with some of everything, and events over all of it.
  static func events(_ catalog: Catalog, _ random: inout SeededRandom) -> [Event] {
    for symbol in ["EURUSD", "BRK.B", "X"] { catalog.define(Instrument(symbol: symbol)) }
    for spec in ["1m", "0.5v"] { _ = catalog.spec(spec) }
    for source in ["sim", "feed"] { _ = catalog.source(source) }
    for rule in ["high", "1m"] { _ = catalog.rule(rule) }
    let texts = ["sim", "X", "bars"].map { catalog.intern($0) }
    func instrument() -> UInt32 { UInt32(random.next() % 3) + 1 }
    func text() -> TextID { texts[Int(random.next() % 3)] }
    let time = Timestamp(nanoseconds: 1)
    return (0..<200).map { number in
      switch EventKind.allCases[number % EventKind.allCases.count] {
      case .trade: return Ticks.trade(number, instrument: instrument())
      case .quote: return Ticks.quote(number, instrument: instrument())
      case .bar:
        return Ticks.bar(number, instrument: instrument(), spec: UInt16(random.next() % 2) + 1)
      case .alert:
        return Event(
          Alert(
            rule: RuleID(UInt32(random.next() % 2) + 1), instrument: InstrumentID(instrument()),
            state: .firing, value: 1, threshold: 1, eventTime: time, since: time,
            causeSequence: 1))
      case .correction:
        return Event(
          Correction(
            target: 1, instrument: InstrumentID(instrument()), oldTime: time, oldPrice: .zero,
            oldSize: .zero, newPrice: .zero, newSize: .zero))
      case .watermark:
        return Event(
          Watermark(
            scope: random.next() % 2 == 0 ? .spec : .source, id: UInt16(random.next() % 2) + 1,
            start: time, end: time))
      case .gap:
        return Event(
          Gap(subscriber: text(), reason: .overrun, first: 1, last: 2, count: 2, time: time))
      case .status:
        let scope = StatusScope.allCases[Int(random.next() % 3)]
        return Event(
          Status(
            scope: scope, code: .running, subject: text(),
            instrument: scope == .instrument ? InstrumentID(instrument()) : .none, time: time))
      case .definition:
        return Event(Definition(namespace: .text, id: 1, text: text()))
      case .time: return Event(EngineTime(time))
      case .command: return Event(CommandRecord(plugin: text(), command: text(), time: time))
      }
    }
  }

  static func pattern(_ random: inout SeededRandom) -> SubjectPattern {
    let names = [
      "EURUSD", "BRK.B", "X", "1m", "0.5v", "sim", "plugin", "source", "instrument", "high", "none",
      "text",
    ]
    let kinds = EventKind.allCases
    var tokens: [SubjectPattern.Token] =
      random.next() % 4 == 0
      ? [.any] : [.name(kinds[Int(random.next() % UInt64(kinds.count))].name)]
    for _ in 0..<Int(random.next() % 4) {
      tokens.append(
        random.next() % 3 == 0 ? .any : .name(names[Int(random.next() % UInt64(names.count))]))
    }
    if random.next() % 4 == 0 { tokens.append(.rest) }
    return SubjectPattern(tokens)
  }

  @Test(
    "a filter takes exactly the events whose subjects match, and asks the bus for all of them",
    arguments: 0..<200 as Range<UInt64>)
  func exact(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let catalog = Catalog()
    let events = Self.events(catalog, &random)
    let patterns = (0..<Int(random.next() % 6) + 1).map { _ in Self.pattern(&random) }
    let filter = SubjectFilter(patterns, catalog: catalog)
    for event in events {
      let subject = Subject(of: event, in: catalog)
      let isWanted = patterns.contains { $0.matches(subject) }
      #expect(filter.matches(event) == isWanted, "\(patterns) against \(subject)")
      if isWanted { #expect(filter.interest.matches(event)) }
    }
  }

  @Test("of many names that nothing has only the first few are compared with those there are")
  func manyUnknown() {
    let catalog = Catalog()
    catalog.define(Instrument(symbol: "EURUSD"))
    let patterns = (0..<1000).map { SubjectPattern([.name("trade"), .name("EURUS\($0)")]) }
    let unknown = SubjectFilter(patterns, catalog: catalog).unknown
    #expect(unknown.count == 1000 && unknown.count { $0.nearest != nil } == 4)
  }

  @Test("a name that nothing has is told with the nearest one")
  func unknown() throws {
    let catalog = Catalog()
    catalog.define(Instrument(symbol: "EURUSD"))
    _ = catalog.spec("15min")
    let texts = ["trade.EURUS", "bar.EURUSD.15mim", "trade.EURUSD", "*.nobody", "status.plugin.x"]
    let filter = SubjectFilter(try texts.map { try SubjectPattern(parsing: $0) }, catalog: catalog)
    #expect(
      filter.unknown.map(\.description) == [
        "trade.EURUS matches nothing: there is no instrument \"EURUS\"; did you mean \"EURUSD\"?",
        "bar.EURUSD.15mim matches nothing: there is no bar spec \"15mim\"; did you mean \"15min\"?",
      ])
  }
}
