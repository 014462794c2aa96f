public import EngineCore

/// All that an engine of rules has to know to go on after an event as if it had never stopped; the
/// rules themselves are kept by the host. Plain values, for any way of storing them.
public struct AlertCheckpoint: Sendable, Hashable {
  /// What a checkpoint includes beside what is always small.
  public struct Parts: OptionSet, Sendable, Hashable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let rules = Parts(rawValue: 1)
    /// All states; who keeps those that `takeChanges` gives has them already.
    public static let states = Parts(rawValue: 2)
    /// Prices, windows, bars and indicators of instruments.
    public static let instruments = Parts(rawValue: 4)
    public static let all: Parts = [.rules, .states, .instruments]
  }

  /// A rule's conditions, so that states are not given to a rule that has changed.
  public struct Rule: Sendable, Hashable {
    public var id: RuleID
    /// Of the texts of `when` and `clear`.
    public var conditions: UInt64
    public init(id: RuleID, conditions: UInt64) {
      self.id = id
      self.conditions = conditions
    }

    /// Of a rule as it is.
    public init(id: RuleID, rule: AlertRule) {
      self.init(id: id, conditions: Self.conditions(of: rule))
    }

    /// FNV-1a of the texts.
    static func conditions(of rule: AlertRule) -> UInt64 {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in Array(rule.when.utf8) + [0] + Array((rule.clear ?? "").utf8) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
      return hash
    }
  }

  /// The largest generation of a rule that is gone.
  public struct Retired: Sendable, Hashable {
    public var id: RuleID
    public var generation: UInt32
    public init(id: RuleID, generation: UInt32) {
      self.id = id
      self.generation = generation
    }
  }

  /// An instrument's newest prices; `Int64.min` where there was none.
  public struct Instrument: Sendable, Hashable {
    public var id: InstrumentID
    public var last: Int64
    public var bid: Int64
    public var ask: Int64
    public var size: Int64
    public var heard: Int64
    public var isMute: Bool
    public init(
      id: InstrumentID, last: Int64, bid: Int64, ask: Int64, size: Int64, heard: Int64,
      isMute: Bool
    ) {
      self.id = id
      self.last = last
      self.bid = bid
      self.ask = ask
      self.size = size
      self.heard = heard
      self.isMute = isMute
    }
  }

  /// What a term of an instrument remembers.
  public struct Term: Sendable, Hashable {
    public var instrument: InstrumentID
    /// As the language writes it, with `*` for the instrument.
    public var text: String
    /// The window or the bars that it shares with other terms.
    public var shared: [Int64]
    /// An indicator's own past.
    public var own: [Int64]
    public init(instrument: InstrumentID, text: String, shared: [Int64], own: [Int64]) {
      self.instrument = instrument
      self.text = text
      self.shared = shared
      self.own = own
    }
  }

  /// Notifications of an owner in the running window.
  public struct Owner: Sendable, Hashable {
    public var name: String
    public var windowStart: Int64
    public var notifications: UInt32
    public init(name: String, windowStart: Int64, notifications: UInt32) {
      self.name = name
      self.windowStart = windowStart
      self.notifications = notifications
    }
  }

  /// Firings that wait for the end of their group's window.
  public struct Group: Sendable, Hashable {
    public var rule: RuleID
    public var kind: AlertNotification.Kind
    public var name: AlertNotification.Name
    public var members: [AlertTransition]
    public var more: UInt32
    public var due: Int64
    public init(
      rule: RuleID, kind: AlertNotification.Kind, name: AlertNotification.Name,
      members: [AlertTransition], more: UInt32, due: Int64
    ) {
      self.rule = rule
      self.kind = kind
      self.name = name
      self.members = members
      self.more = more
      self.due = due
    }
  }

  public var clock: Int64 = .min
  public var rules: [Rule] = []
  public var retired: [Retired] = []
  /// The largest generation of those that are gone and not in `retired`.
  public var retiredFloor: UInt32 = 0
  public var states: [AlertInstance] = []
  public var instruments: [Instrument] = []
  public var terms: [Term] = []
  public var silences: [AlertSilence] = []
  public var owners: [Owner] = []
  public var groups: [Group] = []

  public init() {}
}
