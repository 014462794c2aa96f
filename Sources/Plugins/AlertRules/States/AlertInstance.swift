public import EngineCore

/// The state of one rule for one instrument: a plain value that can be stored and given back.
///
/// Times are nanoseconds of the clock that rules run on; `never` where there is none.
public struct AlertInstance: BitwiseCopyable, Sendable, Hashable {
  /// Marks on a state.
  public struct Marks: OptionSet, BitwiseCopyable, Sendable, Hashable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The condition must be false once before it can fire again.
    public static let needsEnd = Marks(rawValue: 1)
    /// The condition is true, and the cooldown keeps it from firing.
    public static let isHeld = Marks(rawValue: 2)
    public static let isFlapping = Marks(rawValue: 4)
    /// A silence held back the notification of this firing.
    public static let isSilenced = Marks(rawValue: 8)
    /// This firing was told to the channels.
    public static let wasTold = Marks(rawValue: 16)
  }

  public static let never = Int64.min

  public var rule: RuleID
  public var instrument: InstrumentID
  public var state = AlertState.inactive
  public var marks: Marks = []
  /// What the condition was when it was last looked at.
  public var condition = Truth.unknown
  /// What `value` and `threshold` are.
  public var unit = AlertUnit.price
  public var memory = AlertMemory()
  public var generation: UInt32 = 0
  /// Notifications of this firing.
  public var notifications: UInt32 = 0
  /// Firings that were held back since the last transition.
  public var suppressed: UInt32 = 0
  /// Firings since `flapStart`.
  public var flapCount: UInt32 = 0
  public var flapStart = never
  /// Since when the state is what it is.
  public var since = never
  /// Since when the condition is true without a break.
  public var begun = never
  public var lastFired = never
  public var lastTold = never
  /// Since when a flapping one is clear.
  public var calmSince = never
  /// As of the last transition.
  public var value: Int64 = 0
  public var threshold: Int64 = 0
  public var cause: UInt64 = 0

  public init(rule: RuleID, instrument: InstrumentID) {
    self.rule = rule
    self.instrument = instrument
  }

  public var key: AlertKey {
    AlertKey(rule: rule, instrument: instrument, generation: generation)
  }

  public var isFiring: Bool { state == .firing || state == .acknowledged }
}
