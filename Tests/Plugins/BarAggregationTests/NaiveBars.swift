import BarAggregation
import EngineCore

/// Bars in the plainest way: sort all ticks, group them by interval, look.
enum NaiveBars {
  static func bars(_ events: [Event], _ text: String, _ book: CalendarBook) throws -> [String] {
    let spec = try BarSpec(parsing: text)
    guard case .time(let count, let unit) = spec.measure else { return [] }
    var grid = BarGrid(
      count: count, unit: unit, calendar: try book.calendar(named: spec.calendar ?? "utc"))
    var groups: [Key: [Trade]] = [:]
    let sorted = events.filter { $0.kind == .trade }.sorted { left, right in
      let (a, b) = (left.trade, right.trade)
      return (a.eventTime.nanoseconds, a.venueSequence, a.source.raw, left.sequence)
        < (b.eventTime.nanoseconds, b.venueSequence, b.source.raw, right.sequence)
    }
    for event in sorted {
      guard let interval = grid.interval(at: event.trade.eventTime) else { continue }
      let key = Key(
        start: interval.start.nanoseconds, end: interval.end.nanoseconds,
        instrument: event.instrument.raw)
      groups[key, default: []].append(event.trade)
    }
    return groups.keys.sorted().compactMap { key in groups[key].map { line(key, $0) } }
  }

  private struct Key: Hashable, Comparable {
    var start: Int64
    var end: Int64
    var instrument: UInt32
    static func < (a: Key, b: Key) -> Bool { (a.start, a.instrument) < (b.start, b.instrument) }
  }

  private static func line(_ key: Key, _ trades: [Trade]) -> String {
    let prices = trades.map(\.price.raw)
    let volume = trades.reduce(Int128(0)) { $0 + Int128($1.size.raw) }
    let notional = trades.reduce(Int128(0)) { $0 + Int128($1.price.raw) * Int128($1.size.raw) }
    let bought = trades.filter { $0.side == .buy }.reduce(0) { $0 + $1.size.raw }
    return
      "\(key.instrument) \(key.start) \(key.end) \(prices[0]) \(prices.max() ?? 0) "
      + "\(prices.min() ?? 0) \(prices[prices.count - 1]) \(volume) \(notional) \(bought) "
      + "\(trades.count)"
  }

  /// The last version of each bar of a spec that an aggregator has put out.
  static func final(_ bars: [Bar], _ id: SpecID) -> [String] {
    var final: [Key: Bar] = [:]
    for bar in bars where bar.spec == id && bar.state != .open {
      let key = Key(
        start: bar.start.nanoseconds, end: bar.end.nanoseconds, instrument: bar.instrument.raw)
      final[key] = bar
    }
    return final.keys.sorted().compactMap { key in
      guard let bar = final[key], bar.state != .void else { return nil }
      return
        "\(key.instrument) \(key.start) \(key.end) \(bar.open.raw) \(bar.high.raw) "
        + "\(bar.low.raw) \(bar.close.raw) \(bar.volume) \(bar.notional) \(bar.buyVolume.raw) "
        + "\(bar.count)"
    }
  }
}
