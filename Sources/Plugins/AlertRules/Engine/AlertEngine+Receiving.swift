public import EngineCore

/// Taking in events.
extension AlertEngine {
  /// Handles events in the order of the log; of kinds that mean nothing here it takes no notice.
  public mutating func receive<Output: AlertOutput & ~Copyable>(
    _ batch: Span<Event>, to output: inout Output
  ) {
    var index = skim(batch, from: 0)
    while index < batch.count {
      receive(batch[index], to: &output)
      index = skim(batch, from: index + 1)
    }
  }

  /// See `receive(_:to:)` for a batch.
  public mutating func receive<Output: AlertOutput & ~Copyable>(
    _ event: Event, to output: inout Output
  ) {
    switch event.kindCode {
    case EventKind.trade.rawValue:
      counters.trades &+= 1
      let trade = event.trade
      guard !event.flags.contains(.snapshot), isWithin(trade.instrument) else { return }
      pass(time(trade.eventTime, trade.receiveTime), event.sequence, to: &output)
      take(trade, event.sequence, to: &output)
    case EventKind.quote.rawValue:
      counters.quotes &+= 1
      let quote = event.quote
      guard !event.flags.contains(.snapshot), isWithin(quote.instrument) else { return }
      pass(time(quote.eventTime, quote.receiveTime), event.sequence, to: &output)
      take(quote, event.sequence, to: &output)
    case EventKind.bar.rawValue:
      counters.bars &+= 1
      let bar = event.bar
      guard !event.flags.contains(.snapshot), isWithin(bar.instrument) else { return }
      if options.clock == .event || clock == .min {
        pass(bar.end.nanoseconds, event.sequence, to: &output)
      }
      take(bar, event.sequence, to: &output)
    case EventKind.time.rawValue where options.clock == .engine:
      pass(event.engineTime.time.nanoseconds, event.sequence, to: &output)
    default: break
    }
  }

  /// Lets time pass without an event of the log: what is due by then happens. For the end of a
  /// file, and for hosts whose timers are not events.
  public mutating func advance<Output: AlertOutput & ~Copyable>(
    to time: Timestamp, cause: UInt64, to output: inout Output
  ) {
    pass(time.nanoseconds, cause, to: &output)
  }

  @inline(__always)
  private func time(_ eventTime: Timestamp, _ receiveTime: Timestamp) -> Int64 {
    options.clock == .engine ? receiveTime.nanoseconds : eventTime.nanoseconds
  }

  private mutating func isWithin(_ instrument: InstrumentID) -> Bool {
    if instrument.raw > 0, instrument.raw <= options.instrumentsMax { return true }
    counters.ignoredInstruments &+= 1
    return false
  }

  /// Takes in trades and quotes as long as they pass no threshold and nothing is due. Gives the
  /// first event that needs more, or the end.
  private mutating func skim(_ batch: Span<Event>, from start: Int) -> Int {
    // The first time of a log is more than one to compare with.
    guard clock != .min else { return start }
    // Out of `self` for the while, so that both can be looked at side by side.
    var tradeGates: [AlertGate] = []
    var pairs: [AlertQuoteGate] = []
    swap(&tradeGates, &gates)
    swap(&pairs, &quoteGates)
    let end = skim(batch, from: start, tradeGates.mutableSpan, pairs.mutableSpan)
    swap(&tradeGates, &gates)
    swap(&pairs, &quoteGates)
    return end
  }

  @inline(__always)
  private mutating func skim(
    _ batch: Span<Event>, from start: Int, _ gates: consuming MutableSpan<AlertGate>,
    _ pairs: consuming MutableSpan<AlertQuoteGate>
  ) -> Int {
    let isEngineTime = options.clock == .engine
    let due = due
    var clock = clock
    var trades: UInt64 = 0
    var quotes: UInt64 = 0
    var index = start
    let count = gates.count
    while index < batch.count {
      let event = batch[index]
      let number = Int(event.instrument.raw)
      guard number < count, !event.flags.contains(.snapshot) else { break }
      if event.kindCode == EventKind.trade.rawValue {
        let trade = event.trade
        let price = trade.price.raw
        let time = isEngineTime ? trade.receiveTime.nanoseconds : trade.eventTime.nanoseconds
        let gate = gates[number]
        if price > gate.above || price < gate.below || time >= due || price == .min { break }
        clock = max(clock, time)
        gates[number].last = price
        gates[number].heard = clock
        trades &+= 1
      } else if event.kindCode == EventKind.quote.rawValue {
        let quote = event.quote
        let time = isEngineTime ? quote.receiveTime.nanoseconds : quote.eventTime.nanoseconds
        if time >= due || !pairs[number].isQuiet(quote.bid.raw, quote.ask.raw) { break }
        clock = max(clock, time)
        pairs[number].bid = quote.bid.raw
        pairs[number].ask = quote.ask.raw
        gates[number].heard = clock
        quotes &+= 1
      } else {
        break
      }
      index &+= 1
    }
    self.clock = clock
    counters.trades &+= trades
    counters.quotes &+= quotes
    return index
  }
}
