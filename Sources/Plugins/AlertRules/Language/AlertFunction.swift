/// The functions of the language.
enum AlertFunction: String, CaseIterable {
  case price, last, bid, ask, mid, spread, size
  case change, high, low, highest, lowest
  case stale
  case bar, volume
  case sma, ema, rsi, vwap
  case mean, zscore
  case distance, abs

  /// How it is written, for faults.
  var usage: String {
    switch self {
    case .price, .last, .bid, .ask, .mid, .spread, .size: "\(rawValue)(EURUSD)"
    case .change: "change(EURUSD, 5m)"
    case .high, .low, .highest, .lowest: "\(rawValue)(EURUSD, 1h)"
    case .stale: "stale(EURUSD) for 30s"
    case .bar: "bar(EURUSD, 1m).close"
    case .volume: "volume(EURUSD, 1m)"
    case .sma, .ema, .rsi, .vwap: "\(rawValue)(EURUSD, 1m, 20)"
    case .mean, .zscore: "\(rawValue)(volume(EURUSD, 1m), 20)"
    case .distance: "distance(price(EURUSD), vwap(EURUSD, 1m, 20))"
    case .abs: "abs(change(EURUSD, 5m))"
    }
  }

  static let names = allCases.map(\.rawValue)
  /// Words of other languages for what has a name here.
  static let synonyms = [
    "close": "bar(…).close", "average": "sma", "avg": "mean", "max": "highest", "min": "lowest",
    "trade": "price", "quote": "mid", "ma": "sma", "pct": "change", "percent": "change",
    "std": "zscore", "silent": "stale", "mute": "stale", "newhigh": "high", "newlow": "low",
  ]
}
