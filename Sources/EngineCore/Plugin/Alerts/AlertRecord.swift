/// A transition as it is kept: what became of which rule, for which instrument, when and why.
public struct AlertRecord: Sendable, Hashable {
  /// Counts all transitions from 1.
  public var number: UInt64
  public var rule: String
  /// The instrument's key.
  public var instrument: String
  public var from: AlertState
  public var to: AlertState
  /// In words.
  public var reason: String
  public var severity: String
  /// What became of its notification: `none`, `notified`, `grouped`, `silenced`, ….
  public var delivery: String
  public var isFlapping: Bool
  public var generation: UInt32
  /// Firings that were held back since the transition before.
  public var suppressed: UInt32
  /// What was seen, and what it was compared with, for people.
  public var value: String
  public var threshold: String
  public var time: Timestamp
  /// Of a firing: since when the condition had been true. Of its end: when it began.
  public var since: Timestamp
  /// The event that caused it, in its log.
  public var epoch: UInt64
  public var cause: UInt64
  /// What the rule has to say.
  public var message: String

  public init(
    number: UInt64, rule: String, instrument: String, from: AlertState, to: AlertState,
    reason: String, severity: String, delivery: String, isFlapping: Bool, generation: UInt32,
    suppressed: UInt32, value: String, threshold: String, time: Timestamp, since: Timestamp,
    epoch: UInt64, cause: UInt64, message: String
  ) {
    self.number = number
    self.rule = rule
    self.instrument = instrument
    self.from = from
    self.to = to
    self.reason = reason
    self.severity = severity
    self.delivery = delivery
    self.isFlapping = isFlapping
    self.generation = generation
    self.suppressed = suppressed
    self.value = value
    self.threshold = threshold
    self.time = time
    self.since = since
    self.epoch = epoch
    self.cause = cause
    self.message = message
  }

  /// As JSON for commands and outboxes.
  public var json: JSONValue {
    .object([
      ("number", .integer(number)), ("rule", .string(rule)), ("symbol", .string(instrument)),
      ("from", .string("\(from)")), ("to", .string("\(to)")), ("reason", .string(reason)),
      ("severity", .string(severity)), ("delivery", .string(delivery)),
      ("flapping", .bool(isFlapping)), ("generation", .integer(generation)),
      ("suppressed", .integer(suppressed)), ("value", .string(value)),
      ("threshold", .string(threshold)), ("time", .string("\(time)")),
      ("since", since == .distantPast ? .null : .string("\(since)")),
      ("epoch", .string(String(epoch))), ("cause", .integer(cause)),
      ("message", .string(message)),
    ])
  }
}
