public import Synchronization

/// What one subscription has seen. Written by its reader, read by anyone.
public final class SubscriptionMetrics: Sendable {
  @usableFromInline let deliveredCount = Atomic<UInt64>(0)
  let droppedCount = Atomic<UInt64>(0)
  let conflatedCount = Atomic<UInt64>(0)
  let gapCount = Atomic<UInt64>(0)

  // One thread writes: a load and a store are enough, and cheaper than an atomic addition.
  @inlinable func delivered(_ count: UInt64) {
    deliveredCount.store(
      deliveredCount.load(ordering: .relaxed) &+ count, ordering: .relaxed)
  }

  func dropped(_ count: UInt64) {
    droppedCount.store(droppedCount.load(ordering: .relaxed) &+ count, ordering: .relaxed)
    gapCount.store(gapCount.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  func conflated(_ count: UInt64) {
    conflatedCount.store(conflatedCount.load(ordering: .relaxed) &+ count, ordering: .relaxed)
  }

  /// Events handed over.
  public var delivered: UInt64 { deliveredCount.load(ordering: .relaxed) }
  /// Sequences lost, all of them told in gaps.
  public var dropped: UInt64 { droppedCount.load(ordering: .relaxed) }
  /// Events merged into others.
  public var conflated: UInt64 { conflatedCount.load(ordering: .relaxed) }
  /// Gaps told.
  public var gaps: UInt64 { gapCount.load(ordering: .relaxed) }
}
