internal import EngineCore

/// Trades, quotes, bars, corrections.
extension EventEncoder {
  mutating func writeTrade(_ event: Event, _ cursor: inout JSONCursor) {
    let trade = event.trade
    cursor.literal("{\"T\":\"trade\"")
    sequence(event, &cursor)
    let decimals = instrument(event, &cursor)
    number(",\"p\":", trade.price.raw, decimals.price, &cursor)
    number(",\"s\":", trade.size.raw, decimals.size, &cursor)
    switch trade.side {
    case .buy: cursor.literal(",\"d\":\"buy\"")
    case .sell: cursor.literal(",\"d\":\"sell\"")
    case .unknown: break
    }
    time(",\"t\":", trade.eventTime, &cursor)
    if isFull {
      receipt(trade.receiveTime, trade.source, &cursor)
      if trade.venueSequence > 0 {
        // Venues use all 64 bits, which a double does not hold.
        cursor.literal(",\"v\":\"")
        cursor.unsigned(trade.venueSequence)
        cursor.byte(UInt8(ascii: "\""))
      }
    }
    guard trade.flags.contains(.conflated) else { return }
    let range = event.tradeRange
    cursor.literal(",\"m\":{")
    number("\"o\":", range.first.raw, decimals.price, &cursor)
    number(",\"h\":", range.high.raw, decimals.price, &cursor)
    number(",\"l\":", range.low.raw, decimals.price, &cursor)
    cursor.literal(",\"v\":")
    cursor.wide(range.volume, isNotional: false)
    count(",\"n\":", range.count, &cursor)
    cursor.byte(UInt8(ascii: "}"))
  }

  mutating func writeQuote(_ event: Event, _ cursor: inout JSONCursor) {
    let quote = event.quote
    cursor.literal("{\"T\":\"quote\"")
    sequence(event, &cursor)
    let decimals = instrument(event, &cursor)
    number(",\"bp\":", quote.bid.raw, decimals.price, &cursor)
    number(",\"bs\":", quote.bidSize.raw, decimals.size, &cursor)
    number(",\"ap\":", quote.ask.raw, decimals.price, &cursor)
    number(",\"as\":", quote.askSize.raw, decimals.size, &cursor)
    time(",\"t\":", quote.eventTime, &cursor)
    if isFull { receipt(quote.receiveTime, quote.source, &cursor) }
  }

  mutating func writeBar(_ event: Event, _ cursor: inout JSONCursor) {
    let bar = event.bar
    cursor.literal("{\"T\":\"bar\"")
    sequence(event, &cursor)
    let decimals = instrument(event, &cursor)
    name(",\"b\":", UInt32(bar.spec.raw), .spec, &cursor)
    time(",\"t\":", bar.start, &cursor)
    end(",\"u\":", bar.end, &cursor)
    switch bar.state {
    case .open: word(",\"st\":", "open", &cursor)
    case .closed: word(",\"st\":", "closed", &cursor)
    case .amended: word(",\"st\":", "amended", &cursor)
    case .void: word(",\"st\":", "void", &cursor)
    }
    number(",\"o\":", bar.open.raw, decimals.price, &cursor)
    number(",\"h\":", bar.high.raw, decimals.price, &cursor)
    number(",\"l\":", bar.low.raw, decimals.price, &cursor)
    number(",\"c\":", bar.close.raw, decimals.price, &cursor)
    cursor.literal(",\"v\":")
    cursor.wide(bar.volume, isNotional: false)
    cursor.literal(",\"w\":")
    cursor.wide(bar.notional, isNotional: true)
    count(",\"n\":", UInt64(bar.count), &cursor)
    if bar.buyVolume.raw != 0 { number(",\"bv\":", bar.buyVolume.raw, 0, &cursor) }
    if bar.revision > 0 { count(",\"rev\":", UInt64(bar.revision), &cursor) }
    switch bar.reason {
    case .none: break
    case .late: word(",\"why\":", "late", &cursor)
    case .correct: word(",\"why\":", "correct", &cursor)
    case .cancel: word(",\"why\":", "cancel", &cursor)
    case .backfill: word(",\"why\":", "backfill", &cursor)
    }
    if isFull {
      count(",\"fq\":", bar.firstSequence, &cursor)
      count(",\"lq\":", bar.lastSequence, &cursor)
    }
  }

  mutating func writeCorrection(_ event: Event, _ cursor: inout JSONCursor) {
    let correction = event.correction
    cursor.literal("{\"T\":\"correction\"")
    sequence(event, &cursor)
    let decimals = instrument(event, &cursor)
    count(",\"of\":", correction.target, &cursor)
    time(",\"t0\":", correction.oldTime, &cursor)
    number(",\"p0\":", correction.oldPrice.raw, decimals.price, &cursor)
    number(",\"s0\":", correction.oldSize.raw, decimals.size, &cursor)
    if correction.isCancel {
      cursor.literal(",\"cancel\":true")
    } else {
      number(",\"p\":", correction.newPrice.raw, decimals.price, &cursor)
      number(",\"s\":", correction.newSize.raw, decimals.size, &cursor)
    }
    if isFull, correction.source != .none {
      name(",\"x\":", UInt32(correction.source.raw), .source, &cursor)
    }
  }

  /// When and from whom an event came.
  private mutating func receipt(
    _ received: Timestamp, _ source: SourceID, _ cursor: inout JSONCursor
  ) {
    end(",\"r\":", received, &cursor)
    name(",\"x\":", UInt32(source.raw), .source, &cursor)
  }
}
