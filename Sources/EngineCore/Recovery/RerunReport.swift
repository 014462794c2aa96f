/// What came of a rerun.
public struct RerunReport: Sendable {
  /// One plugin that was run again.
  public struct Plugin: Sendable, Equatable {
    public var name: String
    /// Derived events of the range that came out the same.
    public var same: UInt64 = 0
    /// Derived events that could not be compared, and why the first of them could not.
    public var leftOut: UInt64 = 0
    public var reason: String?
    /// Where its first instance was started; nil when it never ran in the range.
    public var startedAfter: UInt64?
    /// Nothing tells how that instance came to its state: the log no longer goes back to its start.
    /// Open bars, versions, watermarks and what began before are not compared then.
    public var isApproximate = false
    /// Instances in all: a plugin that was started anew is started anew here too.
    public var starts = 0
  }

  /// Recorded events of the range that were read.
  public var events: UInt64 = 0
  /// Events that were read before the range, for the state at its begin.
  public var warmedUp: UInt64 = 0
  /// Events of the range that are not in the log.
  public var missing: UInt64 = 0
  /// Derived events of no plugin that was run.
  public var unclaimed: UInt64 = 0
  /// What came out and is not recorded yet, at the log's end.
  public var pending: UInt64 = 0
  public var plugins: [Plugin] = []
  /// The first difference; nil when there is none.
  public var difference: RerunDifference?

  /// Derived events that came out the same.
  public var same: UInt64 { plugins.reduce(0) { $0 + $1.same } }
  public var leftOut: UInt64 { plugins.reduce(0) { $0 + $1.leftOut } }
}
