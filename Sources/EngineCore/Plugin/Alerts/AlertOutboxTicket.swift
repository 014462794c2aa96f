/// What is known of a notification that waits, without what it says: for those who keep a queue.
public struct AlertOutboxTicket: Sendable, Hashable {
  /// In this outbox.
  public var id: Int64
  public var rule: String
  /// The key of the instrument of the first member.
  public var instrument: String
  public var severity: String
  public var created: Timestamp
  /// Not to be tried before.
  public var due: Timestamp
  /// How often it was tried.
  public var attempts: Int

  public init(
    id: Int64, rule: String, instrument: String, severity: String, created: Timestamp,
    due: Timestamp, attempts: Int
  ) {
    self.id = id
    self.rule = rule
    self.instrument = instrument
    self.severity = severity
    self.created = created
    self.due = due
    self.attempts = attempts
  }
}
