/// The log as it was when a plugin was started, for whoever reads it away from the lane.
public struct LogTails: Sendable {
  private let recent: RecentEvents
  private let store: (any LogStore)?
  /// The last position of the log when the plugin was started.
  public let last: UInt64

  init(recent: RecentEvents, store: (any LogStore)?, last: UInt64) {
    self.recent = recent
    self.store = store
    self.last = last
  }

  /// So many positions before the last one, where the log is kept on disk, else what the ring has.
  public func tail(reach: UInt64) -> LogTail {
    LogTail(recent: recent, store: store, last: last, reach: reach)
  }

  /// The oldest position that may still be there; the last possible one without a kept log.
  public var first: UInt64 { store?.firstSequence ?? .max }

  /// The last position that the end of the process would leave; without a kept log the last one.
  public var lastKept: UInt64 {
    store.map { max($0.newestSequence, $0.lastKept) } ?? last
  }
}
