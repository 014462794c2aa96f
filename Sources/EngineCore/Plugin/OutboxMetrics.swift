internal import Synchronization

/// What a plugin has published. Written by its lane, read by anyone.
final class OutboxMetrics: Sendable {
  private let publishedCount = Atomic<UInt64>(0)
  private let kinds = (0..<16).map { _ in AtomicCounter() }
  private let refusedCount = Atomic<UInt64>(0)
  private let heldCount = Atomic<UInt64>(0)
  private let stalledCount = Atomic<UInt64>(0)

  func published(_ count: UInt64) {
    publishedCount.store(publishedCount.load(ordering: .relaxed) &+ count, ordering: .relaxed)
  }
  /// Counts events of one kind that were published or held back.
  func count(_ kindCode: UInt8, _ count: UInt64) {
    if count > 0, Int(kindCode) < kinds.count { kinds[Int(kindCode)].add(count) }
  }

  /// Events of a kind that were published or held back.
  func events(of kind: EventKind) -> UInt64 { kinds[Int(kind.rawValue)].value }

  func refused(_ count: UInt64) {
    refusedCount.store(refusedCount.load(ordering: .relaxed) &+ count, ordering: .relaxed)
  }
  func held(_ count: UInt64) {
    if count > 0, heldCount.load(ordering: .relaxed) == 0 {
      stalledCount.store(stalledCount.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }
    heldCount.store(count, ordering: .relaxed)
  }

  var published: UInt64 { publishedCount.load(ordering: .relaxed) }
  var refused: UInt64 { refusedCount.load(ordering: .relaxed) }
  /// Waiting for room now.
  var held: UInt64 { heldCount.load(ordering: .relaxed) }
  /// How often it began to wait.
  var stalls: UInt64 { stalledCount.load(ordering: .relaxed) }
}
