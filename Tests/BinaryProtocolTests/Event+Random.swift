import EngineCore

extension Event {
  /// An event of any kind but `definition`, with ids up to 9.
  static func random(sequence: UInt64, using random: inout SeededRandom) -> Event {
    let kinds = EventKind.allCases.filter { $0 != .definition }
    let kind = kinds.randomElement(using: &random) ?? .trade
    var event = Event.random(kind, using: &random)
    event.sequence = kind == .gap ? 0 : sequence
    return event
  }

  private static func random(_ kind: EventKind, using random: inout SeededRandom) -> Event {
    let instrument = InstrumentID(.random(in: 1...9, using: &random))
    let source = SourceID(.random(in: 0...9, using: &random))
    func number() -> Int64 { Int64(bitPattern: random.next()) }
    func wide() -> Int128 { Int128(number()) << 64 | Int128(random.next()) }
    func time() -> Timestamp { Timestamp(nanoseconds: number()) }
    switch kind {
    case .trade:
      return Event(
        Trade(
          instrument: instrument, price: Price(raw: number()), size: Quantity(raw: number()),
          side: AggressorSide.allCases.randomElement(using: &random) ?? .buy, eventTime: time(),
          receiveTime: time(), venueSequence: random.next(), source: source,
          flags: [.simulated, .replayed]))
    case .quote:
      return Event(
        Quote(
          instrument: instrument, bid: Price(raw: number()), ask: .undefined,
          bidSize: Quantity(raw: number()), eventTime: time(), receiveTime: time(),
          source: source, flags: .inexact))
    case .bar:
      return Event(
        Bar(
          instrument: instrument, spec: SpecID(source.raw), state: .amended,
          revision: .random(in: 0 ... .max, using: &random),
          count: .random(in: 0 ... .max, using: &random), start: time(), end: time(),
          open: Price(raw: number()), high: Price(raw: number()), low: Price(raw: number()),
          close: Price(raw: number()), volume: wide(), notional: wide(),
          buyVolume: Quantity(raw: number()), firstSequence: random.next(),
          lastSequence: random.next()))
    case .alert:
      return Event(
        Alert(
          rule: RuleID(.random(in: 0 ... .max, using: &random)), instrument: instrument,
          state: .firing, severity: 3, generation: .random(in: 0 ... .max, using: &random),
          value: number(), threshold: number(), eventTime: time(), since: time(),
          causeSequence: random.next(), reason: TextID(7)))
    case .correction:
      return Event(
        Correction(
          target: random.next(), instrument: instrument, oldTime: time(),
          oldPrice: Price(raw: number()), oldSize: Quantity(raw: number()),
          newPrice: Price(raw: number()), newSize: Quantity(raw: number()), source: source))
    case .watermark:
      return Event(
        Watermark(scope: .spec, id: 3, start: time(), end: time(), bars: 4, empty: 5))
    case .gap:
      let first = UInt64.random(in: 1...1_000_000, using: &random)
      return Event(
        Gap(
          subscriber: TextID(9), reason: .unavailable, first: first, last: first + 5, count: 6,
          time: time()))
    case .status:
      return Event(
        Status(
          scope: .source, code: .stale, previous: .up, subject: TextID(1), reason: TextID(2),
          source: source, time: time()))
    case .time: return Event(EngineTime(time()))
    default:
      return Event(
        CommandRecord(
          plugin: TextID(3), command: TextID(4), time: time(), token: random.next()))
    }
  }

  /// A trade of an instrument whose price is its sequence: what models count with.
  static func numbered(_ sequence: UInt64, instrument: UInt32 = 1) -> Event {
    var event = Event(
      Trade(
        instrument: InstrumentID(instrument), price: Price(raw: Int64(sequence)),
        eventTime: Timestamp(nanoseconds: Int64(sequence)), receiveTime: .zero))
    event.sequence = sequence
    return event
  }
}
