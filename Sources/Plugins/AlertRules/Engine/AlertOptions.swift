/// How an engine of rules works.
public struct AlertOptions: Sendable, Hashable {
  /// The clock that `for`, cooldowns, silences and staleness run on.
  public enum Clock: Sendable, Hashable {
    /// When the engine took ticks in, and its `time` events.
    case engine
    /// What happened when: event times of ticks and ends of bars. For replays and files.
    case event
  }

  public var limits = AlertLimits.standard
  public var clock = Clock.engine
  /// So many firings of one state within the window make it flapping; 0: never.
  public var flapFirings: UInt32 = 5
  public var flapWindow: Int64 = 600_000_000_000
  /// Notifications of one owner within the window; 0: any number.
  public var ownerNotifications: UInt32 = 0
  public var ownerWindow: Int64 = 3_600_000_000_000
  /// The largest instrument number that is looked at.
  public var instrumentsMax = 1_000_000
  /// Whether plain thresholds are kept in order of price. Off, every rule is looked at on every
  /// tick of its instruments: the same transitions, and slow. For tests.
  public var ordersThresholds = true

  /// Whether `takeChanges` tells which states have changed.
  public var keepsChanges = false

  public init() {}
}
