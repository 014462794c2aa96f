/// A notification that was given up.
public struct AlertOutboxDead: Sendable, Hashable {
  public var entry: AlertOutboxEntry
  /// When it was given up.
  public var settled: Timestamp

  public init(entry: AlertOutboxEntry, settled: Timestamp) {
    self.entry = entry
    self.settled = settled
  }
}
