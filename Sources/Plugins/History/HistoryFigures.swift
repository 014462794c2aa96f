/// What a history plugin has done so far.
struct HistoryFigures {
  /// Closed bars that were received.
  var bars: UInt64 = 0
  /// Bars that were committed.
  var stored: UInt64 = 0
  var commits: UInt64 = 0
  /// Times that events were missed and read from the log later.
  var missed: UInt64 = 0
  /// Positions that were neither received nor in the log any more.
  var lost: UInt64 = 0
  /// Chunks that were removed as they were too old.
  var pruned: UInt64 = 0
  /// Bars that were made anew of recorded ticks, and those whose ticks are not all recorded.
  var mended: UInt64 = 0
  var inexact: UInt64 = 0
  /// Why nothing is stored.
  var trouble: String?
}
