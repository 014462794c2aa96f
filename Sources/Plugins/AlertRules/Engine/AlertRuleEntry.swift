internal import EngineCore

/// A rule of an engine.
struct AlertRuleEntry: Sendable {
  var id: RuleID
  var rule: AlertRule
  var template: AlertTemplate
  var program: AlertProgram
  var policy: AlertPolicy
  var selector: AlertSelector
  /// Its states, in no order.
  var instances: [Int32] = []
  /// Enabled and not expired.
  var isOn = true
  var hasExpired = false
}

/// Where a state belongs.
struct AlertPlace: BitwiseCopyable, Sendable {
  /// Of its rule.
  var slot: Int32
  /// Of its instrument.
  var desk: Int32
  /// Kept in order of price; else looked at whenever a term changes.
  var isOrdered: Bool
  /// Watched, rather than of a rule that is off.
  var isArmed: Bool
}

/// Firings of a rule that wait for the end of its group's window.
struct AlertGroup: Sendable {
  var kind: AlertNotification.Kind
  var name: AlertNotification.Name
  var members: [AlertTransition]
  var more: UInt32
  var due: Int64
}

/// What an owner had in the running window, and how many rules.
struct AlertOwner: Sendable {
  var rules = 0
  var windowStart = Int64.min
  var notifications: UInt32 = 0
}
