/// What is never overtaken.
package enum SendingOrder: String, CaseIterable, Sendable {
  /// Notifications of one rule go one after the other.
  case rule
  /// Notifications of one rule and instrument go one after the other.
  case instrument
}
