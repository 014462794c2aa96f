internal import EngineCore
internal import Notifications

/// Who brings messages where.
enum ChannelSenders {
  static func make(
    _ target: ChannelTarget, web: WebClient?, store: NotifyStore?, clock: any EngineClock
  ) -> any ChannelSender {
    guard let client = web?.client else { return NoSender() }
    switch target {
    case .webhook(let settings):
      return WebhookSender(settings: settings, client: client, clock: clock)
    case .ntfy(let settings): return NtfySender(settings: settings, client: client, clock: clock)
    case .email(let settings): return EmailSender(settings: settings)
    case .alertmanager(let settings):
      return AlertmanagerSender(settings: settings, client: client, clock: clock, store: store)
    case .command(let settings): return CommandSender(settings: settings)
    case .log(let settings): return LogFileSender(settings: settings)
    case .none: return NoSender()
    }
  }

  /// Of a channel that leads nowhere: what it gets waits.
  private struct NoSender: ChannelSender {
    func send(_ message: NotificationMessage, timeoutNanos: Int64) async -> AttemptResult {
      .failed("the channel leads nowhere", retryAfterNanos: nil)
    }
  }
}
