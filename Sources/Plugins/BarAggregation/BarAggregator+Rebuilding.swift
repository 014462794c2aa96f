public import EngineCore

/// Computing bars anew from the log.
extension BarAggregator {
  /// Compares the closed bars of an instrument with what its ticks in the log come to, and amends
  /// those that differ.
  ///
  /// - Parameters:
  ///   - first: the oldest position that the log still has.
  ///   - last: the newest one that counts.
  public mutating func rebuild<Output: BarOutput & ~Copyable>(
    _ instrument: InstrumentID, recall: any TickRecall, first: UInt64, last: UInt64,
    to output: inout Output
  ) -> BarRebuild {
    var result = BarRebuild()
    guard let index = index(of: instrument) else { return result }
    let fresh = recomputed(index, recall: recall, first: first, last: last)
    let mask = plans[series[index].plan].mask
    for spec in order where mask >> UInt64(spec) & 1 != 0 && facts[spec].isTime {
      var computed: [Int64: BarFold] = [:]
      for bar in fresh.bars(instrument, facts[spec].id) { computed[bar.start] = bar }
      let cell = cell(spec, index)
      for place in 0..<archive.histories[cell].count {
        let bar = archive[cell, place]
        guard bar.state != .open else { continue }
        guard bar.firstSequence >= first, let new = computed[bar.start] else {
          result.unknown += 1
          continue
        }
        result.checked += 1
        guard !new.hasSameValues(as: bar) || bar.flags.contains(.inexact) else { continue }
        result.amended += 1
        archive.update(cell, place) { $0.take(new) }
        publishAmended(spec, index, place, .backfill, to: &output)
      }
    }
    return result
  }

  /// An aggregator of one instrument that has read the log.
  private func recomputed(
    _ index: Int, recall: any TickRecall, first: UInt64, last: UInt64
  ) -> BarAggregator {
    var options = options
    options.coversPast = true
    options.history = max(options.history, 4096)
    options.amendNanos = .max
    let one = series[index]
    let key = keys[index]
    var fresh = BarAggregator(options: options) { _ in
      BarInstrument(key: key, increment: Price(raw: one.increment))
    }
    var silence = BarSilence()
    for spec in order {
      guard let entry = specs[spec], let grid = entry.grid,
        entry.instruments?.contains(key) ?? true
      else { continue }
      // Ids are unique here, so this cannot fail.
      try? fresh.add(entry.spec, id: facts[spec].id, calendar: grid.calendar, to: &silence)
    }
    _ = recall.events(from: first, through: last) { event in
      guard event.instrument == one.instrument,
        event.kind == .trade || event.kind == .quote || event.kind == .correction
      else { return }
      fresh.receive(event, recall: recall, to: &silence)
    }
    fresh.finish(to: &silence)
    return fresh
  }
}
