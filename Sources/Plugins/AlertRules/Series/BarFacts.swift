internal import EngineCore

/// What rules need of one closed bar.
struct BarFacts: BitwiseCopyable, Sendable {
  var start: Int64
  var open: Int64
  var high: Int64
  var low: Int64
  var close: Int64
  var count: Int64
  var volume: Int128
  var notional: Int128

  init(_ bar: Bar) {
    start = bar.start.nanoseconds
    open = bar.open.raw
    high = bar.high.raw
    low = bar.low.raw
    close = bar.close.raw
    count = Int64(bar.count)
    volume = bar.volume
    notional = bar.notional
  }

  /// A field; `before` is the bar before this one.
  func value(_ field: AlertBarField, before: BarFacts?) -> AlertValue {
    switch field {
    case .open: AlertValue(open)
    case .high: AlertValue(high)
    case .low: AlertValue(low)
    case .close: AlertValue(close)
    case .volume: AlertValue(volume)
    case .count: AlertValue(Int128(count) * AlertValue.scale)
    case .range: AlertValue(high) - AlertValue(low)
    case .gap: before.map { AlertValue(open) - AlertValue($0.close) } ?? .unknown
    case .change:
      (AlertValue(close) - AlertValue(open)).divided(
        by: open < 0 ? AlertValue(0) - AlertValue(open) : AlertValue(open),
        times: 100 * AlertValue.scale)
    case .vwap: AlertValue(notional).divided(by: AlertValue(volume), times: 1)
    }
  }

  // MARK: Keeping

  static let wordCount = 10

  var words: [Int64] {
    [
      start, open, high, low, close, count, Int64(truncatingIfNeeded: volume),
      Int64(truncatingIfNeeded: volume >> 64), Int64(truncatingIfNeeded: notional),
      Int64(truncatingIfNeeded: notional >> 64),
    ]
  }

  init(words: ArraySlice<Int64>) {
    let w = Array(words)
    (start, open, high, low, close, count) = (w[0], w[1], w[2], w[3], w[4], w[5])
    volume = Int128(w[7]) << 64 | Int128(UInt64(bitPattern: w[6]))
    notional = Int128(w[9]) << 64 | Int128(UInt64(bitPattern: w[8]))
  }
}
