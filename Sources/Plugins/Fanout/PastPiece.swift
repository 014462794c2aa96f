internal import EngineCore

/// A stretch of the kept log for one feed: records, at most a frame's worth, or events.
struct PastPiece: Sendable {
  var records: [UInt8] = []
  /// For a feed that conflates, in place of records.
  var events: [Event] = []
  /// The sequence after the last that is told by it, or was not wanted.
  var next: UInt64
}
