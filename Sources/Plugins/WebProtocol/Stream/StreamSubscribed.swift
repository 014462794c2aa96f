public import EngineCore

/// What a subscription will be, as the client is told.
public struct StreamSubscribed: Equatable, Sendable {
  /// Whether a start at a position or time found all that was asked for.
  public enum Resume: String, Sendable, CaseIterable {
    case complete
    /// Some events are gone: `missing`.
    case partial
    /// The log is another one; of it `missing` is gone.
    case anotherEpoch = "another_epoch"
  }

  /// Where the subscription stands before its first event.
  public var epoch: UInt64
  public var next: UInt64
  public var policy: DeliveryPolicy
  /// Nil when nothing from before was asked for.
  public var resume: Resume?
  public var missing: ClosedRange<UInt64>?
  public var rateNanos: UInt64
  public var flushNanos: UInt64
  /// For people, such as a subject that matches nothing known yet.
  public var warnings: [String]

  public init(
    epoch: UInt64, next: UInt64, policy: DeliveryPolicy, resume: Resume? = nil,
    missing: ClosedRange<UInt64>? = nil, rateNanos: UInt64 = 0, flushNanos: UInt64 = 0,
    warnings: [String] = []
  ) {
    self.epoch = epoch
    self.next = next
    self.policy = policy
    self.resume = resume
    self.missing = missing
    self.rateNanos = rateNanos
    self.flushNanos = flushNanos
    self.warnings = warnings
  }
}
