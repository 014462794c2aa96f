internal import EngineCore
internal import Notifications

/// What reaches the lane from elsewhere.
enum NotifyMessage: Sendable {
  /// There is something new in the outbox.
  case arrived
  /// What waits for channels was read, or could not be.
  case read(Result<[ReadPart], PluginFailure>)
  case sent(SentMessage)
  /// What came of attempts is kept, or could not be.
  case settled(SettlingResult)
  /// What fires was told again; what went wrong with it.
  case toldAgain([String])
  case tested(Int64, AttemptResult, nanos: Int64)
}

/// What waits for one channel.
struct ReadPart: Sendable {
  let channel: String
  let limit: Int
  let tickets: [AlertOutboxTicket]
}

/// A message that was sent, or was not.
struct SentMessage: Sendable {
  let channel: String
  let number: UInt64
  /// Of its notifications that no longer wait.
  var lost: [Int64] = []
  /// Name of the message, and what it told of.
  var key = ""
  var entries: [AlertOutboxEntry] = []
  /// Nil: it was not tried.
  var result: AttemptResult?
  var began = Timestamp.distantPast
  var nanos: Int64 = 0
  /// Why it was not tried.
  var trouble: String?
}

/// What came of keeping the outcome of attempts.
struct SettlingResult: Sendable {
  /// Why the history has them not.
  var historyError: String?
  /// Why the outbox does not know.
  var outboxError: String?
}

/// Why something did not work, in words.
struct PluginFailure: Error, Sendable, Equatable {
  var message: String
}
