internal import AlertRules
internal import EngineCore

/// A state with the names that outlive its numbers.
struct KeptState: Sendable, Equatable {
  var rule: String
  var instrument: String
  /// Its own numbers are those of the running engine, or 0 when it was just read.
  var state: AlertInstance
}

/// A rule with where it comes from.
struct KeptRule: Sendable, Equatable {
  /// As it was given.
  var rule: AlertRule
  var origin: RuleOrigin
  /// As people have set it since.
  var isEnabled: Bool

  /// As it works.
  var working: AlertRule {
    var working = rule
    working.enabled = isEnabled
    return working
  }
}

/// An instrument with its newest prices.
struct KeptInstrument: Sendable, Equatable {
  var instrument: Instrument
  var prices: AlertCheckpoint.Instrument
}

/// What a term of an instrument remembers.
struct KeptTerm: Sendable, Equatable {
  var instrument: String
  var text: String
  var shared: [Int64]
  var own: [Int64]
}

/// What is small and always kept whole.
struct KeptDesk: Sendable, Equatable {
  struct Group: Sendable, Equatable {
    var rule: String
    /// The instrument of the first member's key.
    var instrument: String
    var kind: AlertNotification.Kind
    var generation: UInt32
    var number: UInt32
    var more: UInt32
    var due: Int64
    var members: [KeptTransition]
  }

  var clock = Int64.min
  var silences: [AlertSilence] = []
  var owners: [AlertCheckpoint.Owner] = []
  var groups: [Group] = []
  /// Largest generations of rules that are gone, by name.
  var retired: [String: UInt32] = [:]
  /// The largest of those that are not there any more.
  var retiredFloor: UInt32 = 0
}
