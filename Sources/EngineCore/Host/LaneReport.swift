/// What a lane tells the host.
struct LaneReport: Sendable {
  enum Outcome: Sendable {
    case started(Subscription?, SubscriptionRequest?)
    /// With the position that its reader had reached.
    case failed(String, handled: UInt64?)
    case stopped
  }

  var runner: String
  var generation: UInt64
  var outcome: Outcome
}
