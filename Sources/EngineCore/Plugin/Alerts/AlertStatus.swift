/// The state of one rule for one instrument.
public struct AlertStatus: Sendable, Hashable {
  public var rule: String
  /// The instrument's key.
  public var instrument: String
  public var state: AlertState
  public var severity: String
  /// Counts the firings of this rule and instrument.
  public var generation: UInt32
  /// Since when it is in this state.
  public var since: Timestamp
  /// When it fired last; nil when it never has.
  public var lastFired: Timestamp?
  /// What was seen at the last transition, and what it was compared with, for people.
  public var value: String
  public var threshold: String
  /// Its notification is held back by a silence.
  public var isSilenced: Bool
  /// It comes and goes too often.
  public var isFlapping: Bool
  /// Firings that were held back since the last transition.
  public var suppressed: UInt32

  public init(
    rule: String, instrument: String, state: AlertState, severity: String, generation: UInt32,
    since: Timestamp, lastFired: Timestamp?, value: String, threshold: String, isSilenced: Bool,
    isFlapping: Bool, suppressed: UInt32
  ) {
    self.rule = rule
    self.instrument = instrument
    self.state = state
    self.severity = severity
    self.generation = generation
    self.since = since
    self.lastFired = lastFired
    self.value = value
    self.threshold = threshold
    self.isSilenced = isSilenced
    self.isFlapping = isFlapping
    self.suppressed = suppressed
  }
}
