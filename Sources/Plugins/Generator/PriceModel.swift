internal import EngineCore

/// How one instrument's price moves from tick to tick: its state and coefficients together, so
/// that a tick touches one short run of memory however many instruments there are.
///
/// Prices are whole numbers of the instrument's increment; a model may compute in floating point
/// inside, and rounds once.
protocol PriceModel: BitwiseCopyable {
  /// Moves one tick.
  ///
  /// - Returns: the new price in increments, at least 1, or nil when it does not fit; the caller
  ///   then puts the state of before back.
  mutating func step(_ random: inout SeededRandom, _ normal: NormalVariates) -> Int64?
}

/// Rounds a model's positive price to whole increments, at least 1.
///
/// - Returns: nil beyond 2⁵³ increments, where a Double no longer counts them one by one.
@inline(__always)
func wholeIncrements(_ value: Double) -> Int64? {
  guard value < 0x1p53 else { return nil }
  return value > 1 ? Int64(value + 0.5) : 1
}

/// The model's year, that of markets which never close: 365 days of 24 hours.
let nanosPerYear = 365.0 * 86_400e9
