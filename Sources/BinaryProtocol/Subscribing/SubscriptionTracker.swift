public import EngineCore

/// Where a stream of records is, and whether they come in order: what a client needs to resume.
public struct SubscriptionTracker: Equatable, Sendable {
  /// The next sequence that may come: where to resume.
  public private(set) var position: StreamPosition
  /// Whether a snapshot that was asked for is complete.
  public private(set) var isSnapshotOver = false
  private let isConflated: Bool

  /// A tracker of the stream that an answer announced.
  public init(_ answer: SubscribeAnswer) {
    position = answer.position
    isConflated = answer.policy == .conflate
  }

  /// Takes note of events. Returns the index of the first whose sequence is below what came before,
  /// and nil when there is none.
  public mutating func note(_ events: Span<Event>) -> Int? {
    for index in events.indices {
      let sequence = events[index].sequence
      if sequence > 0, events[index].flags.isDisjoint(with: [.snapshot, .conflated]) {
        guard sequence >= position.next else { return index }
        // What a conflated stream has sent is said by positions alone.
        if !isConflated { position.next = sequence + 1 }
      } else {
        noteOther(events[index])
      }
    }
    return nil
  }

  /// Takes note of a definition.
  public mutating func note(
    _ definition: DefinitionRecord, offset: Int = 0
  ) throws(RecordError) {
    guard definition.sequence > 0 else { return }
    guard definition.sequence >= position.next else {
      throw .sequence(
        offset: offset, expectedAtLeast: position.next, found: definition.sequence)
    }
    if !isConflated { position.next = definition.sequence + 1 }
  }

  /// Takes note of a position.
  public mutating func note(_ record: PositionRecord, offset: Int = 0) throws(RecordError) {
    guard record.epoch == position.epoch, record.next >= position.next else {
      throw .sequence(offset: offset, expectedAtLeast: position.next, found: record.next)
    }
    position.next = record.next
    if record.isSnapshotEnd { isSnapshotOver = true }
  }

  /// A gap of this subscription, or an event that stands outside of the order.
  private mutating func noteOther(_ event: Event) {
    guard event.sequence == 0, event.kindCode == EventKind.gap.rawValue else { return }
    let last = event.gap.last
    if last < .max { position.next = max(position.next, last + 1) }
  }
}
