/// When what was recorded is made safe from a loss of power.
public enum SyncPolicy: Equatable, Sendable {
  /// At most this long after it was recorded, by the clock that `commit` is given. A clock that
  /// jumps back counts as time that has passed.
  case every(nanos: Int64)
  /// When this many events wait for it.
  case everyEvents(Int)
  /// With each `commit`.
  case eachBatch
}

/// How a journal is written.
public struct JournalOptions: Equatable, Sendable {
  public var sync: SyncPolicy
  /// A segment is sealed once it is as long as this.
  public var segmentBytes: Int
  /// Events in a block at most; a `commit` ends a block in any case.
  public var blockEvents: Int
  /// What may wait for a disk that takes nothing, before `append` refuses.
  public var pendingBytesMax: Int
  /// How much of what was written last stays in memory for readers.
  public var cachedBytes: Int

  public init(
    sync: SyncPolicy = .every(nanos: 100_000_000), segmentBytes: Int = 256 << 20,
    blockEvents: Int = 8192, pendingBytesMax: Int = 64 << 20,
    cachedBytes: Int = 64 << 20
  ) {
    self.sync = sync
    self.segmentBytes = max(segmentBytes, 4096)
    self.blockEvents = min(max(blockEvents, 1), BlockLimits.eventsMaximum)
    self.pendingBytesMax = max(pendingBytesMax, 1 << 16)
    self.cachedBytes = max(cachedBytes, 1 << 16)
  }
}
