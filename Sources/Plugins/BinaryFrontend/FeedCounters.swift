internal import Synchronization

/// What a frontend counted. Any thread may read it.
final class FeedCounters: Sendable {
  private let lostCount = Atomic<UInt64>(0)
  private let conflatedCount = Atomic<UInt64>(0)
  private let acceptedCount = Atomic<UInt64>(0)
  private let refusedCount = Atomic<UInt64>(0)
  private let publishedCount = Atomic<UInt64>(0)
  private let rejectedCount = Atomic<UInt64>(0)
  private let faultCount = Atomic<UInt64>(0)

  func lost(_ count: UInt64) { lostCount.add(count, ordering: .relaxed) }
  func conflated(_ count: UInt64) { conflatedCount.add(count, ordering: .relaxed) }
  func connectionAccepted() { acceptedCount.add(1, ordering: .relaxed) }
  func connectionRefused() { refusedCount.add(1, ordering: .relaxed) }
  func published(_ count: UInt64) { publishedCount.add(count, ordering: .relaxed) }
  func rejected(_ count: UInt64) { rejectedCount.add(count, ordering: .relaxed) }
  func protocolFault() { faultCount.add(1, ordering: .relaxed) }

  var lost: UInt64 { lostCount.load(ordering: .relaxed) }
  var conflated: UInt64 { conflatedCount.load(ordering: .relaxed) }
  var accepted: UInt64 { acceptedCount.load(ordering: .relaxed) }
  var refused: UInt64 { refusedCount.load(ordering: .relaxed) }
  var published: UInt64 { publishedCount.load(ordering: .relaxed) }
  var rejected: UInt64 { rejectedCount.load(ordering: .relaxed) }
  var faults: UInt64 { faultCount.load(ordering: .relaxed) }
}
