internal import EngineCore

/// A correction with what is known of the trade that it is about.
struct BarCorrection {
  var old: BarTick
  /// Nil: the trade is cancelled.
  var new: BarTick?
  /// The position of the correction.
  var sequence: UInt64
  /// The side of the trade is known.
  var knowsSide: Bool
  var reason: BarReason { new == nil ? .cancel : .correct }

  /// - Parameter target: the trade, when the log still has it.
  init(_ correction: Correction, sequence: UInt64, target: Trade?) {
    var old = BarTick(
      time: correction.oldTime.nanoseconds, price: correction.oldPrice.raw,
      size: correction.oldSize.isDefined ? correction.oldSize.raw : 0,
      sequence: correction.target, source: correction.source.raw)
    if let target {
      let recorded = BarTick(target, sequence: correction.target)
      // An earlier correction of the same trade may have changed price and size.
      old.time = recorded.time
      old.venueSequence = recorded.venueSequence
      old.source = recorded.source
      old.side = recorded.side
    }
    self.old = old
    self.sequence = sequence
    knowsSide = target != nil
    guard !correction.isCancel else { return }
    var new = old
    new.price = correction.newPrice.raw
    new.size = correction.newSize.isDefined ? correction.newSize.raw : 0
    self.new = new
  }
}

extension BarFold {
  /// Changes the fold as if the tick had always been another, or none. False when that takes more
  /// than the fold knows; sums are right in any case.
  mutating func apply(_ correction: BarCorrection) -> Bool {
    let (old, new) = (correction.old, correction.new)
    var isExact = correction.knowsSide || (buyVolume == 0 && sellVolume == 0)
    volume += Int128(new?.size ?? 0) - Int128(old.size)
    notional +=
      Int128(new?.price ?? 0) * Int128(new?.size ?? 0) - Int128(old.price) * Int128(old.size)
    let change = (new?.size ?? 0).subtractingReportingOverflow(old.size).partialValue
    if old.side == .buy { buyVolume &+= change }
    if old.side == .sell { sellVolume &+= change }
    lastSequence = max(lastSequence, correction.sequence)
    guard let new else {
      count -= count > 0 ? 1 : 0
      if count == 0 { return true }
      let isSpecial =
        openSequence == old.sequence || closeSequence == old.sequence || old.price == high
        || old.price == low
      return isExact && !isSpecial
    }
    if openSequence == old.sequence { open = new.price }
    if closeSequence == old.sequence { close = new.price }
    // With one tick all four prices are its own.
    if count == 1 {
      high = new.price
      low = new.price
      return isExact
    }
    if old.price == high, new.price < high { isExact = false }
    if old.price == low, new.price > low { isExact = false }
    high = max(high, new.price)
    low = min(low, new.price)
    return isExact
  }
}
