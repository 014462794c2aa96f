internal import EngineCore

/// Bars that are not cut by time.
extension BarAggregator {
  /// Hands a tick to threshold specs, at once or when it is its turn.
  @inline(never)
  mutating func count<Output: BarOutput & ~Copyable>(
    _ tick: BarTick, _ index: Int, _ mask: UInt64, to output: inout Output
  ) {
    guard options.disorderNanos > 0 else {
      build(tick, index, mask, to: &output)
      return
    }
    if tick.time < watermark.value {
      // Its turn has gone by: it counts where it comes, so that no volume is lost.
      counters.late += 1
      list(tick, index, .misplaced)
      build(tick, index, mask, to: &output)
      return
    }
    if reorder.count >= options.reorderMax, let first = reorder.take(before: .max) {
      build(first.tick, first.series, first.mask, to: &output)
    }
    reorder.insert(ReorderBuffer.Entry(tick: tick, series: index, mask: mask))
    watermark.alarm = min(watermark.alarm, tick.time.saturatingAdd(1))
  }

  /// Hands on the ticks that nothing can come before any more.
  mutating func release<Output: BarOutput & ~Copyable>(
    before time: Int64, to output: inout Output
  ) {
    while let entry = reorder.take(before: time) {
      build(entry.tick, entry.series, entry.mask, to: &output)
    }
  }

  private mutating func build<Output: BarOutput & ~Copyable>(
    _ tick: BarTick, _ index: Int, _ mask: UInt64, to output: inout Output
  ) {
    var specs = mask
    while specs != 0 {
      let spec = specs.trailingZeroBitCount
      specs &= specs &- 1
      build(tick, spec, index, to: &output)
    }
  }

  private mutating func build<Output: BarOutput & ~Copyable>(
    _ whole: BarTick, _ spec: Int, _ index: Int, to output: inout Output
  ) {
    let time = Timestamp(nanoseconds: whole.time)
    guard let day = thresholds[spec].days.interval(at: time) else {
      counters.outsideDropped += 1
      return
    }
    if !options.coversPast, facts[spec].coverage == .min { facts[spec].coverage = whole.time + 1 }
    if thresholds[spec].builds[index].day != day.tradeDay {
      if thresholds[spec].resets { complete(spec, index, to: &output) }
      thresholds[spec].builds[index].day = day.tradeDay
      thresholds[spec].builds[index].ordinal = 0
    }
    var tick = whole
    while true {
      let build = thresholds[spec].builds[index]
      let (size, isComplete) = thresholds[spec].part(
        of: tick, build, increment: series[index].increment)
      let rest = tick.size - size
      tick.size = size
      add(tick, day, spec, index)
      guard isComplete else { return }
      complete(spec, index, to: &output)
      guard rest > 0 else { return }
      tick.size = rest
    }
  }

  private mutating func add(_ tick: BarTick, _ day: BarInterval, _ spec: Int, _ index: Int) {
    var build = thresholds[spec].builds[index]
    build.progress += thresholds[spec].weight(of: tick)
    if build.fold.isNone {
      build.ordinal &+= 1
      var interval = day
      // Several bars of one nanosecond, the parts of one trade, are told apart by their starts.
      let start = max(tick.time, build.lastStart.saturatingAdd(1))
      interval.start = Timestamp(nanoseconds: start)
      interval.end = Timestamp(nanoseconds: start.saturatingAdd(1))
      build.lastStart = start
      build.fold = BarFold(tick, interval)
      build.fold.ordinal = build.ordinal
    } else {
      build.fold.add(tick)
    }
    // It ends right after its last tick.
    build.fold.end = max(build.fold.end, tick.time.saturatingAdd(1))
    thresholds[spec].builds[index] = build
  }

  /// Closes the open bar, if there is one.
  private mutating func complete<Output: BarOutput & ~Copyable>(
    _ spec: Int, _ index: Int, to output: inout Output
  ) {
    var fold = thresholds[spec].builds[index].fold
    thresholds[spec].builds[index].progress = 0
    guard !fold.isNone else { return }
    thresholds[spec].builds[index].fold = .none
    fold.state = .closed
    if fold.isPublished { fold.revision = fold.revision == .max ? .max : fold.revision + 1 }
    fold.isPublished = true
    let forgotten = thresholds[spec].histories[index].overflow(limit: options.history)
    if forgotten > 0 { thresholds[spec].histories[index].removeOldest(forgotten) }
    thresholds[spec].histories[index].append(fold)
    counters.closed += 1
    emit(fold, spec, index, to: &output)
  }
}
