/// How grave a notification is, in rising order.
package enum NotificationSeverity: String, CaseIterable, Sendable, Comparable {
  case info
  case warning
  case critical

  /// A severity that is not known counts as the gravest: it is rather told than held back.
  package init(name: String) { self = NotificationSeverity(rawValue: name) ?? .critical }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .critical: 2
    }
  }

  package static func < (left: NotificationSeverity, right: NotificationSeverity) -> Bool {
    left.rank < right.rank
  }
}
