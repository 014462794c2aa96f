/// How bars are closed, amended and kept.
public struct BarOptions: Sendable, Equatable {
  /// How far behind a source's newest tick others of it may still come.
  public var disorderNanos: Int64 = 0
  /// How long after its end, in time of the ticks, a bar waits before it closes.
  public var latenessNanos: Int64 = 0
  /// A source that was silent for so long no longer holds others up.
  public var idleNanos: Int64 = 1_000_000_000
  /// While a live source is silent its time goes on by the clock, so far behind.
  public var delayMaxNanos: Int64 = 1_000_000_000
  /// How far behind the watermark a tick may be and still amend a closed bar.
  public var amendNanos: Int64 = 86_400_000_000_000
  /// Finished bars kept for each instrument and spec.
  public var history: Int = 256
  /// Trades are split between volume and notional bars at the exact threshold.
  public var splitsTrades: Bool = true
  /// Late ticks that are listed; the counters count them all.
  public var lateListMax: Int = 1000
  /// Ticks of threshold bars that wait to be put in order.
  public var reorderMax: Int = 65_536
  /// What came before is known: a bar that began before the first tick is whole.
  public var coversPast: Bool = false

  public init() {}
}
