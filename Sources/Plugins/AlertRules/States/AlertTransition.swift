public import EngineCore

/// A change of state of one rule for one instrument: what becomes an `alert` event and a row.
public struct AlertTransition: BitwiseCopyable, Sendable, Hashable {
  public var rule: RuleID
  public var instrument: InstrumentID
  public var from: AlertState
  public var to: AlertState
  public var reason: AlertReason
  public var severity: AlertSeverity
  public var delivery: AlertDelivery
  /// It comes and goes too often, and is held open until it is quiet.
  public var isFlapping: Bool
  /// Counts the firings of this rule and instrument from 1; 0 before the first.
  public var generation: UInt32
  /// Firings that were held back by cooldown or flapping since the last transition.
  public var suppressed: UInt32
  /// What was seen, and what it was compared with, by unit; 0 when not known.
  public var value: Int64
  public var threshold: Int64
  public var unit: AlertUnit
  /// When it happened, by the clock that rules run on: the event's time, or when a timer was due.
  public var time: Timestamp
  /// Since when the condition had been true, of a firing; when the firing began, of its end.
  public var since: Timestamp
  /// The event that caused it; of a timer, the event with which the time had come.
  public var cause: UInt64

  public init(
    rule: RuleID, instrument: InstrumentID, from: AlertState, to: AlertState,
    reason: AlertReason, severity: AlertSeverity, delivery: AlertDelivery, isFlapping: Bool,
    generation: UInt32, suppressed: UInt32, value: Int64, threshold: Int64, unit: AlertUnit,
    time: Timestamp, since: Timestamp, cause: UInt64
  ) {
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
    self.unit = unit
    self.time = time
    self.since = since
    self.cause = cause
  }

  /// Rule, instrument and generation: the same in every run over the same log.
  public var key: AlertKey {
    AlertKey(rule: rule, instrument: instrument, generation: generation)
  }

  /// As an event for the bus.
  public func event(reason: TextID = .none, source: SourceID = .none) -> Event {
    Event(
      Alert(
        rule: rule, instrument: instrument, state: to, severity: severity.rawValue,
        generation: generation, value: value, threshold: threshold, eventTime: time, since: since,
        causeSequence: cause, reason: reason, source: source))
  }
}

/// Names one firing; unique in a log.
public struct AlertKey: BitwiseCopyable, Sendable, Hashable {
  public var rule: RuleID
  public var instrument: InstrumentID
  public var generation: UInt32

  public init(rule: RuleID, instrument: InstrumentID, generation: UInt32) {
    self.rule = rule
    self.instrument = instrument
    self.generation = generation
  }
}
