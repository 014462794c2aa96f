internal import EngineCore

/// Where the ticks of an instrument go, in short.
struct BarRoute: BitwiseCopyable, Sendable {
  /// They go nowhere.
  static let nowhere: Int32 = -2
  /// It takes a closer look: the instrument is new, or its ticks go to several bars, or to such
  /// as are not cut by time.
  static let unclear: Int32 = -1

  /// The cell of the one open bar that takes trades, or one of the above.
  var trade = unclear
  /// The same for quotes.
  var quote = unclear
  /// Where its cells are among those of each spec.
  var row: Int32 = 0
  /// The specs of those bars.
  var tradeSpec: UInt8 = 0
  var quoteSpec: UInt8 = 0
  /// What of quotes.
  var price = BarSpec.PriceKind.last

  init() {}

  /// - Parameters:
  ///   - row: where its cells are among those of each spec.
  ///   - rows: how many cells each spec has.
  init(_ plan: BarSpecPlan, _ facts: [BarSpecFacts], row: Int32, rows: Int) {
    self.row = row
    func route(_ roots: UInt64) -> Int32 {
      if roots == 0 { return Self.nowhere }
      let spec = roots.trailingZeroBitCount
      guard roots & (roots - 1) == 0, facts[spec].isTime else { return Self.unclear }
      return Int32(exactly: spec * rows + Int(row)) ?? Self.unclear
    }
    trade = plan.tradeThresholds == 0 ? route(plan.tradeRoots) : Self.unclear
    quote = route(plan.quoteRoots)
    tradeSpec = UInt8(plan.tradeRoots.trailingZeroBitCount)
    quoteSpec = UInt8(plan.quoteRoots.trailingZeroBitCount)
    if quote >= 0 { price = facts[Int(quoteSpec)].price }
  }
}
