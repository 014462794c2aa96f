public import EngineCore

/// Bars in memory, for questions and for updates of open bars.
extension BarAggregator {
  /// The open bar as it is now: what it has taken in, and what finer bars that feed it have not
  /// handed on yet.
  func openFold(_ spec: Int, _ index: Int) -> BarFold? {
    guard facts[spec].isTime else {
      let fold = thresholds[spec].builds[index].fold
      return fold.isNone ? nil : fold
    }
    var fold = open[cell(spec, index)]
    var feeder = plans[series[index].plan].feeders[spec]
    while let finer = feeder {
      let piece = open[cell(finer, index)]
      if !piece.isNone {
        if fold.isNone || piece.start >= fold.end {
          // The piece begins the next bar, which nothing has opened yet.
          var grid = nodes[spec].grid
          let time = Timestamp(nanoseconds: piece.start)
          guard let interval = grid.interval(at: time),
            interval.end.nanoseconds > nodes[spec].frontier
          else { return fold.isNone ? nil : fold }
          fold = piece.placed(in: interval)
        } else if fold.contains(piece.start) {
          fold.merge(piece)
        }
      }
      feeder = plans[series[index].plan].feeders[finer]
    }
    return fold.isNone ? nil : fold
  }

  /// How many instruments have had ticks.
  public var instrumentCount: Int { series.count }

  /// The instruments in the order of their first ticks.
  public func instrument(_ place: Int) -> InstrumentID { series[place].instrument }

  /// Publishes the open bars of an instrument as they are, each with a higher revision.
  public mutating func publishOpen<Output: BarOutput & ~Copyable>(
    _ instrument: InstrumentID, to output: inout Output
  ) {
    guard let index = index(of: instrument) else { return }
    let mask = plans[series[index].plan].mask
    for spec in order where mask >> UInt64(spec) & 1 != 0 {
      publishOpen(spec, index, to: &output)
    }
  }

  private mutating func publishOpen<Output: BarOutput & ~Copyable>(
    _ spec: Int, _ index: Int, to output: inout Output
  ) {
    guard var fold = openFold(spec, index) else { return }
    let isTime = facts[spec].isTime
    if isTime { makeOwn(fold, spec, index) }
    var own = isTime ? open[cell(spec, index)] : thresholds[spec].builds[index].fold
    guard own.start == fold.start else { return }
    if own.isPublished { own.revise() }
    own.isPublished = true
    if isTime { open[cell(spec, index)] = own } else { thresholds[spec].builds[index].fold = own }
    fold.revision = own.revision
    fold.state = .open
    emit(fold, spec, index, to: &output)
  }

  /// Where nothing is in a bar itself yet, because finer ones hold it all, an empty one is made
  /// that remembers its revision.
  mutating func makeOwn(_ fold: BarFold, _ spec: Int, _ index: Int) {
    guard open[cell(spec, index)].start != fold.start else { return }
    var empty = fold
    empty.empty()
    empty.flags = []
    let interval = BarInterval(
      start: Timestamp(nanoseconds: fold.start), end: Timestamp(nanoseconds: fold.end),
      tradeDay: fold.tradeDay, session: fold.session)
    var silence = BarSilence()
    absorb(empty, interval, spec, index, reason: .none, to: &silence)
  }

  /// The bars of an instrument and spec that are in memory, oldest first, the open one last.
  ///
  /// - Parameter last: at most so many of the newest.
  public func bars(_ instrument: InstrumentID, _ id: SpecID, last: Int = .max) -> [BarFold] {
    guard let index = index(of: instrument), let spec = number(of: id) else { return [] }
    var bars =
      facts[spec].isTime
      ? archive.bars(cell(spec, index), last: last)
      : Array(thresholds[spec].histories[index].bars.suffix(last))
    if let open = openFold(spec, index), open.count > 0 { bars.append(open) }
    return Array(bars.suffix(last))
  }

  /// The flags that an event of the bar carries.
  public func flags(of bar: BarFold, _ id: SpecID) -> EventFlags {
    guard let spec = number(of: id) else { return bar.flags }
    return Bar(
      bar, instrument: .none, spec: id,
      flags: bar.start < facts[spec].coverage ? .incompleteLeft : []
    ).flags
  }

  /// The bar as an event tells of it.
  public func bar(_ fold: BarFold, _ instrument: InstrumentID, _ id: SpecID) -> Bar {
    var bar = Bar(fold, instrument: instrument, spec: id, flags: [])
    bar.flags = flags(of: fold, id)
    return bar
  }

  /// The interval that a time belongs to in a spec of time.
  public func interval(_ id: SpecID, at time: Timestamp) -> BarInterval? {
    guard let spec = number(of: id), var grid = specs[spec]?.grid else { return nil }
    return grid.interval(at: time)
  }

  /// Instruments that have ticked and have the spec.
  public func instruments(of id: SpecID) -> [InstrumentID] {
    guard let spec = number(of: id) else { return [] }
    return series.filter { plans[$0.plan].mask >> UInt64(spec) & 1 != 0 }.map(\.instrument)
  }

  /// Bytes that bars take, roughly.
  public var memoryBytes: Int {
    let stride = MemoryLayout<BarFold>.stride
    var bytes = open.capacity * stride + archive.memoryBytes
    for index in specs.indices {
      bytes += thresholds[index].builds.capacity * MemoryLayout<ThresholdNode.Build>.stride
      bytes += thresholds[index].histories.reduce(0) { $0 + $1.bars.capacity * stride }
    }
    return bytes
  }
}

extension BarAggregator {
  /// Through when intervals of a spec of time are closed; nil before there is one.
  public func completeThrough(_ id: SpecID) -> Timestamp? {
    guard let spec = number(of: id), facts[spec].isTime, nodes[spec].frontier != .max else {
      return nil
    }
    return Timestamp(nanoseconds: nodes[spec].frontier)
  }

  /// The time before which bars of an instrument and spec are no longer in memory.
  public func keptFrom(_ instrument: InstrumentID, _ id: SpecID) -> Timestamp {
    guard let index = index(of: instrument), let spec = number(of: id) else { return .distantPast }
    return Timestamp(
      nanoseconds: facts[spec].isTime
        ? archive.histories[cell(spec, index)].forgottenEnd
        : thresholds[spec].histories[index].forgottenEnd)
  }
}
