internal import EngineCore
internal import JournalFiles

/// What an instance of the plugin has counted.
struct JournalFigures {
  var events: UInt64 = 0
  /// Events that were not recorded.
  var lost: UInt64 = 0
  /// How often the disk took nothing.
  var failures: UInt64 = 0
  /// What was done to old files.
  var upkeep = JournalUpkeep.Outcome()
}

/// Why nothing can be recorded, and since when.
struct JournalTrouble {
  var error: JournalError
  var since: Timestamp
  /// When it is tried again, on the monotonic clock.
  var retryNanos: Int64
}
