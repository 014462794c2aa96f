/// What happens when a reader is slower than the bus.
public enum DeliveryPolicy: String, Sendable, CaseIterable {
  /// Sources wait. For plugins inside the process that must see everything.
  case lossless
  /// The oldest events are skipped; a gap says which.
  case dropOldest = "drop-oldest"
  /// The newest state per instrument and kind; trades merge into ranges.
  case conflate
  /// The reader is cut off; a gap says where.
  case disconnect
}

/// Where a reader begins.
public enum StartPosition: Sendable, Equatable {
  /// With the next event.
  case live
  /// With the oldest event that the bus still holds.
  case oldest
  /// Right after that position; a gap says what is gone.
  case after(epoch: UInt64, sequence: UInt64)
}

/// What a plugin, or a client of a frontend, wants to read.
public struct SubscriptionRequest: Sendable {
  public var interest: Interest
  public var policy: DeliveryPolicy
  public var start: StartPosition
  /// Names of plugins behind which this reader stays: it sees nothing that they have not handled.
  public var behind: [String]
  /// Most events a delivery, 1…65536.
  public var batch: Int

  public init(
    _ interest: Interest, policy: DeliveryPolicy = .lossless, start: StartPosition = .live,
    behind: [String] = [], batch: Int = 256
  ) {
    self.interest = interest
    self.policy = policy
    self.start = start
    self.behind = behind
    self.batch = min(max(batch, 1), 65_536)
  }
}
