public import EngineCore

/// How long what is recorded is kept. Ages count from when a segment was sealed, by the engine's
/// clock: old ticks that were loaded yesterday are a day old.
public struct JournalRetention: Equatable, Sendable {
  public struct Limit: Equatable, Sendable {
    public var ageNanos: Int64?
    public var bytes: Int?

    public init(ageNanos: Int64? = nil, bytes: Int? = nil) {
      self.ageNanos = ageNanos
      self.bytes = bytes
    }
  }

  /// For everything.
  public var all: Limit
  /// For events of a kind. Definitions are never dropped by themselves.
  public var kinds: [EventKind: Limit]
  /// Segments that were sealed this long ago are compacted.
  public var compactAfterNanos: Int64?
  /// No event from here on is removed.
  public var keepFrom: UInt64?

  public init(
    all: Limit = Limit(), kinds: [EventKind: Limit] = [:], compactAfterNanos: Int64? = nil,
    keepFrom: UInt64? = nil
  ) {
    self.all = all
    self.kinds = kinds
    self.compactAfterNanos = compactAfterNanos
    self.keepFrom = keepFrom
  }

  /// Something to do to one segment.
  public enum Step: Equatable, Sendable {
    case remove(String)
    /// Makes it compact, without events of these kinds.
    case compact(String, dropping: Set<EventKind>)
  }

  /// What is to be done now, oldest first. Segments that are not sealed are left alone.
  public func steps(for segments: [JournalSegmentInfo], now: Timestamp) -> [Step] {
    var steps: [Step] = []
    let sealed = segments.filter { $0.sealed != nil }
    let removed = removedCount(segments, sealed, now)
    steps += sealed.prefix(removed).map { .remove($0.name) }
    let drops = droppedKinds(segments, now)
    for segment in sealed.dropFirst(removed) {
      let kinds = drops[segment.name] ?? []
      if !kinds.isEmpty || isDueForCompaction(segment, now) {
        steps.append(.compact(segment.name, dropping: kinds))
      }
    }
    return steps
  }

  private func isDueForCompaction(_ segment: JournalSegmentInfo, _ now: Timestamp) -> Bool {
    guard let after = compactAfterNanos, !segment.isCompact else { return false }
    return age(segment, now) >= after
  }

  private func age(_ segment: JournalSegmentInfo, _ now: Timestamp) -> Int64 {
    segment.sealed.map { now.nanos(since: $0) } ?? 0
  }

  /// How many of the oldest segments go. Never one from the middle: the log has no holes but those
  /// of dropped kinds.
  private func removedCount(
    _ segments: [JournalSegmentInfo], _ sealed: [JournalSegmentInfo], _ now: Timestamp
  ) -> Int {
    var count = 0
    var bytes = segments.reduce(0) { $0 + $1.bytes }
    for segment in sealed {
      if let keepFrom, segment.last >= keepFrom { break }
      let isTooOld = all.ageNanos.map { age(segment, now) > $0 } ?? false
      let isTooMuch = all.bytes.map { bytes > $0 } ?? false
      guard isTooOld || isTooMuch else { break }
      bytes -= segment.bytes
      count += 1
    }
    return count
  }

  /// For each segment the kinds that it is to lose.
  private func droppedKinds(
    _ segments: [JournalSegmentInfo], _ now: Timestamp
  ) -> [String: Set<EventKind>] {
    var drops: [String: Set<EventKind>] = [:]
    for (kind, limit) in kinds where kind != .definition {
      var bytes = 0
      for segment in segments.reversed() {
        guard let count = segment.kindCounts[kind], count > 0 else { continue }
        bytes += segment.bytes / max(segment.events, 1) * count
        guard segment.sealed != nil, keepFrom.map({ segment.last < $0 }) ?? true else { continue }
        let isTooOld = limit.ageNanos.map { age(segment, now) > $0 } ?? false
        let isTooMuch = limit.bytes.map { bytes > $0 } ?? false
        if isTooOld || isTooMuch { drops[segment.name, default: []].insert(kind) }
      }
    }
    return drops
  }
}

extension JournalRetention.Step {
  /// Does it. Readers that are in the segment go on with what they have open.
  public func run(_ disk: any JournalDisk) throws(JournalError) {
    switch self {
    case .remove(let name):
      do throws(DiskError) {
        try disk.remove(name)
        try disk.syncNames()
      } catch {
        throw .disk(error)
      }
    case .compact(let name, let kinds):
      try JournalCompaction.compact(disk, segment: name, dropping: kinds)
    }
  }
}
