public import EngineCore

/// A price that follows ticks.
public enum AlertSeries: String, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  /// Of the last trade.
  case last
  /// Of the last quote that had one.
  case bid
  case ask
  /// Halfway between both, half of 10⁻⁹ rounded down.
  case mid
  /// Ask less bid.
  case spread

  /// Whether trades move it; the others are moved by quotes.
  var isOfTrades: Bool { self == .last }

  init(index: Int) {
    switch index {
    case 0: self = .last
    case 1: self = .bid
    case 2: self = .ask
    case 3: self = .mid
    default: self = .spread
    }
  }

  var index: Int {
    switch self {
    case .last: 0
    case .bid: 1
    case .ask: 2
    case .mid: 3
    case .spread: 4
    }
  }
}

/// A field of the newest closed bar.
public enum AlertBarField: String, Sendable, Hashable, CaseIterable {
  case open
  case high
  case low
  case close
  case volume
  /// Trades or quotes in the bar.
  case count
  /// High less low.
  case range
  /// Open less the close before.
  case gap
  /// From open to close, in percent of open.
  case change
  /// Notional divided by volume.
  case vwap

  var type: AlertValueType {
    switch self {
    case .open, .high, .low, .close, .range, .gap, .vwap: .price
    case .volume: .size
    case .count: .count
    case .change: .percent
    }
  }
}

/// What a condition reads of an instrument.
public enum AlertTerm: Sendable, Hashable {
  public enum Extreme: String, Sendable, Hashable {
    /// A new highest or lowest price: a condition.
    case high, low
    /// The highest and lowest price before the newest: prices.
    case highest, lowest
  }

  public enum Average: String, Sendable, Hashable {
    case sma, ema, rsi
  }

  public enum Statistic: String, Sendable, Hashable {
    /// The mean of the values of so many bars before the newest.
    case mean
    /// How many deviations the newest lies above that mean.
    case zscore
  }

  case series(AlertSeries)
  /// Of the last trade.
  case size
  /// In percent against the price a window ago.
  case change(window: Int64, of: AlertSeries)
  case extreme(Extreme, window: Int64, of: AlertSeries)
  /// No trade and no quote for so long while the market is open.
  case stale(Int64)
  case bar(BarSpec, AlertBarField)
  case average(Average, BarSpec, length: Int)
  /// Over so many bars, or since the beginning of the trading day.
  case vwap(BarSpec, length: Int?)
  case statistic(Statistic, BarSpec, AlertBarField, length: Int)

  public var type: AlertValueType {
    switch self {
    case .series: .price
    case .size: .size
    case .change: .percent
    case .extreme(let extreme, _, _):
      extreme == .high || extreme == .low ? .condition : .price
    case .stale: .condition
    case .bar(_, let field): field.type
    case .average(let average, _, _): average == .rsi ? .number : .price
    case .vwap: .price
    case .statistic(let statistic, _, let field, _): statistic == .mean ? field.type : .number
    }
  }

  /// The bar spec that it needs.
  public var spec: BarSpec? {
    switch self {
    case .bar(let spec, _), .average(_, let spec, _), .vwap(let spec, _),
      .statistic(_, let spec, _, _):
      spec
    case .series, .size, .change, .extreme, .stale: nil
    }
  }

  /// The newest bar counts, and so many before it.
  var barsNeeded: Int {
    switch self {
    case .bar: 2
    case .average(let average, _, let length): average == .sma ? length : 1
    case .vwap(_, let length): length ?? 1
    case .statistic(_, _, let field, let length): length + (field == .gap ? 2 : 1)
    case .series, .size, .change, .extreme, .stale: 0
    }
  }

  /// The window of prices that it looks at.
  var window: (nanos: Int64, series: AlertSeries)? {
    switch self {
    case .change(let nanos, let series), .extreme(_, let nanos, let series): (nanos, series)
    default: nil
    }
  }

  /// Whether trades, or quotes, can change it.
  var followsTrades: Bool {
    switch self {
    case .series(let series): series.isOfTrades
    case .size: true
    case .change(_, let series), .extreme(_, _, let series): series.isOfTrades
    case .stale: true
    case .bar, .average, .vwap, .statistic: false
    }
  }

  var followsQuotes: Bool {
    switch self {
    case .series(let series), .change(_, let series), .extreme(_, _, let series):
      !series.isOfTrades
    case .stale: true
    case .size, .bar, .average, .vwap, .statistic: false
    }
  }

  /// A condition that holds for one event and not for a time.
  var isPulse: Bool {
    if case .extreme(let extreme, _, _) = self { return extreme == .high || extreme == .low }
    return false
  }
}
