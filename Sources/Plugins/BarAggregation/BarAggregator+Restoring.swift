public import EngineCore

/// Taking up where another instance stopped.
extension BarAggregator {
  /// The time before which bars may lack ticks; `min` when nothing is missing or nothing came yet.
  public func coverage(of id: SpecID) -> Int64 {
    number(of: id).map { facts[$0].coverage } ?? .min
  }

  /// A bar that was told of before goes on with higher revisions.
  public mutating func noteRevision(of bar: Bar) {
    guard let index = index(of: bar.instrument), let spec = number(of: bar.spec) else { return }
    let start = bar.start.nanoseconds
    func raise(_ fold: inout BarFold) {
      fold.revision = max(fold.revision, bar.revision)
      fold.isPublished = true
    }
    guard facts[spec].isTime else {
      if thresholds[spec].builds[index].fold.start == start {
        raise(&thresholds[spec].builds[index].fold)
      }
      return
    }
    if let open = openFold(spec, index), open.start == start { makeOwn(open, spec, index) }
    let cell = cell(spec, index)
    if self.open[cell].start == start {
      raise(&self.open[cell])
    } else if let place = archive.place(cell, of: start) {
      archive.update(cell, place, raise)
    }
  }

  /// Takes over bars of time whose first ticks are no longer in the log from the events that told
  /// of them. Bars that were there once and are not known any more are not made anew by late ticks.
  ///
  /// - Parameters:
  ///   - first: where the log begins.
  ///   - told: the last event of each bar: all its ticks through its last sequence.
  ///   - through: how far intervals of a spec were told to be complete.
  ///   - ticks: of each instrument, those that the log still has.
  /// - Returns: bars that were told as open and are over.
  public mutating func restore(
    _ told: [Bar], from first: UInt64, through: [SpecID: Timestamp],
    ticks: [InstrumentID: [Event]]
  ) -> [Event] {
    var output = BarCollector()
    for spec in order where facts[spec].isTime {
      if nodes[spec].frontier == .max, let end = through[facts[spec].id] {
        nodes[spec].begin(at: end.nanoseconds)
        facts[spec].coverage = end.nanoseconds
      }
    }
    refreshNextEnd()
    forgetsUncovered = true
    for bar in told { _ = slot(of: bar.instrument) }
    for index in series.indices { forgetUncovered(index) }
    // Finer ones first: what they hold is taken off the coarser ones.
    for spec in order where facts[spec].isTime {
      for bar in told
      where bar.spec == facts[spec].id
        && (bar.start.nanoseconds < facts[spec].coverage || bar.firstSequence < first)
      {
        restore(
          bar, spec, slot(of: bar.instrument), ticks[bar.instrument] ?? [], to: &output)
      }
    }
    return output.events
  }

  /// What is not in memory of the time before the log is unknown, not empty.
  mutating func forgetUncovered(_ index: Int) {
    for node in nodes.indices where facts[node].isTime {
      archive.forget(cell(node, index), before: facts[node].coverage)
    }
  }

  private mutating func restore(
    _ bar: Bar, _ spec: Int, _ index: Int, _ ticks: [Event], to output: inout BarCollector
  ) {
    let start = bar.start.nanoseconds
    guard let interval = nodes[spec].grid.interval(at: bar.start) else { return }
    let cell = cell(spec, index)
    let open = open[cell]
    let place = archive.place(cell, of: start)
    let isOver = interval.end.nanoseconds <= nodes[spec].frontier || !open.isNone
    let isNew = open.start != start && place == nil && bar.state == .open && !isOver
    let isOpen = open.start == start || isNew
    if isNew { nodes[spec].register(bar.instrument, interval) }
    let own =
      open.start == start
      ? open : place.map { archive[cell, $0] } ?? BarFold.none.placed(in: interval)
    var whole = total(bar, like: own, ticks, facts[spec].price)
    whole.revision = max(own.revision, bar.revision)
    whole.isPublished = true
    if isOpen {
      // Finer bars hand on later what they hold: without it until then.
      var feeder = plans[series[index].plan].feeders[spec]
      while let finer = feeder {
        let piece = self.open[self.cell(finer, index)]
        if !piece.isNone, whole.contains(piece.start) { whole.subtractSums(of: piece) }
        feeder = plans[series[index].plan].feeders[finer]
      }
      self.open[cell] = whole
    } else if let place {
      archive.update(cell, place) { $0 = whole }
    } else {
      whole.state = bar.state
      whole.reason = bar.reason
      let place = archive.place(cell, from: start)
      archive.insert(whole, in: cell, at: place)
      if bar.state == .open { closeBar(spec, index, place, to: &output) }
    }
  }

  /// The told bar with the ticks that came after it was told.
  private func total(
    _ bar: Bar, like own: BarFold, _ ticks: [Event], _ kind: BarSpec.PriceKind
  ) -> BarFold {
    var whole = own
    whole.count = bar.count
    whole.open = bar.open.raw
    whole.high = bar.high.raw
    whole.low = bar.low.raw
    whole.close = bar.close.raw
    whole.volume = bar.volume
    whole.notional = bar.notional
    whole.buyVolume = bar.buyVolume.raw
    whole.sellVolume = 0
    whole.knowsSells = false
    whole.firstSequence = bar.firstSequence
    whole.lastSequence = bar.lastSequence
    whole.flags = bar.flags.subtracting([.incompleteLeft, .outsideSession, .snapshot])
    if bar.count == 0 { whole.empty() }
    // Nothing that comes now opens the bar. It is closed by what comes after the last tick that is
    // known, or, of a closed bar of which none is, by nothing.
    var last = BarTick(time: bar.state == .open ? own.start : own.end - 1, price: 0, size: 0)
    var isKnown = false
    var later: [BarTick] = []
    for event in ticks {
      guard let tick = Self.tick(event, kind), own.contains(tick.time) else { continue }
      if event.sequence > bar.lastSequence {
        later.append(tick)
      } else if !isKnown || last.precedes(tick) {
        last = tick
        isKnown = true
      }
    }
    whole.setEnds(open: own.start, close: last)
    for tick in later { whole.add(tick) }
    return whole
  }

  private static func tick(_ event: Event, _ kind: BarSpec.PriceKind) -> BarTick? {
    if kind == .last {
      return event.kind == .trade ? BarTick(event.trade, sequence: event.sequence) : nil
    }
    guard event.kind == .quote, let price = event.quote.price(kind) else { return nil }
    return BarTick(event.quote, price: price, sequence: event.sequence)
  }
}
