/// Where an engine of rules puts what happens, in order.
///
/// A transition comes before the notification that tells of it.
public protocol AlertOutput: ~Copyable {
  mutating func emit(_ transition: AlertTransition)
  mutating func emit(_ notification: AlertNotification)
}
