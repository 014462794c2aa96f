/// What a lane tells the host.
struct LaneReport: Sendable {
  enum Outcome: Sendable {
    /// With the last position of the log when it was started.
    case started(Subscription?, SubscriptionRequest?, after: UInt64)
    case failed(String, ReaderPlace?)
    /// With the position through which it had read.
    case stopped(through: UInt64)
  }

  var runner: String
  var generation: UInt64
  var outcome: Outcome
}
