internal import AlertRules
internal import EngineCore

/// All that a store had when it was opened.
///
/// Of some things there are two versions: as of the base, from which reading the log leads to
/// everything after it; and as of the last commit, for when the log no longer has what is between.
struct StoredAlerts: Sendable {
  /// One of the two versions.
  struct Version: Sendable, Equatable {
    var position = AlertPosition()
    var desk = KeptDesk()
    var states: [KeptState] = []
  }

  /// Who may write from now on.
  var holder: Int64 = 0
  /// Nil of a store that is new.
  var base: Version?
  var newest: Version?
  /// As of both: what changes them is committed with a base.
  var rules: [KeptRule] = []
  /// As of the base.
  var instruments: [KeptInstrument] = []
  var terms: [KeptTerm] = []
  /// Changes of configured rules that the base does not have yet, by version.
  var changes: [RuleSetChange] = []
  /// Transitions up to the last commit that were not seen on the bus when the base was kept.
  var untold: [KeptTransition] = []
  /// The newest transition that was committed.
  var last: KeptTransition?
}
