internal import EngineCore

/// What a start comes to.
struct AlertBeginning: Sendable {
  var run: AlertRun
  var holder: Int64
  /// Of the newest batch.
  var serial: UInt64
  /// What was committed; nil when the log has not come so far yet.
  var committed: AlertPosition?
  var marks: [RuleFiles.Mark]
  /// Events that an earlier instance has not told.
  var owed: [Event]
}
