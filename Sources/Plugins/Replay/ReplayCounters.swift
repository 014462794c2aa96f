/// What a replay has done since it was started.
struct ReplayCounters: Equatable {
  /// Rows that went out.
  var rows: UInt64 = 0
  /// Rows that a seek passed over.
  var passed: UInt64 = 0
  /// Rows earlier than one before them in the same file.
  var outOfOrder: UInt64 = 0
  /// Times that all files came to their end.
  var passes: UInt64 = 0
}

/// Something that a person may want to know.
enum ReplayNotice: Equatable {
  case debug(String)
  case info(String)
  /// A fault, and how many there were with it.
  case warning(String, count: UInt64)
}
