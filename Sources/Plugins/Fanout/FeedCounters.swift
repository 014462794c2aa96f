internal import Synchronization

/// What feeds of a frontend lost and merged. Any thread may read it.
package final class FeedCounters: Sendable {
  private let lostCount = Atomic<UInt64>(0)
  private let conflatedCount = Atomic<UInt64>(0)

  package init() {}

  package func lost(_ count: UInt64) { lostCount.add(count, ordering: .relaxed) }
  package func conflated(_ count: UInt64) { conflatedCount.add(count, ordering: .relaxed) }

  package var lost: UInt64 { lostCount.load(ordering: .relaxed) }
  package var conflated: UInt64 { conflatedCount.load(ordering: .relaxed) }
}
