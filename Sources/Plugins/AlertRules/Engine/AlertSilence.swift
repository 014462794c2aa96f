public import EngineCore

/// Holds back notifications that match, until a time. Transitions go on, and firings that were held
/// back and still last at its end are told then.
public struct AlertSilence: Sendable, Hashable {
  /// Its name, unique among silences.
  public var id: String
  /// What matches: a name, or the beginning of one and `*`. Nil: everything. At least one is set.
  public var rule: String?
  public var instrument: String?
  public var owner: String?
  /// Only alerts that matter no more than this.
  public var severityMax: AlertSeverity?
  public var until: Timestamp
  public var author: String?
  public var comment: String?

  public init(
    id: String, rule: String? = nil, instrument: String? = nil, owner: String? = nil,
    severityMax: AlertSeverity? = nil, until: Timestamp, author: String? = nil,
    comment: String? = nil
  ) {
    self.id = id
    self.rule = rule
    self.instrument = instrument
    self.owner = owner
    self.severityMax = severityMax
    self.until = until
    self.author = author
    self.comment = comment
  }

  func matches(_ rule: AlertRule, instrument key: String) -> Bool {
    if let pattern = self.rule, !Self.matches(pattern, rule.id) { return false }
    if let pattern = instrument, !Self.matches(pattern, key) { return false }
    if let pattern = owner, !Self.matches(pattern, rule.owner ?? "") { return false }
    if let severityMax, rule.severity > severityMax { return false }
    return true
  }

  private static func matches(_ pattern: String, _ text: String) -> Bool {
    pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : text == pattern
  }
}
