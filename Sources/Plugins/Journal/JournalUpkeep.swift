internal import EngineCore
internal import JournalFiles

/// Old files are removed or packed, one after the other, away from the lane.
struct JournalUpkeep: Sendable {
  /// What one round did.
  struct Outcome: Sendable, Equatable {
    var removed = 0
    var compacted = 0
    /// How much smaller the journal has become.
    var bytesFreed = 0
    var error: JournalError?

    mutating func add(_ other: Outcome) {
      removed += other.removed
      compacted += other.compacted
      bytesFreed += other.bytesFreed
      error = other.error
    }
  }

  /// Damaged files are told once, and left alone: what is in them may still be read.
  private(set) var damaged: Set<String> = []

  /// What there is to do now, done.
  mutating func run(
    _ retention: JournalRetention, on disk: any JournalDisk, now: Timestamp
  ) -> Outcome {
    var outcome = Outcome()
    do throws(JournalError) {
      let before = try JournalSegmentInfo.all(disk)
      for step in retention.steps(for: before, now: now) {
        try run(step, on: disk, &outcome)
      }
      let bytes = try JournalSegmentInfo.all(disk).reduce(0) { $0 + $1.bytes }
      outcome.bytesFreed = before.reduce(0) { $0 + $1.bytes } - bytes
    } catch {
      outcome.error = error
    }
    return outcome
  }

  private mutating func run(
    _ step: JournalRetention.Step, on disk: any JournalDisk, _ outcome: inout Outcome
  ) throws(JournalError) {
    switch step {
    case .remove: outcome.removed += 1
    case .compact(let name, _):
      if damaged.contains(name) { return }
      outcome.compacted += 1
    }
    do throws(JournalError) {
      try step.run(disk)
    } catch {
      guard case .compact(let name, _) = step, case .damaged = error else { throw error }
      outcome.compacted -= 1
      outcome.error = error
      damaged.insert(name)
    }
  }
}
