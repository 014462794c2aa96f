internal import EngineCore

/// What became of a notification at the last attempt.
enum OutboxOutcome: Sendable, Equatable {
  case delivered(at: Timestamp)
  case failed(reason: String, retryAt: Timestamp)
  case dead(reason: String, at: Timestamp)
}
