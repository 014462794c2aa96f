/// What an aggregator has done so far.
public struct BarCounters: Sendable, Equatable {
  public var trades: UInt64 = 0
  public var quotes: UInt64 = 0
  public var closed: UInt64 = 0
  public var amended: UInt64 = 0
  public var voided: UInt64 = 0
  public var late: UInt64 = 0
  public var lateDropped: UInt64 = 0
  /// Late ticks of bars that are no longer in memory.
  public var lateForgotten: UInt64 = 0
  /// Ticks that a calendar leaves out.
  public var outsideDropped: UInt64 = 0
  public var corrections: UInt64 = 0
  /// Corrections of trades that no bar in memory holds.
  public var correctionsLost: UInt64 = 0
  /// Bars that could not be recomputed exactly.
  public var inexact: UInt64 = 0

  public init() {}
}
