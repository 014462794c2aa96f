public import EngineCore

/// A tick that came after a bar of its interval was closed.
public struct LateTick: Sendable, Equatable {
  public enum Outcome: String, Sendable {
    /// Closed bars were amended.
    case amended
    /// It was older than the amend window: left out.
    case dropped
    /// Its bars are no longer in memory; coarser ones that are were amended.
    case forgotten
    /// Bars that are not cut by time took it where it came.
    case misplaced
  }

  public var instrument: InstrumentID
  public var time: Timestamp
  public var price: Price
  public var size: Quantity
  public var sequence: UInt64
  /// How far behind the watermark it was.
  public var lateNanos: Int64
  public var outcome: Outcome
}
