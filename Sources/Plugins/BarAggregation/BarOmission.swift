/// Ticks and corrections that closed bars lack, as these were not in memory any more or were too
/// old to be amended. The range may hold others that are no loss.
public struct BarOmission: Sendable, Equatable {
  /// Positions in the log.
  public private(set) var first: UInt64
  public private(set) var last: UInt64
  public private(set) var count: UInt64

  init(_ positions: ClosedRange<UInt64>, count: UInt64) {
    first = positions.lowerBound
    last = positions.upperBound
    self.count = count
  }

  /// What is left of it behind a position; nil for nothing.
  func after(_ position: UInt64) -> BarOmission? {
    last > position ? BarOmission(max(first, position + 1)...last, count: count) : nil
  }

  mutating func add(_ other: BarOmission) {
    first = min(first, other.first)
    last = max(last, other.last)
    count &+= other.count
  }
}
