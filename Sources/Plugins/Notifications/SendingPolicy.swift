/// What a channel's queue goes by.
package struct SendingPolicy: Sendable, Equatable {
  /// Notifications that are held in memory at most; the others stay in the outbox.
  package var queueMax = 1000
  /// Messages under way at a time.
  package var concurrency = 4
  package var rate: SendingRate?
  package var backoff = Backoff(firstNanos: 1_000_000_000, mostNanos: 300_000_000_000)
  /// A notification that has failed for so long is given up.
  package var giveUpNanos: Int64 = 86_400_000_000_000
  /// Longest wait that a receiver may ask for.
  package var retryAfterMaxNanos: Int64 = 3_600_000_000_000
  /// Notifications that come within so long after the first are one message; 0: each is its own.
  package var groupNanos: Int64 = 0
  package var groupMax = 100
  package var minimum = NotificationSeverity.info
  package var quiet: QuietHours?
  package var order = SendingOrder.rule

  package init() {}
}
