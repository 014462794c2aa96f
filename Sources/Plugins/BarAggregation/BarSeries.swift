internal import EngineCore

/// One instrument: what it needs to know of it, and which plan it follows.
struct BarSeries: BitwiseCopyable, Sendable {
  var instrument: InstrumentID
  /// Where its cells are among those of each spec.
  var row: Int32
  /// The smallest price step, in 10⁻⁹.
  var increment: Int64
  var plan: Int
  // Copies of the plan's masks, so that a tick needs no other look-up.
  var tradeRoots: UInt64
  var tradeThresholds: UInt64
  var quoteRoots: UInt64
}
