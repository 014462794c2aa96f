internal import EngineCore

/// Corrections and cancels of trades.
extension BarAggregator {
  /// Where a trade's bar is.
  private enum Place {
    case open
    case finished(Int)
    case gone
  }

  mutating func correct<Output: BarOutput & ~Copyable>(
    _ correction: Correction, sequence: UInt64, recall: (any TickRecall)?,
    to output: inout Output
  ) {
    counters.corrections += 1
    guard let index = index(of: correction.instrument) else {
      counters.correctionsLost += 1
      omit(sequence...sequence)
      return
    }
    var target: Trade?
    _ = recall?.events(from: correction.target, through: correction.target) { event in
      if event.kind == .trade, event.instrument == correction.instrument { target = event.trade }
    }
    let inexact = counters.inexact
    let correction = BarCorrection(correction, sequence: sequence, target: target)
    let plan = plans[series[index].plan]
    // Those whose bar has taken the trade in: finer bars hand it on when they are finished.
    var holds = plan.tradeRoots
    var isKnown = false
    // Bars that are not in memory lack it.
    var isWhole = true
    for spec in order where holds >> UInt64(spec) & 1 != 0 {
      let time = Timestamp(nanoseconds: correction.old.time)
      guard let interval = nodes[spec].grid.interval(at: time) else { continue }
      switch place(of: interval, spec, index) {
      case .open:
        let cell = cell(spec, index)
        let fold = corrected(open[cell], correction, spec, index, interval, recall)
        open[cell].take(fold)
        isKnown = true
      case .finished(let place):
        let cell = cell(spec, index)
        let fold = corrected(archive[cell, place], correction, spec, index, interval, recall)
        archive.update(cell, place) { $0.take(fold) }
        if interval.end.nanoseconds <= nodes[spec].frontier {
          publishAmended(spec, index, place, correction.reason, to: &output)
        }
        holds |= plan.fed[spec]
        isKnown = true
      case .gone:
        holds |= plan.fed[spec]
        isWhole = false
      }
    }
    if !isWhole || counters.inexact > inexact { omit(sequence...sequence) }
    correctThresholds(correction, index, plan.tradeThresholds, to: &output)
    if !isKnown, plan.tradeRoots != 0 { counters.correctionsLost += 1 }
  }

  private func place(of interval: BarInterval, _ spec: Int, _ index: Int) -> Place {
    let start = interval.start.nanoseconds
    let cell = cell(spec, index)
    if open[cell].start == start { return .open }
    return archive.place(cell, of: start).map { .finished($0) } ?? .gone
  }

  /// What the bar comes to after the correction: from finer bars, by itself, or from the log.
  private mutating func corrected(
    _ fold: BarFold, _ correction: BarCorrection, _ spec: Int, _ index: Int,
    _ interval: BarInterval, _ recall: (any TickRecall)?
  ) -> BarFold {
    if let sum = refold(interval, spec, index) {
      var sum = sum
      sum.firstSequence = min(sum.firstSequence, fold.firstSequence)
      sum.lastSequence = max(sum.lastSequence, correction.sequence)
      if sum.count == 0 { sum.empty() }
      return sum
    }
    var changed = fold
    if changed.apply(correction) {
      if changed.count == 0 { changed.empty() }
      return changed
    }
    if let recall, var recalled = refold(fold, correction, index, recall) {
      recalled.lastSequence = max(recalled.lastSequence, correction.sequence)
      return recalled
    }
    counters.inexact += 1
    changed.flags.insert(.inexact)
    return changed
  }

  /// The sum of the finished bars of the feeder; nil when it does not hold all of the interval.
  private func refold(_ interval: BarInterval, _ spec: Int, _ index: Int) -> BarFold? {
    let start = interval.start.nanoseconds
    guard let feeder = plans[series[index].plan].feeders[spec], facts[feeder].coverage <= start
    else { return nil }
    let cell = cell(feeder, index)
    guard archive.histories[cell].forgottenEnd <= start else { return nil }
    var sum = BarFold.none.placed(in: interval)
    for place in archive.place(cell, from: start)..<archive.histories[cell].count {
      let piece = archive[cell, place]
      guard piece.start < interval.end.nanoseconds else { break }
      sum.merge(piece)
    }
    return sum
  }

  /// The fold of the interval's ticks in the log; nil when they are not all there any more.
  private func refold(
    _ fold: BarFold, _ correction: BarCorrection, _ index: Int, _ recall: any TickRecall
  ) -> BarFold? {
    let instrument = series[index].instrument
    var ticks: [UInt64: BarTick] = [:]
    let isComplete = recall.events(from: fold.firstSequence, through: correction.sequence) {
      event in
      guard event.instrument == instrument else { return }
      if event.kind == .trade {
        let tick = BarTick(event.trade, sequence: event.sequence)
        if fold.contains(tick.time) { ticks[event.sequence] = tick }
      } else if event.kind == .correction {
        let change = event.correction
        if change.isCancel {
          ticks[change.target] = nil
        } else if var tick = ticks[change.target] {
          tick.price = change.newPrice.raw
          tick.size = change.newSize.isDefined ? change.newSize.raw : 0
          ticks[change.target] = tick
        }
      }
    }
    guard isComplete else { return nil }
    let interval = BarInterval(
      start: Timestamp(nanoseconds: fold.start), end: Timestamp(nanoseconds: fold.end),
      tradeDay: fold.tradeDay, session: fold.session)
    var sum = BarFold.none.placed(in: interval)
    for tick in ticks.values { sum.merge(BarFold(tick, interval)) }
    sum.firstSequence = min(sum.firstSequence, fold.firstSequence)
    if sum.count == 0 { sum.empty() }
    return sum
  }

  /// Bars that are not cut by time would be cut elsewhere without the trade: they are marked, never
  /// guessed.
  private mutating func correctThresholds<Output: BarOutput & ~Copyable>(
    _ correction: BarCorrection, _ index: Int, _ mask: UInt64, to output: inout Output
  ) {
    func holds(_ fold: BarFold) -> Bool {
      fold.firstSequence <= correction.old.sequence && correction.old.sequence <= fold.lastSequence
        && fold.openTime <= correction.old.time && correction.old.time <= fold.closeTime
    }
    for spec in order where mask >> UInt64(spec) & 1 != 0 {
      let open = thresholds[spec].builds[index].fold
      if !open.isNone, holds(open) {
        thresholds[spec].builds[index].fold.flags.insert(.inexact)
        counters.inexact += 1
      }
      let history = thresholds[spec].histories[index]
      for place in history.bars.indices where holds(history[place]) {
        thresholds[spec].histories[index].update(place) { bar in
          bar.flags.insert(.inexact)
          bar.state = .amended
          bar.reason = correction.reason
          bar.revise()
        }
        counters.inexact += 1
        counters.amended += 1
        emit(thresholds[spec].histories[index][place], spec, index, to: &output)
      }
    }
  }
}
