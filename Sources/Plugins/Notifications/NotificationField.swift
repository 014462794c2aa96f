internal import EngineCore

/// A word in braces that a template may have, and what stands in its place.
package enum NotificationField: String, CaseIterable, Sendable {
  case rule
  case symbol
  case kind
  case state
  case severity
  case title
  case message
  case value
  case threshold
  case time
  case since
  case generation
  case reason
  case key
  case channel
  case created
  case attempt
  case count
  case more
  case sent

  /// Of the first notification and its first member, where there are several.
  package func text(of message: NotificationMessage) -> String {
    switch self {
    case .key: return message.key
    case .channel: return message.channel
    case .attempt: return "\(message.attempt)"
    case .sent: return "\(message.time)"
    case .severity: return message.severity.rawValue
    case .count: return "\(message.entries.reduce(0) { $0 + $1.members.count })"
    case .more: return "\(message.entries.reduce(0) { $0 + Int($1.more) })"
    default: break
    }
    guard let entry = message.entries.first else { return "" }
    switch self {
    case .rule: return entry.rule
    case .kind: return entry.kind
    case .title: return entry.title
    case .created: return "\(entry.created)"
    default: return entry.members.first.map(text(of:)) ?? ""
    }
  }

  private func text(of member: AlertRecord) -> String {
    switch self {
    case .symbol: member.instrument
    case .state: "\(member.to)"
    case .message: member.message
    case .value: member.value
    case .threshold: member.threshold
    case .time: "\(member.time)"
    case .since: member.since == .distantPast ? "" : "\(member.since)"
    case .generation: "\(member.generation)"
    case .reason: member.reason
    default: ""
    }
  }
}
