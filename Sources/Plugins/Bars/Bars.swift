internal import BarAggregation
public import EngineCore

/// Makes bars of trades and quotes: any number of specs for all instruments, closed by the time of
/// the ticks, amended when late ticks and corrections come, and exact in every field.
public final class Bars: Plugin {
  public static let manifest = PluginManifest(
    kind: "bars",
    summary: "Makes exact bars of trades and quotes, by time, count, volume, notional or range.",
    // Corrections are read too; hardly any source has some.
    consumes: [.trade, .quote], produces: [.bar, .watermark], isRepeatable: true,
    commands: [
      PluginCommandDescription("list", "the specs, and what was done so far"),
      PluginCommandDescription(
        "add", "one more spec: {\"spec\": \"5m\", \"instruments\": [\"EURUSD\"]}"),
      PluginCommandDescription("remove", "a spec: {\"spec\": \"5m\"}"),
      PluginCommandDescription(
        "show",
        "bars in memory: {\"symbol\": \"EURUSD\", \"spec\": \"1m\", \"last\": 10, \"fill\": \"flat\"}"
      ),
      PluginCommandDescription("late", "the newest late ticks: {\"last\": 20}"),
      PluginCommandDescription(
        "rebuild", "compares closed bars with the ticks in the log: {\"symbol\": \"EURUSD\"}"),
    ])

  static let partialTimer = TimerID(1)
  static let clockTimer = TimerID(2)
  let settings: BarsSettings
  let context: PluginContext
  var aggregator: BarAggregator
  var specs: [RunningSpec] = []
  var book = CalendarBook()
  /// Positions through this one were read when the plugin started.
  private(set) var caughtUp: UInt64 = 0
  /// What an earlier instance has not told.
  private var owed: [Event] = []
  /// Whether bars are made of a source; by id, nil for one that was not met yet.
  private var allowedSources: [Bool?] = []
  private var partial: PartialUpdates
  /// Nil where the log ends with the process, or nobody is to be told of open bars.
  private var retelling: Retelling?
  /// The time of the log, as its events tell it.
  private(set) var now = Timestamp.distantPast

  public init(settings: BarsSettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    partial = PartialUpdates(settings.partial)
    if context.logStore != nil, settings.partial != .off {
      retelling = Retelling(reach: settings.recover)
    }
    let catalog = context.catalog
    aggregator = BarAggregator(options: settings.options) { id in
      let instrument = catalog.instrument(id)
      return BarInstrument(
        key: instrument?.key ?? "#\(id.raw)", increment: Self.increment(instrument))
    }
  }

  /// The price step: as configured, or the last decimal that people expect.
  private static func increment(_ instrument: Instrument?) -> Price {
    if let increment = instrument?.increment, increment.raw > 0 { return increment }
    var raw: Int64 = 1_000_000_000
    for _ in 0..<min(max(instrument?.pricePrecision ?? 2, 0), 9) { raw /= 10 }
    return Price(raw: raw)
  }

  public var subscription: SubscriptionRequest? {
    SubscriptionRequest(
      Interest(kinds: [.trade, .quote, .correction, .time]),
      start: .after(epoch: context.recent.epoch, sequence: caughtUp), batch: 1024)
  }

  public func start() throws {
    book = CalendarBook(custom: try settings.calendars.map { try $0.calendar(SystemZones.load) })
    var ledger = BarLedger()
    for spec in settings.specs {
      try add(try BarSpec(parsing: spec.text), instruments: spec.instruments, to: &ledger)
    }
    try catchUp(&ledger)
    context.offer(BarDesk(inbox: context.inbox) as any BarHistory, as: .barHistory)
    if !owed.isEmpty { context.timers.schedule(Self.partialTimer, at: context.clock.now()) }
  }

  /// Adds a spec to those that run.
  func add<Output: BarOutput & ~Copyable>(
    _ spec: BarSpec, instruments: [String]?, to output: inout Output
  ) throws {
    let calendar = try book.calendar(named: spec.calendar ?? "utc")
    guard let id = context.catalog.spec(spec.description) else {
      throw PluginError("there are too many bar specs")
    }
    var wanted = instruments.map { Set($0) }
    if let all = settings.instruments { wanted = wanted?.intersection(all) ?? Set(all) }
    do throws(BarAggregatorError) {
      try aggregator.add(spec, id: id, calendar: calendar, instruments: wanted, to: &output)
    } catch {
      throw PluginError(error.description)
    }
    specs.append(
      RunningSpec(spec: spec, id: id, calendar: calendar, instruments: instruments))
  }

  // MARK: Events

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    publishOwed(&output)
    var start = 0
    while start < batch.count {
      let end = start + min(retelling?.untilNext ?? .max, batch.count - start)
      take(batch.extracting(start..<end), &output)
      retell(after: end - start, &output)
      start = end
    }
    tellOmission(&output)
    schedule()
  }

  private func take(_ batch: Span<Event>, _ output: inout EventSink) {
    var start = 0
    for index in 0..<batch.count {
      guard needsOwnTurn(batch[index]) else { continue }
      takeTicks(batch.extracting(start..<index), &output)
      start = index + 1
      takeAlone(batch[index], &output)
    }
    takeTicks(batch.extracting(start..<batch.count), &output)
  }

  private func retell(after events: Int, _ output: inout EventSink) {
    let due = retelling?.due(after: events, of: aggregator.instrumentCount) ?? []
    for place in due { aggregator.publishOpen(aggregator.instrument(place), to: &output) }
  }

  /// Whether an event is handled by itself: it is no tick, or not one that counts.
  @inline(__always)
  private func needsOwnTurn(_ event: borrowing Event) -> Bool {
    let code = event.kindCode
    let isTick = code == EventKind.trade.rawValue || code == EventKind.quote.rawValue
    let isKnown = event.sequence <= caughtUp
    if !isTick || isKnown || partial.isEveryTick { return true }
    if settings.sources == nil { return false }
    return !isAllowed(event.source)
  }

  private func isAllowed(_ source: SourceID) -> Bool {
    let index = Int(source.raw)
    if index < allowedSources.count, let isAllowed = allowedSources[index] { return isAllowed }
    if index >= allowedSources.count {
      allowedSources += Array(repeating: nil, count: index + 1 - allowedSources.count)
    }
    let name = context.catalog.name(UInt32(source.raw), in: .source)
    let isAllowed = name.map { settings.sources?.contains($0) ?? true } ?? false
    allowedSources[index] = isAllowed
    return isAllowed
  }

  private func takeTicks(_ ticks: Span<Event>, _ output: inout EventSink) {
    guard ticks.count > 0 else { return }
    aggregator.receive(ticks, to: &output)
    partial.mark(ticks)
  }

  private func takeAlone(_ event: Event, _ output: inout EventSink) {
    // Gaps have no position; all else that was read before is known.
    if event.sequence <= caughtUp, event.kindCode != EventKind.gap.rawValue { return }
    switch event.kindCode {
    case EventKind.trade.rawValue, EventKind.quote.rawValue:
      guard settings.sources == nil || isAllowed(event.source) else { return }
      aggregator.receive(event, to: &output)
      if partial.isEveryTick { aggregator.publishOpen(event.instrument, to: &output) }
    case EventKind.time.rawValue:
      now = event.engineTime.time
      aggregator.receive(event, to: &output)
      if let due = partial.take(at: now) {
        for instrument in due { aggregator.publishOpen(instrument, to: &output) }
      }
    default: aggregator.receive(event, recall: recall(at: event.sequence), to: &output)
    }
  }

  /// What corrections can look up: half of the ring, so that it depends on the log alone.
  func recall(at sequence: UInt64) -> RingRecall {
    let reach = UInt64(context.recent.capacity / 2)
    return RingRecall(
      recent: context.recent, floor: sequence > reach ? sequence - reach : 1,
      isAllowed: { [self] source in settings.sources == nil || isAllowed(source) })
  }

  // MARK: Time

  /// Timers only make the lane publish the time, which `receive` then sees.
  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    publishOwed(&output)
    schedule()
  }

  private func schedule() {
    if let nanos = partial.wantsTimer {
      context.timers.schedule(
        Self.partialTimer, at: context.clock.now().advanced(byNanos: nanos))
    }
    guard let end = aggregator.nextClose else { return context.timers.cancel(Self.clockTimer) }
    let now = context.clock.now()
    let due = end.advanced(byNanos: settings.options.delayMaxNanos)
    // Bars of the past wait for ticks of the past, not for the clock.
    if aggregator.isLive {
      context.timers.schedule(
        Self.clockTimer, at: max(due, now.advanced(byNanos: settings.options.idleNanos / 4 + 1)))
    } else {
      context.timers.cancel(Self.clockTimer)
    }
  }

  // MARK: Questions and commands

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {
    guard let question = message as? BarQuestion else { return }
    switch question.subject {
    case .specs: question.answer(.success(.specs(specs.map(\.name))))
    case .makings: question.answer(.success(.makings(makings)))
    case .bars(let query):
      do throws(PluginError) {
        let shelf = BarShelf(aggregator: aggregator, specs: specs)
        question.answer(.success(.bars(try shelf.answer(query))))
      } catch {
        question.answer(.failure(error))
      }
    }
  }

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    publishOwed(&output)
    defer { schedule() }
    return try carryOut(command, &output)
  }

  // MARK: Starting where another instance stopped

  private func publishOwed(_ output: inout EventSink) {
    guard !owed.isEmpty else { return }
    for event in owed { output.publish(event) }
    owed.removeAll()
  }

  /// Reads what the log holds, as if it had been there, and finds out what was not told.
  private func catchUp(_ ledger: inout BarLedger) throws {
    let tail = context.tail(reach: UInt64(settings.recover))
    let (first, last) = (tail.first, tail.last)
    caughtUp = last
    guard last > 0 else { return }
    ledger.isTruncated = first > 1
    var book = ledger
    try tail.events(from: first, through: last) { event in
      switch event.kind {
      case .bar where event.bar.isFromSource: break
      case .bar: book.published(event.bar)
      case .watermark: book.published(event.watermark)
      case .command: replay(event.command, &book)
      case .trade, .quote:
        guard settings.sources == nil || isAllowed(event.source) else { return }
        aggregator.receive(event, to: &book)
        book.noteTick(event)
      case .correction:
        aggregator.receive(event, recall: recall(at: event.sequence), to: &book)
      case .time: aggregator.receive(event, to: &book)
      // One with a position is about what somebody else lost.
      case .gap where event.sequence == 0: aggregator.receive(event, to: &book)
      case .gap where isOwnOmission(event.gap):
        aggregator.toldOmission(through: event.gap.last)
      default: break
      }
    }
    owed = try book.settle(&aggregator, tail: tail, first: first, last: last)
    if book.hasTicks {
      context.log.info(
        "rebuilt from the log", LogField("events", last - first + 1),
        LogField("owed", owed.count))
    }
    ledger = book
  }

  /// Specs that were added and removed while an earlier instance ran.
  private func replay(_ record: CommandRecord, _ ledger: inout BarLedger) {
    guard context.catalog.text(record.plugin) == context.name,
      let text = context.catalog.text(record.command), let value = try? JSONReader().read(text),
      let name = value["command"]?.string, name == "add" || name == "remove"
    else { return }
    let command = PluginCommand(name: name, arguments: value["arguments"] ?? .null)
    // What was refused then is refused now.
    _ = try? carryOut(command, &ledger)
  }
}
