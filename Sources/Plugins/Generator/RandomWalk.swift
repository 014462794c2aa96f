internal import EngineCore

/// Adds a uniform step within ± a range to the price, in whole increments.
///
/// A step below one increment is reflected, so that the price stays positive without sticking.
struct RandomWalk: PriceModel {
  private var price: Int64
  /// Steps go from -reach to +reach.
  private var reach: Int64

  /// A walk from `price`, both in increments; `reach` at most 2⁶⁰.
  init(price: Int64, reach: Int64) {
    self.price = max(price, 1)
    self.reach = min(max(reach, 0), 1 << 60)
  }

  @inline(__always)
  mutating func step(_ random: inout SeededRandom, _ normal: NormalVariates) -> Int64? {
    // The high half of the product is uniform below the width; its bias is below width / 2⁶⁴.
    let width = UInt64(bitPattern: 2 &* reach &+ 1)
    let draw = random.next().multipliedFullWidth(by: width).high
    let (sum, overflow) = price.addingReportingOverflow(
      Int64(bitPattern: draw) &- reach)
    if overflow { return nil }
    // A reflection from further than the reach away cannot happen: price ≥ 1 before the step.
    price = sum >= 1 ? sum : 2 &- sum
    return price
  }

  /// Takes a new range, from the next tick on.
  mutating func setReach(_ reach: Int64) { self.reach = min(max(reach, 0), 1 << 60) }
}
