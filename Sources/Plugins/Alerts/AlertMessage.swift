internal import EngineCore

/// What reaches the lane from elsewhere.
enum AlertMessage: Sendable {
  /// A batch was committed, or not.
  case kept(serial: UInt64, Result<AlertsKept, AlertStoreError>)
  /// The log has come so far as a batch that waits for it.
  case logKept(serial: UInt64)
  /// Rule files were looked at; nil when nothing has changed.
  case files(Result<RuleFiles.Content, PluginFailure>?)
  /// What there was to do at the start is done.
  case begun(Result<AlertBeginning, PluginFailure>)
  /// Changes of rules were kept and can be made, one after the other.
  case changes([RuleSetChange], [RuleFiles.Mark])
  case changeFailed(AlertStoreError)
  /// A change was not made: the host has refused its command.
  case changeRefused(Int64, PluginFailure)
  case question(AlertQuestion)
  /// A question about the past was answered: the next one may be.
  case historyRead
}

/// What a commit came to.
struct AlertsKept: Sendable {
  /// Notifications that were not there before.
  var added: Int
  /// With a base: what the outbox holds. To count takes too long for the lane, or for each commit.
  var outbox: AlertOutboxFigures?
  /// With a base: notifications that nobody took for too long.
  var givenUp = 0
}

/// Why something did not work, in words.
struct PluginFailure: Error, Sendable, Equatable {
  var message: String
}
