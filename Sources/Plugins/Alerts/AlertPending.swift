internal import AlertRules

/// What has happened and is not committed yet.
struct AlertPending {
  /// Transitions and notifications that may wait: beyond that nothing more is read.
  static let limit = 65_536

  var records: [KeptTransition] = []
  var notifications: [KeptNotification] = []
  /// Rules whose states are no longer what is kept of them.
  var droppedStates: Set<String> = []
  var changedRules: Set<String> = []
  var removedRules: Set<String> = []
  var appliedChanges: [Int64: UInt64] = [:]
  /// What a start came to is not kept yet.
  var isStart = false
  /// A silence came or went.
  var hasNewSilences = false

  /// Rules are kept with a base: states and rules then belong to the same position.
  var needsBase: Bool {
    isStart || !changedRules.isEmpty || !removedRules.isEmpty || !appliedChanges.isEmpty
      || !droppedStates.isEmpty
  }

  /// Something that must not be lost.
  var isUrgent: Bool {
    !records.isEmpty || !notifications.isEmpty || hasNewSilences || needsBase
  }

  var isFull: Bool { records.count + notifications.count >= Self.limit }
}
