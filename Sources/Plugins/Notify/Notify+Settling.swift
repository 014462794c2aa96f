internal import EngineCore
internal import Notifications

/// Keeping what came of attempts, away from the lane.
extension Notify {
  static let settleRetryNanos: Int64 = 1_000_000_000

  /// Writes what has gathered, unless a write is under way.
  func settle() {
    guard !settling.isWriting, !settling.isEmpty, let outbox, let store,
      context.clock.monotonicNanos() >= settling.retryNanos
    else { return }
    settling.begin()
    let (batch, attempts) = (settling.batch, settling.batchAttempts)
    let oldest = context.clock.now().advanced(byNanos: -settings.historyAgeNanos)
    let most = settings.historyMax
    let outcome = context.background.run {
      var result = SettlingResult()
      // First the history: what is settled was tried.
      do throws(PluginError) {
        try store.add(attempts, most: most, oldest: oldest)
      } catch {
        result.historyError = error.message
      }
      do throws(PluginError) {
        if !batch.isEmpty { try await outbox.settle(batch) }
      } catch {
        result.outboxError = error.message
      }
      return NotifyMessage.settled(result)
    }
    if outcome != .accepted { takeSettled(SettlingResult(outboxError: "too much is under way")) }
  }

  func takeSettled(_ result: SettlingResult) {
    settling.isWriting = false
    if let error = result.historyError {
      historyFaults += UInt64(settling.batchAttempts.count)
      context.log.error("attempts were not kept", LogField("error", error))
    }
    settling.batchAttempts = []
    if let error = result.outboxError {
      settling.retryNanos = context.clock.monotonicNanos() + Self.settleRetryNanos
      context.timers.schedule(
        Self.settleTimer, at: context.clock.now().advanced(byNanos: Self.settleRetryNanos))
      loseOutbox(error)
      return
    }
    settling.retryNanos = .min
    let ids = settling.batch.map(\.id)
    settling.batch = []
    for name in desks.keys { desks[name]?.queue.settled(ids) }
    for (name, desk) in desks where desk.isLeaving && desk.queue.isIdle { desks[name] = nil }
  }
}
