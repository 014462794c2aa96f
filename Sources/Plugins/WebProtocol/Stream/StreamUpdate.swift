/// Other intervals for a subscription that runs, in nanoseconds; nil leaves one as it is.
public struct StreamUpdate: Equatable, Sendable {
  public var subscription: UInt32
  public var rateNanos: UInt64?
  public var flushNanos: UInt64?

  public init(subscription: UInt32, rateNanos: UInt64? = nil, flushNanos: UInt64? = nil) {
    self.subscription = subscription
    self.rateNanos = rateNanos
    self.flushNanos = flushNanos
  }
}
