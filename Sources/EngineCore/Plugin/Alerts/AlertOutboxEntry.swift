/// One notification to one channel.
public struct AlertOutboxEntry: Sendable, Hashable {
  /// In this outbox.
  public var id: Int64
  /// Names the notification everywhere and for ever: rule, instrument, generation, number. The same
  /// for all its channels.
  public var key: String
  public var channel: String
  /// `firing`, `flapping`, `repeated`, `resolved`, `unsilenced`.
  public var kind: String
  public var severity: String
  /// One line for people: the first member's message.
  public var title: String
  /// What it tells of, oldest first; one unless its rule groups.
  public var members: [AlertRecord]
  /// Members that had no room, and firings that were held back before.
  public var more: UInt32
  public var created: Timestamp
  /// How often it was given out, this time included.
  public var attempts: Int
  /// Why the last attempt failed.
  public var lastError: String?

  public init(
    id: Int64, key: String, channel: String, kind: String, severity: String, title: String,
    members: [AlertRecord], more: UInt32, created: Timestamp, attempts: Int, lastError: String?
  ) {
    self.id = id
    self.key = key
    self.channel = channel
    self.kind = kind
    self.severity = severity
    self.title = title
    self.members = members
    self.more = more
    self.created = created
    self.attempts = attempts
    self.lastError = lastError
  }
}
