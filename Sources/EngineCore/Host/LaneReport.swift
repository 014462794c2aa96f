/// What a lane tells the host.
struct LaneReport: Sendable {
  enum Outcome: Sendable {
    case started(Subscription?, SubscriptionRequest?)
    case failed(String, ReaderPlace?)
    case stopped
  }

  var runner: String
  var generation: UInt64
  var outcome: Outcome
}
