/// What was found when a journal was opened for writing.
public struct JournalRecovery: Equatable, Sendable {
  /// The log's epoch: drawn when the journal began.
  public var epoch: UInt64
  /// The last event recorded; 0 in a new journal. The next one has the sequence after it.
  public var lastSequence: UInt64
  /// True when there was no journal.
  public var isNew: Bool
  /// All definitions, in the order in which they were made.
  public var definitions: [JournalDefinition] = []
  /// Damage, and what was done about a tail that was torn.
  public var faults: [JournalFault] = []
  /// Bytes of blocks that were not whole, cut off the ends of files.
  public var droppedBytes = 0
  /// The machine was started anew while the journal was open, or this is a copy: what was recorded
  /// after the last sync may be gone, so that a continued sequence could mean other events than
  /// somebody has seen.
  public var mayLackEvents = false
}
