internal import Synchronization

/// Figures of one plugin instance. Written by its lane, read by anyone.
final class RunnerMetrics: Sendable {
  let outbox = OutboxMetrics()
  /// From the time that the newest event of a batch was received to the time that it was delivered.
  let hop = Histogram()
  /// Since when its source has found no room, on the monotonic clock; 0 while it has some.
  let blockedSince = Atomic<Int64>(0)
  private let batchCount = Atomic<UInt64>(0)

  func batch() {
    batchCount.store(batchCount.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  /// Calls of `receive`.
  var batches: UInt64 { batchCount.load(ordering: .relaxed) }
}
