/// Of one instrument, all that a trade has to be compared with: between `below` and `above` there
/// is nothing to do.
struct AlertGate: BitwiseCopyable, Sendable {
  var above: Int64 = .min
  var below: Int64 = .min
  /// The last price, `Int64.min` before the first.
  var last: Int64 = .min
  /// When an event of the instrument came last, by the clock of rules.
  var heard: Int64 = .min
}

/// The same for a quote: bid, ask, their middle and their distance.
struct AlertQuoteGate: BitwiseCopyable, Sendable {
  var bidAbove: Int64 = .min
  var bidBelow: Int64 = .min
  var askAbove: Int64 = .min
  var askBelow: Int64 = .min
  var midAbove: Int64 = .min
  var midBelow: Int64 = .min
  var spreadAbove: Int64 = .min
  var spreadBelow: Int64 = .min
  var bid: Int64 = .min
  var ask: Int64 = .min

  /// Halfway, half of a unit rounded down; without overflow.
  @inline(__always)
  static func mid(_ bid: Int64, _ ask: Int64) -> Int64 { (bid & ask) &+ ((bid ^ ask) >> 1) }

  /// Held at the ends of the range.
  @inline(__always)
  static func spread(_ bid: Int64, _ ask: Int64) -> Int64 {
    let (spread, overflow) = ask.subtractingReportingOverflow(bid)
    return overflow ? (ask > bid ? .max - 1 : .min + 1) : spread
  }

  /// Whether there is nothing to do for these prices.
  @inline(__always)
  func isQuiet(_ bid: Int64, _ ask: Int64) -> Bool {
    let mid = Self.mid(bid, ask)
    let spread = Self.spread(bid, ask)
    let isWithin =
      bid <= bidAbove && bid >= bidBelow && ask <= askAbove && ask >= askBelow
      && mid <= midAbove && mid >= midBelow && spread <= spreadAbove && spread >= spreadBelow
    return isWithin && bid != .min && ask != .min
  }
}
