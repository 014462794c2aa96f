/// One message on its way: a notification, or a group of them.
package struct Delivery: Sendable, Equatable {
  /// Names it among those of its channel.
  package let number: UInt64
  /// Of its notifications in the outbox, in order.
  package let ids: [Int64]
  /// How often it has failed before.
  package let failures: Int
}
