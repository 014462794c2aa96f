internal import EngineCore

/// The short way of nearly every tick: the next one of its series.
extension BarAggregator {
  /// Adds ticks from an index on for as long as each is the newest of its bar, or begins the next
  /// one where none is open, and closes none.
  ///
  /// - Returns: the index of the first event that takes more.
  mutating func addInOrder(_ batch: borrowing Span<Event>, from start: Int) -> Int {
    // What a bar met on being handed on is told of the next tick.
    guard lateness == .none else { return start }
    var index = start
    while index < batch.count {
      let (code, source) = (batch[index].kindCode, batch[index].scope)
      let isTrade = code == EventKind.trade.rawValue
      guard isTrade || code == EventKind.quote.rawValue, var stretch = watermark.stretch(of: source)
      else { break }
      let end =
        isTrade
        ? Self.extend(
          &stretch, BarWay.OfTrade.self, batch, index, routes, archive.histories, &open, &nodes)
        : Self.extend(
          &stretch, BarWay.OfQuote.self, batch, index, routes, archive.histories, &open, &nodes)
      watermark.end(stretch)
      if isTrade {
        counters.trades &+= UInt64(end - index)
      } else {
        counters.quotes &+= UInt64(end - index)
      }
      index = end
      // Where another source or kind goes on there is more to add.
      guard index < batch.count, batch[index].scope != source || batch[index].kindCode != code
      else { break }
    }
    return index
  }

  /// Adds ticks of one source and kind. A function of its own, as spans of two properties of one
  /// value cannot be had at a time.
  private static func extend<Kind: BarTickKind>(
    _ stretch: inout BarStretch, _ kind: Kind.Type, _ batch: borrowing Span<Event>,
    _ start: Int, _ routes: [BarRoute], _ histories: [BarHistory], _ open: inout [BarFold],
    _ nodes: inout [TimeNode]
  ) -> Int {
    let ticks = batch.extracting(start..<batch.count)
    let (routes, histories) = (routes.span, histories.span)
    var index = 0
    while true {
      index = run(&stretch, kind, ticks, index, routes, &open)
      // The first tick of a bar that nothing speaks against, or one that goes nowhere.
      guard index < ticks.count, ticks[index].stream == ticks[0].stream else { break }
      let instrument = ticks[index].instrument
      guard Int(instrument.raw) < routes.count else { break }
      let way = Kind.way(ticks[index], routes[Int(instrument.raw)])
      guard way.tick.time < stretch.bound else { break }
      if way.cell >= 0 {
        let cell = Int(way.cell)
        guard open[cell].isNone,
          let interval = begin(
            instrument, at: way.tick.time, after: histories[cell].newestStart, &nodes[way.spec])
        else { break }
        open[cell] = BarFold(way.tick, interval)
      } else if way.cell == BarRoute.unclear {
        break
      }
      stretch.observe(time: way.tick.time, received: way.received)
      index &+= 1
    }
    return start + index
  }

  /// Adds ticks for as long as each is the next one of an open bar: what all others take has no
  /// place in this loop, not even in its registers.
  ///
  /// - Returns: the index of the first other one.
  @inline(never)
  private static func run<Kind: BarTickKind>(
    _ stretch: inout BarStretch, _ kind: Kind.Type, _ ticks: borrowing Span<Event>, _ start: Int,
    _ routes: borrowing Span<BarRoute>, _ open: inout [BarFold]
  ) -> Int {
    var bars = open.mutableSpan
    let (stream, bound) = (ticks[0].stream, stretch.bound)
    var (newest, now) = (stretch.newest, stretch.now)
    var index = start
    while index < ticks.count {
      let instrument = Int(ticks[index].instrument.raw)
      guard ticks[index].stream == stream, instrument < routes.count else { break }
      let way = Kind.way(ticks[index], routes[instrument])
      // One comparison for both: where no bar takes it, the number is negative.
      let cell = Int(truncatingIfNeeded: UInt32(bitPattern: way.cell))
      guard way.tick.time < bound, cell < bars.count, bars[cell].addIfNext(way.tick)
      else { break }
      newest = max(newest, way.tick.time)
      now = max(now, way.received)
      index &+= 1
    }
    (stretch.newest, stretch.now) = (newest, now)
    return index
  }

  /// The interval of a bar that can simply be begun, which is then known to have it.
  @inline(never)
  private static func begin(
    _ instrument: InstrumentID, at time: Int64, after newestStart: Int64, _ node: inout TimeNode
  ) -> BarInterval? {
    guard let interval = node.interval(at: time, after: newestStart) else { return nil }
    node.register(instrument, interval)
    return interval
  }
}
