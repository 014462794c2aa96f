internal import EngineCore

/// What ticks and bars change.
extension AlertEngine {
  mutating func take<Output: AlertOutput & ~Copyable>(
    _ trade: Trade, _ cause: UInt64, to output: inout Output
  ) {
    let desk = Int(trade.instrument.raw)
    open(desk, cause, to: &output)
    hear(desk)
    guard trade.price.isDefined else { return react(desk, cause, to: &output) }
    let price = trade.price.raw
    let before = gates[desk].last
    gates[desk].last = price
    desks[desk].size = trade.size.isDefined ? AlertValue(trade.size.raw) : .unknown
    desks[desk].follow(.last, price, at: trade.eventTime.nanoseconds)
    trigger(desk, .last, before, price)
    triggered += desks[desk].onTrade
    if !desks[desk].againOnTrade.isEmpty {
      triggered += desks[desk].againOnTrade
      desks[desk].againOnTrade.removeAll(keepingCapacity: true)
    }
    react(desk, cause, to: &output)
  }

  mutating func take<Output: AlertOutput & ~Copyable>(
    _ quote: Quote, _ cause: UInt64, to output: inout Output
  ) {
    let desk = Int(quote.instrument.raw)
    open(desk, cause, to: &output)
    hear(desk)
    let time = quote.eventTime.nanoseconds
    let before = (price(.mid, of: desk), price(.spread, of: desk))
    if quote.bid.isDefined {
      let before = quoteGates[desk].bid
      quoteGates[desk].bid = quote.bid.raw
      desks[desk].follow(.bid, quote.bid.raw, at: time)
      trigger(desk, .bid, before, quote.bid.raw)
    }
    if quote.ask.isDefined {
      let before = quoteGates[desk].ask
      quoteGates[desk].ask = quote.ask.raw
      desks[desk].follow(.ask, quote.ask.raw, at: time)
      trigger(desk, .ask, before, quote.ask.raw)
    }
    // An empty side leaves the last price of that side; what is between them needs both.
    let (bid, ask) = (quoteGates[desk].bid, quoteGates[desk].ask)
    if bid != .min, ask != .min {
      let (mid, spread) = (AlertQuoteGate.mid(bid, ask), AlertQuoteGate.spread(bid, ask))
      desks[desk].follow(.mid, mid, at: time)
      desks[desk].follow(.spread, spread, at: time)
      trigger(desk, .mid, before.0, mid)
      trigger(desk, .spread, before.1, spread)
    }
    triggered += desks[desk].onQuote
    if !desks[desk].againOnQuote.isEmpty {
      triggered += desks[desk].againOnQuote
      desks[desk].againOnQuote.removeAll(keepingCapacity: true)
    }
    react(desk, cause, to: &output)
  }

  mutating func take<Output: AlertOutput & ~Copyable>(
    _ bar: Bar, _ cause: UInt64, to output: inout Output
  ) {
    guard bar.state == .closed || bar.state == .amended else { return }
    let desk = Int(bar.instrument.raw)
    open(desk, cause, to: &output)
    guard let track = desks[desk].follow(bar) else { return }
    triggered += desks[desk].onBar[track]
    react(desk, cause, to: &output)
  }

  /// The value of a price as it is now; `Int64.min` before the first.
  func price(_ series: AlertSeries, of desk: Int) -> Int64 {
    let gate = quoteGates[desk]
    switch series {
    case .last: return gates[desk].last
    case .bid: return gate.bid
    case .ask: return gate.ask
    case .mid:
      return gate.bid == .min || gate.ask == .min ? .min : AlertQuoteGate.mid(gate.bid, gate.ask)
    case .spread:
      return gate.bid == .min || gate.ask == .min
        ? .min : AlertQuoteGate.spread(gate.bid, gate.ask)
    }
  }

  /// The instrument has spoken.
  private mutating func hear(_ desk: Int) {
    gates[desk].heard = clock
    guard desks[desk].isMute else { return }
    triggered += desks[desk].onSilence
    awaitSilence(desk)
  }

  /// Finds the states whose edges a price has passed; with the first price, all.
  private mutating func trigger(
    _ desk: Int, _ series: AlertSeries, _ before: Int64, _ price: Int64
  ) {
    let ladder = desk * 5 + series.index
    guard before == .min else { return ladders[ladder].move(to: price, &triggered) }
    ladders[ladder].seek(price)
    ladders[ladder].addAll(to: &triggered)
  }

  /// Looks at what was triggered, each state once, in the order of rules and instruments.
  mutating func react<Output: AlertOutput & ~Copyable>(
    _ desk: Int, _ cause: UInt64, to output: inout Output
  ) {
    evaluateTriggered(cause, to: &output)
    refreshGates(desk)
  }

  mutating func evaluateTriggered<Output: AlertOutput & ~Copyable>(
    _ cause: UInt64, to output: inout Output
  ) {
    guard !triggered.isEmpty else { return }
    var states: [Int32] = []
    swap(&states, &triggered)
    sortByRule(&states)
    var last: Int32 = -1
    for state in states where state != last {
      last = state
      evaluate(Int(state), cause, to: &output)
    }
    refreshDue()
    states.removeAll(keepingCapacity: true)
    swap(&states, &triggered)
  }

  private func sortByRule(_ states: inout [Int32]) {
    func key(_ state: Int32) -> UInt64 {
      let instance = instances[Int(state)]
      return Self.number(instance.rule, instance.instrument)
    }
    var isSorted = true
    for index in states.indices.dropFirst()
    where isSorted && key(states[index - 1]) > key(states[index]) {
      isSorted = false
    }
    if !isSorted { states.sort { key($0) < key($1) } }
  }

  /// What the next tick of an instrument has to be compared with.
  mutating func refreshGates(_ desk: Int) {
    let first = desk * 5
    let isTradeBusy =
      desks[desk].isMute || !desks[desk].againOnTrade.isEmpty || !desks[desk].onTrade.isEmpty
      || desks[desk].hasTradeWindow || isNew(first, gates[desk].last)
    gates[desk].above = isTradeBusy ? .min : ladders[first].above
    gates[desk].below = ladders[first].below
    refreshQuoteGate(desk)
  }

  private mutating func refreshQuoteGate(_ desk: Int) {
    let first = desk * 5
    let both = price(.mid, of: desk)
    let isQuoteBusy =
      desks[desk].isMute || !desks[desk].againOnQuote.isEmpty || !desks[desk].onQuote.isEmpty
      || desks[desk].hasQuoteWindow || isNew(first + 1, quoteGates[desk].bid)
      || isNew(first + 2, quoteGates[desk].ask) || isNew(first + 3, both)
      || isNew(first + 4, both)
    quoteGates[desk].bidAbove = isQuoteBusy ? .min : ladders[first + 1].above
    quoteGates[desk].bidBelow = ladders[first + 1].below
    quoteGates[desk].askAbove = ladders[first + 2].above
    quoteGates[desk].askBelow = ladders[first + 2].below
    quoteGates[desk].midAbove = ladders[first + 3].above
    quoteGates[desk].midBelow = ladders[first + 3].below
    quoteGates[desk].spreadAbove = ladders[first + 4].above
    quoteGates[desk].spreadBelow = ladders[first + 4].below
  }

  /// There are edges and no price yet.
  private func isNew(_ ladder: Int, _ price: Int64) -> Bool {
    price == .min && !ladders[ladder].isEmpty
  }
}
