internal import AlertRules
internal import EngineCore

/// A transition with its number, the names that outlive its ids, and what the rule has to say.
struct KeptTransition: Sendable, Equatable {
  var number: UInt64
  var epoch: UInt64
  var rule: String
  var instrument: String
  var transition: AlertTransition
  var message: String

  /// For people and other plugins.
  var record: AlertRecord {
    AlertRecord(
      number: number, rule: rule, instrument: instrument, from: transition.from,
      to: transition.to, reason: transition.reason.text, severity: transition.severity.name,
      delivery: "\(transition.delivery)", isFlapping: transition.isFlapping,
      generation: transition.generation, suppressed: transition.suppressed,
      value: AlertWords.text(transition.value, transition.unit),
      threshold: AlertWords.text(transition.threshold, transition.unit),
      time: transition.time, since: transition.since, epoch: epoch, cause: transition.cause,
      message: message)
  }
}
