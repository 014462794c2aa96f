public import EngineCore

/// Why a rule fires for an instrument or does not, with the values that it sees.
public struct AlertExplanation: Sendable, Hashable {
  /// One part of a condition.
  public struct Line: Sendable, Hashable {
    /// The rule's key: `when` or `clear`.
    public var key: String
    /// The part, as the language writes it.
    public var part: String
    /// What stands on its left and right, or its value; `-` when not known.
    public var values: [String]
    /// Nil for values.
    public var truth: Truth?
  }

  public var rule: AlertRule
  /// The instrument's key.
  public var instrument: String
  /// Nil when the rule has no state for the instrument.
  public var state: AlertInstance?
  public var lines: [Line]
  /// In words: why it does not fire, or since when it does; the most important first.
  public var reasons: [String]
  public var time: Timestamp
}
