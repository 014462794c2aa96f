internal import AlertRules
internal import EngineCore

/// What is committed at once: everything that happened up to a position.
struct AlertBatch: Sendable {
  /// What can be restored exactly, with the log from there on.
  struct Base: Sendable {
    var instruments: [KeptInstrument]
    var terms: [KeptTerm]
  }

  /// Of the instance that made it, as `StoredAlerts` has it.
  var holder: Int64
  /// Counts the batches of an instance from 1; one that comes again, or late, changes nothing.
  var serial: UInt64
  var position: AlertPosition
  var records: [KeptTransition] = []
  var notifications: [KeptNotification] = []
  /// Rules whose states are dropped before `states` are kept.
  var droppedStates: [String] = []
  /// States that have changed.
  var states: [KeptState] = []
  /// Clock, silences, owners, groups, and numbers of rules that are gone.
  var desk: KeptDesk
  /// Rules that are new or have changed, and those that are gone. Only with a base.
  var rules: [KeptRule] = []
  var removedRules: [String] = []
  /// Changes of configured rules by command, and where they were made.
  var appliedChanges: [Int64: UInt64] = [:]
  var base: Base?
  var retention: AlertRetention

  /// Rows of history and outbox, roughly.
  var size: Int { records.count + notifications.count }
}
