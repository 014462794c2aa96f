/// When to try again after a connection was lost: waits that double, with jitter, up to a limit.
public struct ReconnectPolicy: Equatable, Sendable {
  /// The first wait, at most; half of it at least.
  public var firstNanos: Int64
  /// The longest wait.
  public var maxNanos: Int64
  /// Attempts that may fail one after the other; nil: without limit. 0 turns reconnecting off.
  public var attemptsMax: Int?

  public init(
    firstNanos: Int64 = 100_000_000, maxNanos: Int64 = 30_000_000_000, attemptsMax: Int? = nil
  ) {
    self.firstNanos = max(1, firstNanos)
    self.maxNanos = max(self.firstNanos, maxNanos)
    self.attemptsMax = attemptsMax
  }

  /// Never again.
  public static let off = ReconnectPolicy(attemptsMax: 0)

  /// How long to wait before attempt `attempt`, from 1; nil when it is not to be made. Half of the
  /// wait is fixed and half is random, so that clients do not come back all at once.
  public func delayNanos(attempt: Int, using random: inout some RandomNumberGenerator) -> Int64? {
    if let attemptsMax, attempt > attemptsMax { return nil }
    var delay = firstNanos
    for _ in 1..<max(1, attempt) where delay < maxNanos { delay = min(maxNanos, delay * 2) }
    return delay - Int64.random(in: 0...delay / 2, using: &random)
  }

  /// Whether an error may go away by itself.
  static func isWorthRetrying(_ error: CallError) -> Bool { error.code == .unavailable }
}
