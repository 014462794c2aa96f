/// Records of a stretch of the kept log, at most a frame's worth, for one feed.
struct PastPiece: Sendable, Equatable {
  var records: [UInt8] = []
  /// The sequence after the last that is told by it, or was not wanted.
  var next: UInt64
}
