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
    let (routes, histories) = (routes.span, histories.span)
    var bars = open.mutableSpan
    var nodes = nodes.mutableSpan
    // In a variable of this function it stays in registers.
    var here = stretch
    var index = start
    while index < batch.count, batch[index].kindCode == Kind.code,
      batch[index].scope == here.source
    {
      let instrument = Int(batch[index].instrument.raw)
      guard instrument < routes.count else { break }
      let way = Kind.way(batch[index], routes[instrument])
      guard !here.mayClose(way.tick.time) else { break }
      if way.cell >= 0 {
        guard
          bars[Int(way.cell)].addIfNext(way.tick)
            || begin(kind, batch[index], routes[instrument], histories, &bars, &nodes)
        else { break }
      } else if way.cell == BarRoute.unclear {
        break
      }
      here.observe(time: way.tick.time, received: way.received)
      index &+= 1
    }
    stretch = here
    return index
  }

  /// The first tick of a bar that nothing speaks against.
  @inline(never)
  private static func begin<Kind: BarTickKind>(
    _ kind: Kind.Type, _ event: Event, _ route: BarRoute, _ histories: borrowing Span<BarHistory>,
    _ bars: inout MutableSpan<BarFold>, _ nodes: inout MutableSpan<TimeNode>
  ) -> Bool {
    // Made again rather than handed over, which would take it out of registers for all ticks.
    let way = Kind.way(event, route)
    let cell = Int(way.cell)
    guard bars[cell].isNone,
      let interval = nodes[way.spec].interval(
        at: way.tick.time, after: histories[cell].newestStart)
    else { return false }
    bars[cell] = BarFold(way.tick, interval)
    nodes[way.spec].register(event.instrument, interval)
    return true
  }
}
