/// Where an alert is in its life.
@frozen
public enum AlertState: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  case inactive = 0
  case pending = 1
  case firing = 2
  case resolved = 3
  case acknowledged = 4
}

/// A transition of an alert rule for one instrument.
@frozen
public struct Alert: BitwiseCopyable, Sendable {
  public var instrument: InstrumentID
  public var source: SourceID
  public var flags: EventFlags
  public var rule: RuleID
  public var state: AlertState
  public var severity: UInt8
  /// Counts the firings of this rule and instrument; with the rule it makes an idempotency key.
  public var generation: UInt32
  /// What was observed and what it was compared with, in 10⁻⁹.
  public var value: Int64
  public var threshold: Int64
  public var eventTime: Timestamp
  /// Since when the rule has been in this state.
  public var since: Timestamp
  /// The event that caused the transition.
  public var causeSequence: UInt64
  public var reason: TextID

  @inlinable
  public init(
    rule: RuleID, instrument: InstrumentID, state: AlertState, severity: UInt8 = 0,
    generation: UInt32 = 0, value: Int64, threshold: Int64, eventTime: Timestamp,
    since: Timestamp, causeSequence: UInt64, reason: TextID = .none, source: SourceID = .none,
    flags: EventFlags = []
  ) {
    self.instrument = instrument
    self.source = source
    self.flags = flags
    self.rule = rule
    self.state = state
    self.severity = severity
    self.generation = generation
    self.value = value
    self.threshold = threshold
    self.eventTime = eventTime
    self.since = since
    self.causeSequence = causeSequence
    self.reason = reason
  }
}

extension Event {
  @inlinable public init(_ alert: Alert) {
    self.init(
      kind: .alert, flags: alert.flags, scope: alert.source.raw, instrument: alert.instrument)
    w2 =
      UInt64(alert.state.rawValue) | UInt64(alert.severity) << 8 | UInt64(alert.rule.raw) << 32
    w3 = UInt64(alert.generation) | UInt64(alert.reason.raw) << 32
    w4 = UInt64(bitPattern: alert.value)
    w5 = UInt64(bitPattern: alert.threshold)
    w6 = UInt64(bitPattern: alert.eventTime.nanoseconds)
    w7 = UInt64(bitPattern: alert.since.nanoseconds)
    w8 = alert.causeSequence
  }

  /// The payload of an `alert`; meaningless for other kinds.
  @inlinable public var alert: Alert {
    Alert(
      rule: RuleID(UInt32(truncatingIfNeeded: w2 >> 32)), instrument: instrument,
      state: AlertState(rawValue: UInt8(truncatingIfNeeded: w2)) ?? .inactive,
      severity: UInt8(truncatingIfNeeded: w2 >> 8),
      generation: UInt32(truncatingIfNeeded: w3), value: Int64(bitPattern: w4),
      threshold: Int64(bitPattern: w5),
      eventTime: Timestamp(nanoseconds: Int64(bitPattern: w6)),
      since: Timestamp(nanoseconds: Int64(bitPattern: w7)), causeSequence: w8,
      reason: TextID(UInt32(truncatingIfNeeded: w3 >> 32)), source: source, flags: flags)
  }
}
