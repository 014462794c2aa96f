import EngineCore

@testable import JournalFiles

/// Events and journals for tests.
enum Made {
  static func time(_ nanos: Int64) -> Timestamp { Timestamp(nanoseconds: nanos) }

  /// Trades and quotes as markets make them, and a few other events, of so many instruments.
  static func market(
    _ count: Int, first: UInt64 = 1, instruments: Int = 5, seed: UInt64 = 1
  ) -> [Event] {
    var random = SeededRandom(seed: seed)
    var prices = [Int64](repeating: 100_000_000_000, count: instruments + 1)
    var time: Int64 = 1_700_000_000_000_000_000 + Int64(first) * 1_000_000
    return (0..<count).map { index in
      let number = 1 + Int(random.next() % UInt64(instruments))
      time += Int64(random.next() % 1_000_000)
      prices[number] += (Int64(random.next() % 9) - 4) * 10_000_000
      var event = tick(number, prices[number], time, &random)
      if random.next() % 16 == 0 { event = other(number, time, first + UInt64(index), &random) }
      event.sequence = first + UInt64(index)
      return event
    }
  }

  /// Trades and quotes alone.
  static func ticks(_ count: Int, instruments: Int, seed: UInt64 = 1) -> [Event] {
    var ticks = market(count * 2, instruments: instruments, seed: seed).filter {
      $0.kind == .trade || $0.kind == .quote
    }
    ticks.removeLast(ticks.count - count)
    for index in ticks.indices { ticks[index].sequence = UInt64(index + 1) }
    return ticks
  }

  private static func tick(
    _ number: Int, _ price: Int64, _ time: Int64, _ random: inout SeededRandom
  ) -> Event {
    let received = Made.time(time + Int64(random.next() % 50_000))
    let size = Quantity(raw: Int64(1 + random.next() % 100) * 1_000_000_000)
    if random.next() % 2 == 0 {
      return Event(
        Trade(
          instrument: InstrumentID(UInt32(number)), price: Price(raw: price),
          size: random.next() % 20 == 0 ? .undefined : size,
          side: random.next() % 2 == 0 ? .buy : .sell, eventTime: Made.time(time),
          receiveTime: received, venueSequence: random.next() % 3, source: SourceID(1)))
    }
    let isOneSided = random.next() % 20 == 0
    return Event(
      Quote(
        instrument: InstrumentID(UInt32(number)), bid: isOneSided ? .undefined : Price(raw: price),
        ask: random.next() % 25 == 0 ? .undefined : Price(raw: price + 20_000_000),
        bidSize: size, askSize: size, eventTime: Made.time(time), receiveTime: received,
        source: SourceID(2)))
  }

  private static func other(
    _ number: Int, _ time: Int64, _ sequence: UInt64, _ random: inout SeededRandom
  ) -> Event {
    if random.next() % 3 == 0 { return Event(EngineTime(Made.time(time))) }
    return Event(
      Bar(
        instrument: InstrumentID(UInt32(number)), spec: SpecID(1), state: .closed, count: 7,
        start: Made.time(time - 60), end: Made.time(time), open: Price(raw: 1),
        high: Price(raw: 4), low: Price(raw: 0), close: Price(raw: 2), volume: 12,
        notional: -Int128(number) << 70, firstSequence: 1, lastSequence: sequence))
  }

  /// Events of all kinds with any bits wherever bits may be, and sequences with holes.
  static func hostile(_ count: Int, first: UInt64 = 1, seed: UInt64) -> [Event] {
    var random = SeededRandom(seed: seed)
    var sequence = first
    let isDense = seed % 2 == 0
    let kindCount = UInt64(1 + seed % 11)
    return (0..<count).map { _ in
      let kind =
        EventKind.allCases[Int(random.next() % kindCount)]
      var event = wild(kind, &random, isWild: seed % 3 == 0)
      event.sequence = sequence
      sequence += isDense ? 1 : 1 + random.next() % 1_000_000
      return event
    }
  }

  private static func wild(
    _ kind: EventKind, _ random: inout SeededRandom, isWild: Bool
  ) -> Event {
    func number() -> Int64 {
      switch random.next() % 8 {
      case 0: .min
      case 1: .max
      case 2: 0
      case 3: -1
      default: Int64(bitPattern: random.next() >> (isWild ? 0 : random.next() % 64))
      }
    }
    func wide() -> Int128 { Int128(number()) << 64 | Int128(random.next()) }
    let instrument = InstrumentID(
      isWild ? UInt32(truncatingIfNeeded: random.next()) : UInt32(random.next() % 9))
    let source = SourceID(UInt16(truncatingIfNeeded: isWild ? random.next() : 3))
    var flags = EventFlags(rawValue: UInt8(truncatingIfNeeded: random.next()))
    if !isWild { flags.remove(.conflated) }
    switch kind {
    case .trade:
      return Event(
        Trade(
          instrument: instrument, price: Price(raw: number()), size: Quantity(raw: number()),
          side: AggressorSide.allCases[Int(random.next() % 3)], eventTime: time(number()),
          receiveTime: time(number()), venueSequence: random.next(), source: source, flags: flags))
    case .quote:
      return Event(
        Quote(
          instrument: instrument, bid: Price(raw: number()), ask: Price(raw: number()),
          bidSize: Quantity(raw: number()), askSize: Quantity(raw: number()),
          eventTime: time(number()), receiveTime: time(number()), source: source, flags: flags))
    case .bar:
      return Event(
        Bar(
          instrument: instrument, spec: SpecID(source.raw), state: .amended, revision: .max,
          count: .max, start: time(number()), end: time(number()), open: Price(raw: number()),
          high: Price(raw: number()), low: Price(raw: number()), close: Price(raw: number()),
          volume: wide(), notional: wide(), buyVolume: Quantity(raw: number()),
          firstSequence: random.next(), lastSequence: random.next(), flags: flags))
    case .alert:
      return Event(
        Alert(
          rule: RuleID(7), instrument: instrument, state: .firing, value: number(),
          threshold: number(), eventTime: time(number()), since: time(number()),
          causeSequence: random.next()))
    case .correction:
      return Event(
        Correction(
          target: random.next(), instrument: instrument, oldTime: time(number()),
          oldPrice: Price(raw: number()), oldSize: Quantity(raw: number()),
          newPrice: Price(raw: number()), newSize: Quantity(raw: number()), source: source))
    case .watermark:
      return Event(Watermark(scope: .spec, id: 3, start: time(number()), end: time(number())))
    case .gap:
      return Event(
        Gap(
          subscriber: TextID(9), reason: .overrun, first: random.next(), last: random.next(),
          count: 6, time: time(number())))
    case .status:
      return Event(Status(scope: .source, code: .stale, source: source, time: time(number())))
    case .definition:
      return Event(Definition(namespace: .text, id: 4, text: TextID(4)))
    case .time: return Event(EngineTime(time(number())))
    case .command:
      return Event(
        CommandRecord(
          plugin: TextID(3), command: TextID(4), time: time(number()), token: random.next()))
    }
  }
}

/// A journal on a simulated disk.
struct JournalWorld {
  let disk: SimulatedDisk
  let catalog = Catalog()
  var writer: JournalWriter
  var recovery: JournalRecovery

  init(
    _ disk: SimulatedDisk = SimulatedDisk(), options: JournalOptions = JournalOptions(),
    now: Int64 = 1_000
  ) throws {
    self.disk = disk
    (writer, recovery) = try JournalWriter.open(disk, options: options, now: Made.time(now))
  }

  /// Takes events in and commits them, a part at a time.
  func record(_ events: [Event], each: Int = .max, now: Int64 = 2_000) throws {
    var index = 0
    while index < events.count {
      let end = index + min(each, events.count - index)
      try writer.append(events.span.extracting(index..<end), catalog: catalog)
      try writer.commit(now: Made.time(now))
      index = end
    }
  }

  var segmentNames: [String] {
    get throws { try disk.segmentNames() }
  }
}

extension JournalReader {
  /// All that can be read now, and all gaps.
  func readAll() throws -> (events: [Event], gaps: [JournalGap]) {
    var found: [Event] = []
    var gaps: [JournalGap] = []
    while true {
      switch try next() {
      case .end: return (found, gaps)
      case .gap(let gap): gaps.append(gap)
      case .events:
        let events = events
        for index in events.indices { found.append(events[index]) }
      }
    }
  }
}

extension JournalDisk {
  func readAll(
    from start: JournalStart = .oldest, _ filter: JournalFilter = JournalFilter()
  ) throws -> (events: [Event], gaps: [JournalGap]) {
    try JournalReader(self, from: start, filter: filter).readAll()
  }
}
