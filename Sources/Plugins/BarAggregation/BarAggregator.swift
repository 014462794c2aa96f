public import EngineCore

/// Makes bars of ticks: any number of specs, any number of instruments, exact in every field.
///
/// A value without clock or I/O. Events go in (`receive`), bars and watermarks come out, and what
/// comes out depends on nothing but what went in. Finer bars feed coarser ones, so that a further
/// spec costs something per bar, not per tick.
public struct BarAggregator: Sendable {
  /// Most specs at one time: sets of them are words of 64 bits.
  public static let specsMax = 64

  public let options: BarOptions
  public internal(set) var counters = BarCounters()
  /// The newest late ticks, oldest first.
  public internal(set) var lateTicks: [LateTick] = []

  let describe: @Sendable (InstrumentID) -> BarInstrument
  /// By spec number; nil where one was removed.
  var specs: [BarSpecEntry?] = []
  /// The same in short, for what happens per tick and per bar.
  var facts: [BarSpecFacts] = []
  /// By spec number; of the other kind an unused one.
  var nodes: [TimeNode] = []
  var thresholds: [ThresholdNode] = []
  /// Spec numbers, feeders before what they feed.
  var order: [Int] = []
  var plans: [BarSpecPlan] = []
  /// For each plan and spec, those that the spec feeds: what the plans say, side by side.
  var feeds: [UInt64] = []
  /// The plans of series that come now, by the specs that they have.
  var newPlans: [UInt64: Int] = [:]
  var series: [BarSeries] = []
  var keys: [String] = []
  /// The series of an instrument, −1 for those not seen yet.
  var slots: [Int32] = []
  /// By instrument, too.
  var routes: [BarRoute] = []
  /// The open bar of each cell, `none` where there is none. A cell is a spec of a series; those of
  /// one spec are side by side, in the order of the series' rows (`layOut`).
  var open: [BarFold] = []
  /// How many series there is room for: cells of a spec.
  var rows = 0
  /// How many series have come since the rows were in the order of instruments.
  var unsortedRows = 0
  /// The finished bars of each cell.
  var archive = BarArchive()
  var watermark: BarWatermark
  /// Ticks of threshold bars that wait until no earlier one can come.
  var reorder = ReorderBuffer()
  /// The least `nextEnd` of all nodes.
  var nextEnd = Int64.max
  /// Bars from before the log began were there and are not known.
  var forgetsUncovered = false
  /// Set when the tick that is being handled met a closed bar.
  var lateness = Lateness.none
  /// What closed bars lack, since it was taken.
  private(set) var omission: BarOmission?

  enum Lateness {
    case none
    case amended
    case forgotten
    case dropped
  }

  /// - Parameter describe: asked once for each instrument.
  public init(
    options: BarOptions = BarOptions(),
    describe: @escaping @Sendable (InstrumentID) -> BarInstrument
  ) {
    self.options = options
    self.describe = describe
    watermark = BarWatermark(options)
  }

  // MARK: Ticks

  /// Handles events in the order of the log; of kinds that mean nothing here it takes no notice.
  ///
  /// - Parameter recall: where the ticks of earlier events can be read again, for corrections.
  public mutating func receive<Output: BarOutput & ~Copyable>(
    _ batch: Span<Event>, recall: (any TickRecall)? = nil, to output: inout Output
  ) {
    archive.prepare(for: series.count &* specs.count)
    var index = addInOrder(batch, from: 0)
    while index < batch.count {
      receive(batch[index], recall: recall, to: &output)
      index = addInOrder(batch, from: index + 1)
    }
  }

  /// See `receive(_:recall:to:)` for a batch.
  public mutating func receive<Output: BarOutput & ~Copyable>(
    _ event: Event, recall: (any TickRecall)? = nil, to output: inout Output
  ) {
    switch event.kindCode {
    case EventKind.trade.rawValue:
      receive(event.trade, sequence: event.sequence, to: &output)
    case EventKind.quote.rawValue:
      receive(event.quote, sequence: event.sequence, to: &output)
    case EventKind.correction.rawValue:
      correct(event.correction, sequence: event.sequence, recall: recall, to: &output)
    case EventKind.time.rawValue: advance(to: event.engineTime.time, output: &output)
    case EventKind.gap.rawValue: markInexact()
    default: break
    }
  }

  @inline(__always)
  private mutating func receive<Output: BarOutput & ~Copyable>(
    _ trade: Trade, sequence: UInt64, to output: inout Output
  ) {
    let index = slot(of: trade.instrument)
    counters.trades &+= 1
    let tick = BarTick(trade, sequence: sequence)
    var roots = series[index].tradeRoots
    while roots != 0 {
      let node = roots.trailingZeroBitCount
      roots &= roots &- 1
      add(tick, node, index, to: &output)
    }
    let counting = series[index].tradeThresholds
    if counting != 0 { count(tick, index, counting, to: &output) }
    noteLateness(of: tick, index)
    if watermark.observe(
      source: tick.source, time: tick.time, received: trade.receiveTime.nanoseconds)
    {
      close(to: &output)
    }
  }

  @inline(__always)
  private mutating func receive<Output: BarOutput & ~Copyable>(
    _ quote: Quote, sequence: UInt64, to output: inout Output
  ) {
    let index = slot(of: quote.instrument)
    counters.quotes &+= 1
    var roots = series[index].quoteRoots
    var last: BarTick?
    while roots != 0 {
      let node = roots.trailingZeroBitCount
      roots &= roots &- 1
      guard let price = quote.price(facts[node].price) else { continue }
      let tick = BarTick(quote, price: price, sequence: sequence)
      if !facts[node].isTime {
        count(tick, index, 1 << UInt64(node), to: &output)
      } else {
        add(tick, node, index, to: &output)
      }
      last = tick
    }
    if let last { noteLateness(of: last, index) }
    if watermark.observe(
      source: quote.source.raw, time: quote.time, received: quote.receiveTime.nanoseconds)
    {
      close(to: &output)
    }
  }

  @inline(__always)
  private mutating func add<Output: BarOutput & ~Copyable>(
    _ tick: BarTick, _ node: Int, _ index: Int, to output: inout Output
  ) {
    let cell = cell(node, index)
    if open[cell].contains(tick.time) {
      open[cell].add(tick)
    } else {
      place(tick, node, index, to: &output)
    }
  }

  /// Takes in the engine's time: silent sources may hold nobody up any more.
  public mutating func advance<Output: BarOutput & ~Copyable>(
    to time: Timestamp, output: inout Output
  ) {
    watermark.advance(to: time.nanoseconds)
    close(to: &output)
  }

  // MARK: Instruments

  @inline(__always)
  mutating func slot(of instrument: InstrumentID) -> Int {
    let id = Int(instrument.raw)
    if id < slots.count, slots[id] >= 0 { return Int(slots[id]) }
    return adopt(instrument)
  }

  /// The first tick of an instrument.
  @inline(never)
  private mutating func adopt(_ instrument: InstrumentID) -> Int {
    let id = Int(instrument.raw)
    if id >= slots.count {
      let more = max(id + 1, slots.count * 2) - slots.count
      slots += Array(repeating: -1, count: more)
      routes += Array(repeating: BarRoute(), count: more)
    }
    if series.count == rows { layOut(rows: max(64, rows + rows / 4)) }
    slots[id] = Int32(series.count)
    let description = describe(instrument)
    series.append(
      BarSeries(
        instrument: instrument, row: Int32(series.count),
        increment: max(description.increment.raw, 1), plan: 0,
        tradeRoots: 0, tradeThresholds: 0, quoteRoots: 0))
    unsortedRows += 1
    keys.append(description.key)
    for spec in specs.indices where specs[spec] != nil && !facts[spec].isTime {
      thresholds[spec].addSeries()
    }
    plan(series.count - 1)
    if forgetsUncovered { forgetUncovered(series.count - 1) }
    return series.count - 1
  }

  /// Where a spec of a series is in `open` and in the archive.
  @inline(__always)
  func cell(_ spec: Int, _ index: Int) -> Int { spec &* rows &+ Int(series[index].row) }

  /// The series of an instrument that has ticked.
  func index(of instrument: InstrumentID) -> Int? {
    let id = Int(instrument.raw)
    return id < slots.count && slots[id] >= 0 ? Int(slots[id]) : nil
  }

  // MARK: Telling

  /// Publishes the bar as it is.
  func emit<Output: BarOutput & ~Copyable>(
    _ fold: BarFold, _ spec: Int, _ index: Int, to output: inout Output
  ) {
    let facts = facts[spec]
    output.emit(
      Event(
        Bar(
          fold, instrument: series[index].instrument, spec: facts.id,
          flags: fold.start < facts.coverage ? .incompleteLeft : [])))
  }

  /// Lists the tick that was just handled if it met a closed bar.
  @inline(__always)
  mutating func noteLateness(of tick: BarTick, _ index: Int) {
    if lateness != .none { list(tick, index) }
  }

  @inline(never)
  private mutating func list(_ tick: BarTick, _ index: Int) {
    counters.late += 1
    let outcome: LateTick.Outcome
    switch lateness {
    case .none, .amended: outcome = .amended
    case .forgotten:
      counters.lateForgotten += 1
      outcome = .forgotten
    case .dropped:
      counters.lateDropped += 1
      outcome = .dropped
    }
    lateness = .none
    list(tick, index, outcome)
  }

  mutating func list(_ tick: BarTick, _ index: Int, _ outcome: LateTick.Outcome) {
    // The oldest give way in pieces, so that the list is not moved for every tick.
    if lateTicks.count >= options.lateListMax + options.lateListMax / 4 {
      lateTicks.removeSubrange(0..<lateTicks.count - options.lateListMax)
    }
    lateTicks.append(
      LateTick(
        instrument: series[index].instrument, time: Timestamp(nanoseconds: tick.time),
        price: Price(raw: tick.price), size: Quantity(raw: tick.size), sequence: tick.sequence,
        lateNanos: Timestamp(nanoseconds: watermark.value).nanos(
          since: Timestamp(nanoseconds: tick.time)), outcome: outcome))
  }

  /// Remembers that closed bars lack something.
  mutating func omit(_ positions: ClosedRange<UInt64>, count: UInt32 = 1) {
    let more = BarOmission(positions, count: UInt64(count))
    if omission?.add(more) == nil { omission = more }
  }

  /// What closed bars lack of the events since the last time; nil for nothing.
  public mutating func takeOmission() -> BarOmission? {
    defer { omission = nil }
    return omission
  }

  /// What closed bars lack was told through a position.
  public mutating func toldOmission(through position: UInt64) {
    omission = omission?.after(position)
  }

  /// Ticks were lost: no open bar is known to be whole.
  mutating func markInexact() {
    for cell in open.indices where !open[cell].isNone { open[cell].flags.insert(.inexact) }
    for node in thresholds.indices { thresholds[node].markInexact() }
  }
}
