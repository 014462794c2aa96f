public import EngineCore

/// A rule as people write it. Durations are nanoseconds; zero is "none".
public struct AlertRule: Sendable, Hashable {
  /// Its name, unique in an engine: 1 to 64 letters, digits, `-`, `_` and `.`.
  public var id: String
  /// When it fires.
  public var when: String
  /// When it is over; nil: when `when` is not true.
  public var clear: String?
  /// How long `when` must hold before it fires (`for`).
  public var hold: Int64
  /// The least time from one firing to the next.
  public var cooldown: Int64
  /// Fires one time for an instrument, and then never again.
  public var once: Bool
  /// While it fires and nobody has acknowledged it, it notifies again so often (`repeat`).
  public var repeatEvery: Int64
  /// When it ends for good.
  public var expires: Timestamp?
  public var severity: AlertSeverity
  /// The template of what is told: `{value}`, `{threshold}`, `{symbol}`, `{rule}`, `{time}`, ….
  public var message: String?
  /// The channels that are told.
  public var notify: [String]
  /// Tells the channels, too, when it is over.
  public var notifyResolved: Bool
  /// Firings within so long after the first are told in one notification.
  public var group: Int64
  /// Who the limits count it for.
  public var owner: String?
  /// What a program keeps with it; it changes nothing.
  public var note: String?
  public var enabled: Bool

  public init(
    id: String, when: String, clear: String? = nil, hold: Int64 = 0, cooldown: Int64 = 0,
    once: Bool = false, repeatEvery: Int64 = 0, expires: Timestamp? = nil,
    severity: AlertSeverity = .warning, message: String? = nil, notify: [String] = [],
    notifyResolved: Bool = false, group: Int64 = 0, owner: String? = nil, enabled: Bool = true
  ) {
    self.id = id
    self.when = when
    self.clear = clear
    self.hold = hold
    self.cooldown = cooldown
    self.once = once
    self.repeatEvery = repeatEvery
    self.expires = expires
    self.severity = severity
    self.message = message
    self.notify = notify
    self.notifyResolved = notifyResolved
    self.group = group
    self.owner = owner
    self.enabled = enabled
  }
}
