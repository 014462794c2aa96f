public import EngineCore

/// Runs rules over a stream of events: ticks, bars and times go in, transitions and notifications
/// come out.
///
/// A value without clock, I/O or lock: what comes out depends on nothing but what went in and in
/// which order. Plain thresholds are kept in order of price, so that a tick that passes none costs
/// a few comparisons, however many rules there are; other conditions are looked at when something
/// that they read has changed.
///
/// Time comes from the log (`AlertOptions.Clock`). What is due at a time happens before the first
/// event of that time or later. The host sets a timer for `nextTimer`, so that a `time` event comes
/// when no tick does.
public struct AlertEngine: Sendable {
  public let options: AlertOptions
  let surroundings: AlertSurroundings
  public internal(set) var counters = AlertCounters()

  /// The newest time of the clock of rules; it does not go back.
  var clock = Int64.min
  /// Nothing is due before.
  var due = Int64.max

  /// By instrument number.
  var gates: [AlertGate] = []
  var quoteGates: [AlertQuoteGate] = []
  var desks: [AlertDesk] = []
  /// Five for each instrument: the edges of each of its prices.
  var ladders: [ThresholdLadder] = []

  var rules: [AlertRuleEntry?] = []
  /// By slot, too.
  var plans: [AlertPlan] = []
  var freeRules: [Int] = []
  var slotOf: [RuleID: Int] = [:]
  var ruleNames: [String: RuleID] = [:]
  /// Slots of rules for every instrument.
  var general: [Int] = []
  /// Slots of rules that name an instrument which has not been seen.
  var waiting: [String: [Int]] = [:]
  /// The largest generation of rules that are gone: one that comes again counts on.
  var retired: [RuleID: UInt32] = [:]
  /// The largest generation that `retired` has forgotten: no new state begins below it.
  var retiredFloor: UInt32 = 0

  var instances: [AlertInstance] = []
  var places: [AlertPlace] = []
  /// By state, the slots of its desk for the terms of its rule; below 0 for prices.
  var references: [[Int32]] = []
  var freeInstances: [Int32] = []
  var numberOf: [UInt64: Int32] = [:]
  /// Places in the heap of timers, by state.
  var placesInTimers: [Int32] = []
  /// Places in the heaps of desks and rules.
  var placesInSilence: [Int32] = []
  var placesInExpiry: [Int32] = []
  var placesInGroups: [Int32] = []

  var timers = ThresholdHeap()
  var silenceTimers = ThresholdHeap()
  var expiryTimers = ThresholdHeap()
  var groupTimers = ThresholdHeap()

  public internal(set) var silences: [AlertSilence] = []
  var silenceEnd = Int64.max
  /// States whose notification a silence held back.
  var muted: Set<Int32> = []
  var groups: [Int: AlertGroup] = [:]
  /// How many firings they have in all.
  var grouped = 0
  var owners: [String: AlertOwner] = [:]
  /// When there are so many, those that are of no use any more are dropped.
  var ownersSweep = 1024

  /// States that changed since `takeChanges`.
  var changed: Set<Int32> = []
  /// Rules are added as they were, without looking at them.
  var isRestoring = false

  /// Reused from one evaluation to the next.
  var triggered: [Int32] = []
  var results: [AlertValue] = []
  var termValues: [AlertValue] = []

  public init(options: AlertOptions = AlertOptions(), surroundings: AlertSurroundings) {
    self.options = options
    self.surroundings = surroundings
  }

  /// When `advance` or an event has to come at the latest, so that nothing is late; nil: nothing
  /// waits.
  public var nextTimer: Timestamp? { due == .max ? nil : Timestamp(nanoseconds: due) }

  /// The newest time of the clock of rules.
  public var now: Timestamp { Timestamp(nanoseconds: clock) }

  public var ruleCount: Int { slotOf.count }
  public var stateCount: Int { numberOf.count }

  static func number(_ rule: RuleID, _ instrument: InstrumentID) -> UInt64 {
    UInt64(rule.raw) << 32 | UInt64(instrument.raw)
  }

  /// All rules, in the order of their numbers.
  public var ruleIDs: [RuleID] { slotOf.keys.sorted { $0.raw < $1.raw } }

  /// A rule as it was added, with `enabled` as it is now.
  public func rule(_ id: RuleID) -> AlertRule? {
    guard let slot = slotOf[id], let entry = rules[slot] else { return nil }
    return entry.rule
  }

  public func ruleID(named name: String) -> RuleID? { ruleNames[name] }

  /// Whether the rule's time is over.
  public func hasExpired(_ id: RuleID) -> Bool {
    slotOf[id].flatMap { rules[$0]?.hasExpired } ?? false
  }

  /// The state of a rule for an instrument; nil when there is none (yet).
  public func state(_ rule: RuleID, _ instrument: InstrumentID) -> AlertInstance? {
    numberOf[Self.number(rule, instrument)].map { instances[Int($0)] }
  }

  /// The states of a rule, by instrument.
  public func states(of rule: RuleID) -> [AlertInstance] {
    guard let slot = slotOf[rule], let entry = rules[slot] else { return [] }
    return entry.instances.map { instances[Int($0)] }.sorted { $0.instrument < $1.instrument }
  }

  /// The states that are pending, firing or acknowledged, by rule and instrument.
  public var activeStates: [AlertInstance] {
    numberOf.values.map { instances[Int($0)] }
      .filter { $0.state != .inactive && $0.state != .resolved }
      .sorted { ($0.rule.raw, $0.instrument.raw) < ($1.rule.raw, $1.instrument.raw) }
  }
}
