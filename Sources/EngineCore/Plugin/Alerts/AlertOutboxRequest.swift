/// Which notifications somebody wants to deliver now.
public struct AlertOutboxRequest: Sendable, Equatable {
  /// To these channels; nil: to any.
  public var channels: [String]?
  /// At most so many, 1…1000.
  public var limit: Int
  /// When it is; entries that are due by then are given out.
  public var now: Timestamp
  /// For how long they are lent.
  public var leaseNanos: Int64

  public init(
    channels: [String]? = nil, limit: Int = 100, now: Timestamp,
    leaseNanos: Int64 = 60_000_000_000
  ) {
    self.channels = channels
    self.limit = min(max(limit, 1), 1000)
    self.now = now
    self.leaseNanos = max(leaseNanos, 0)
  }
}
