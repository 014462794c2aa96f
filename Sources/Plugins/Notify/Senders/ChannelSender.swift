internal import EngineCore
internal import Notifications

/// Brings messages to where a channel leads. Any thread may call it.
protocol ChannelSender: Sendable {
  /// Sends a message; says what came of it within the time that there is, or soon after. Never
  /// throws: whatever goes wrong is a result.
  func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult
}
