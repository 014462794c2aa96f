package import EngineCore

/// What a channel is to do now, and when to ask again.
package struct DeliveryPlan: Sendable, Equatable {
  package var deliveries: [Delivery] = []
  /// Nil: only when something happens.
  package var wake: Timestamp?

  package init() {}
}
