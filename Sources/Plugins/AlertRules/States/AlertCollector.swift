/// Keeps what is emitted, in order.
public struct AlertCollector: AlertOutput, Sendable {
  public var transitions: [AlertTransition] = []
  public var notifications: [AlertNotification] = []

  public init() {}

  public mutating func emit(_ transition: AlertTransition) { transitions.append(transition) }
  public mutating func emit(_ notification: AlertNotification) {
    notifications.append(notification)
  }
}
