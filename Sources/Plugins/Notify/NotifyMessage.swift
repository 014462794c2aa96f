internal import EngineCore
internal import Notifications

/// What reaches the lane from elsewhere.
enum NotifyMessage: Sendable {
  /// There is something new in the outbox.
  case arrived
  /// What waits for channels was read, or could not be.
  case read(Result<[ReadPart], PluginFailure>)
  case loaded(LoadedDeliveries)
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

/// What a channel sends next.
struct PlannedDelivery: Sendable {
  let channel: String
  let delivery: Delivery
}

/// What is to be sent, with all that there is to say; without what no longer waits.
struct LoadedDeliveries: Sendable {
  let planned: [PlannedDelivery]
  let entries: Result<[AlertOutboxEntry], PluginFailure>
}

/// A message that was tried, and what came of it.
struct SentMessage: Sendable {
  let channel: String
  let number: UInt64
  /// Name of the message, and what it told of.
  let key: String
  let entries: [AlertOutboxEntry]
  let result: AttemptResult
  let began: Timestamp
  let nanos: Int64
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
