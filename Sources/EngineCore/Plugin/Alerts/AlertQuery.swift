/// Which alerts are asked for.
public struct AlertQuery: Sendable, Equatable {
  public static let limitMax = 10_000

  /// Nil: of all rules. A name, or the beginning of one and `*`.
  public var rule: String?
  /// Nil: of all instruments. A key, or the beginning of one and `*`.
  public var instrument: String?
  /// Nil: in any state.
  public var states: Set<AlertState>?
  /// Transitions at this time or later.
  public var from: Timestamp
  /// Transitions before this time.
  public var to: Timestamp
  /// Transitions with smaller numbers: the next page begins before the last number of this one.
  public var before: UInt64
  /// At most so many, 1…`limitMax`.
  public var limit: Int

  public init(
    rule: String? = nil, instrument: String? = nil, states: Set<AlertState>? = nil,
    from: Timestamp = .distantPast, to: Timestamp = .distantFuture, before: UInt64 = .max,
    limit: Int = 100
  ) {
    self.rule = rule
    self.instrument = instrument
    self.states = states
    self.from = from
    self.to = to
    self.before = before
    self.limit = min(max(limit, 1), Self.limitMax)
  }

  /// Whether a transition is asked for; the limit aside.
  public func matches(_ record: AlertRecord) -> Bool {
    record.number < before && Self.matches(rule, record.rule)
      && Self.matches(instrument, record.instrument)
      && (states?.contains(record.to) ?? true) && record.time >= from && record.time < to
  }

  /// Whether a name is meant by a pattern: the name, or its beginning and `*`.
  public static func matches(_ pattern: String?, _ name: String) -> Bool {
    guard let pattern else { return true }
    return pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
  }
}
