internal import BarAggregation
internal import EngineCore

/// Compares what the log says of bars with what its ticks come to.
struct BarLedger: BarOutput {
  private struct Key: Hashable {
    var instrument: InstrumentID
    var spec: SpecID
    var start: Timestamp

    init(_ bar: Bar) {
      instrument = bar.instrument
      spec = bar.spec
      start = bar.start
    }
  }

  /// The log no longer has its first events.
  var isTruncated = false
  private(set) var hasTicks = false
  private var computed: [Key: Event] = [:]
  /// In the order in which they were first computed.
  private var order: [Key] = []
  private var told: [Key: Bar] = [:]
  private var toldOrder: [Key] = []
  private var marks: [Event] = []
  /// How far watermarks of a spec were told.
  private var toldThrough: [UInt16: Timestamp] = [:]

  mutating func emit(_ event: Event) {
    guard event.kind == .bar else {
      marks.append(event)
      return
    }
    let key = Key(event.bar)
    if computed.updateValue(event, forKey: key) == nil { order.append(key) }
  }

  mutating func published(_ bar: Bar) {
    let key = Key(bar)
    if told.updateValue(bar, forKey: key) == nil { toldOrder.append(key) }
  }

  mutating func published(_ watermark: Watermark) {
    guard watermark.scope == .spec else { return }
    toldThrough[watermark.id] = max(toldThrough[watermark.id] ?? .distantPast, watermark.end)
  }

  mutating func noteTick(_ event: Event) { hasTicks = true }

  /// Brings the aggregator to where the log is.
  ///
  /// - Returns: what the log should say and does not.
  mutating func settle(
    _ aggregator: inout BarAggregator, tail: LogTail, first: UInt64, last: UInt64
  ) throws(PluginError) -> [Event] {
    var owed = try restore(&aggregator, tail: tail, first: first, last: last)
    for key in toldOrder {
      if let bar = told[key] { aggregator.noteRevision(of: bar) }
    }
    for key in order {
      guard let event = computed[key], !lacksTicks(event.bar, aggregator) else { continue }
      var bar = event.bar
      if let before = told[key] {
        if isTruncated, before.firstSequence < first { continue }
        if before.state != .open, before.hasSameValues(as: bar) { continue }
        bar.revision = before.revision == .max ? .max : max(bar.revision, before.revision + 1)
        aggregator.noteRevision(of: bar)
      }
      owed.append(Event(bar))
    }
    for event in marks {
      var mark = event.watermark
      let through = toldThrough[mark.id] ?? .distantPast
      guard mark.end > through else { continue }
      mark.start = max(mark.start, through)
      owed.append(Event(mark))
    }
    return owed
  }

  /// Whether some of a bar's ticks may no longer be in the log.
  private func lacksTicks(_ bar: Bar, _ aggregator: BarAggregator) -> Bool {
    isTruncated && bar.start.nanoseconds < aggregator.coverage(of: bar.spec)
  }

  /// Bars whose ticks are partly gone go on from what was told of them.
  private func restore(
    _ aggregator: inout BarAggregator, tail: LogTail, first: UInt64, last: UInt64
  ) throws(PluginError) -> [Event] {
    guard isTruncated else { return [] }
    let bars = toldOrder.compactMap { told[$0] }
    let instruments = Set(bars.map(\.instrument))
    var ticks: [InstrumentID: [Event]] = [:]
    try tail.events(from: first, through: last) { event in
      guard instruments.contains(event.instrument), event.kind == .trade || event.kind == .quote
      else { return }
      ticks[event.instrument, default: []].append(event)
    }
    let through = Dictionary(uniqueKeysWithValues: toldThrough.map { (SpecID($0.key), $0.value) })
    return aggregator.restore(bars, from: first, through: through, ticks: ticks)
  }
}

extension Bar {
  /// Whether both say the same of the interval.
  func hasSameValues(as other: Bar) -> Bool {
    count == other.count && open == other.open && high == other.high && low == other.low
      && close == other.close && volume == other.volume && notional == other.notional
      && buyVolume == other.buyVolume && end == other.end
      && (state == .void) == (other.state == .void)
  }
}
