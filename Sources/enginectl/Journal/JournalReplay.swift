import BinaryProtocol
import EngineCore
import JournalFiles

/// Reads a stretch of a journal and publishes what sources had published in it.
struct JournalReplay {
  /// Events handed over at a time.
  private static let batchMax = 1_024

  private let publisher: FeedPublisher
  private let pace: ReplayPace
  private let clock: any EngineClock
  /// By id in the journal: the key, and the id that the engine's side has for it.
  private var instruments: [UInt32: Instrument] = [:]
  private var ids: [UInt32: InstrumentID] = [:]
  private var wanted: Set<String> = []
  /// When the first event happened, and when it was published.
  private var began: (event: Timestamp, monotonic: Int64)?
  private var batch: [Event] = []
  private(set) var progress = ReplayProgress()

  init(_ publisher: FeedPublisher, speed: ReplayPace, clock: any EngineClock) {
    self.publisher = publisher
    pace = speed
    self.clock = clock
  }

  /// Plays from one place to another; what the journal lacks is counted.
  mutating func run(
    _ disk: PosixDisk, from: JournalBound?, to: JournalBound?, symbols: Set<String>
  ) async throws(ControlError) {
    wanted = symbols
    let (reader, end) = try JournalTarget.files { () throws(JournalError) in
      for definition in try JournalDefinition.all(disk)
      where definition.definition.namespace == .instrument {
        instruments[definition.definition.id] =
          definition.instrument ?? Instrument(symbol: definition.text)
      }
      return (
        try JournalReader(
          disk, from: from?.start ?? .oldest,
          filter: JournalFilter(kinds: [.trade, .quote])),
        try Self.end(to, disk)
      )
    }
    try await play(reader, before: end)
    try await progress.publish(&batch, by: publisher)
    do throws(CallError) {
      progress.take(try await publisher.finish())
    } catch {
      throw .feed(error)
    }
  }

  private static func end(
    _ bound: JournalBound?, _ disk: PosixDisk
  ) throws(JournalError) -> UInt64 {
    guard let bound else { return .max }
    return try JournalReader(disk, from: bound.start).position
  }

  private mutating func play(
    _ reader: JournalReader, before end: UInt64
  ) async throws(ControlError) {
    while true {
      let step = try JournalTarget.files { () throws(JournalError) in try reader.next() }
      switch step {
      case .end: return
      case .gap(let gap):
        if gap.first >= end { return }
        progress.missing += min(gap.last, end - 1) - gap.first + 1
      case .events:
        let count = reader.events.count
        for index in 0..<count {
          let event = reader.events[index]
          if event.sequence >= end { return }
          try await take(event)
        }
        if Task.isCancelled { throw .interrupted }
      }
    }
  }

  private mutating func take(_ event: Event) async throws(ControlError) {
    guard let instrument = instruments[event.instrument.raw] else { return }
    guard wanted.isEmpty || wanted.contains(instrument.key) || wanted.contains(instrument.symbol)
    else { return }
    try await wait(for: event)
    batch.append(event.published(of: await id(of: event.instrument, instrument)))
    if batch.count == Self.batchMax { try await progress.publish(&batch, by: publisher) }
  }

  private mutating func id(
    of recorded: InstrumentID, _ instrument: Instrument
  ) async -> InstrumentID {
    if let id = ids[recorded.raw] { return id }
    let id = await publisher.define(instrument)
    ids[recorded.raw] = id
    return id
  }

  /// Waits until an event is due.
  private mutating func wait(for event: Event) async throws(ControlError) {
    guard pace != .max else { return }
    let time = event.happened
    guard let began else {
      began = (time, clock.monotonicNanos())
      return
    }
    let due = began.monotonic + pace.due(time.nanos(since: began.event))
    let left = due - clock.monotonicNanos()
    guard left > 0 else { return }
    try await progress.publish(&batch, by: publisher)
    try await JournalTarget.pause(nanos: left)
  }
}

extension Event {
  /// When it happened; of one without a time of its own when it was received.
  fileprivate var happened: Timestamp {
    switch kind {
    case .trade: trade.eventTime != .zero ? trade.eventTime : trade.receiveTime
    case .quote: quote.eventTime != .zero ? quote.eventTime : quote.receiveTime
    default: .zero
    }
  }

  /// The same for another engine, with the source left to the publisher.
  fileprivate func published(of instrument: InstrumentID) -> Event {
    if kind == .trade {
      var trade = trade
      trade.instrument = instrument
      trade.source = .none
      return Event(trade)
    }
    var quote = quote
    quote.instrument = instrument
    quote.source = .none
    return Event(quote)
  }
}
