package import EngineCore

/// What is sent to a channel in one go: a notification, or several.
package struct NotificationMessage: Sendable {
  package let channel: String
  /// In order; at least one.
  package let entries: [AlertOutboxEntry]
  /// When it is sent.
  package let time: Timestamp
  /// It is only to show that the channel works.
  package let isTest: Bool

  package init(
    channel: String, entries: [AlertOutboxEntry], time: Timestamp, isTest: Bool = false
  ) {
    self.channel = channel
    self.entries = entries
    self.time = time
    self.isTest = isTest
  }

  /// The same whenever the same notifications are sent to the same channel, and only then.
  package var key: String {
    if entries.count == 1 { return "\(entries[0].key)@\(channel)" }
    return "group/\(WebhookSignature.digest(entries.map(\.key)))@\(channel)"
  }

  /// The gravest.
  package var severity: NotificationSeverity {
    entries.map { NotificationSeverity(name: $0.severity) }.max() ?? .critical
  }

  package var attempt: Int { entries.map(\.attempts).max() ?? 1 }

  // MARK: JSON

  package var json: JSONValue {
    .object([
      ("version", .integer(1)), ("key", .string(key)), ("channel", .string(channel)),
      ("test", .bool(isTest)), ("sent", .string("\(time)")),
      ("notifications", .array(entries.map(Self.json))),
    ])
  }

  package static func json(_ entry: AlertOutboxEntry) -> JSONValue {
    .object([
      ("key", .string(entry.key)), ("rule", .string(entry.rule)), ("kind", .string(entry.kind)),
      ("severity", .string(entry.severity)), ("title", .string(entry.title)),
      ("created", .string("\(entry.created)")), ("attempt", .integer(entry.attempts)),
      ("more", .integer(entry.more)), ("members", .array(entry.members.map(\.json))),
    ])
  }
}

extension AlertOutboxEntry {
  package var rule: String { members.first?.rule ?? String(key.prefix { $0 != "/" }) }
}
