/// What came of an attempt to deliver a notification.
public struct AlertOutboxSettlement: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    /// It was delivered, or is not wanted: it will not be given out again.
    case done
    /// It is to be tried again at that time.
    case failed(reason: String, retryAt: Timestamp)
    /// It cannot be delivered: it is kept for people to see.
    case dead(reason: String)
  }

  /// In the outbox.
  public var id: Int64
  public var outcome: Outcome

  public init(id: Int64, outcome: Outcome) {
    self.id = id
    self.outcome = outcome
  }
}
