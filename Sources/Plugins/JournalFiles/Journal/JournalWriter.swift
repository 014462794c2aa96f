public import EngineCore

/// Records events: the one writer of a journal.
///
/// `append` takes events in, `write` puts them where they survive the end of this process, `sync`
/// where they survive a loss of power; `commit` does what the policy asks for. Not for use by
/// several threads at a time. An error leaves the writer as it was: the call can be made again.
public final class JournalWriter {
  let disk: any JournalDisk
  let options: JournalOptions
  let lock: any JournalFile
  public let epoch: UInt64

  let codec: BlockCodec
  let staging: EventArea
  /// Whole frames that are not in the file yet.
  var output = ByteBuffer(capacity: 1 << 20)
  var outputHeaders: [(header: BlockHeader, counts: InlineArray<16, Int>)] = []
  var newDefinitions: [JournalDefinition] = []

  var segment: OpenSegment
  let definitions: DefinitionsFile
  /// The last sequence that is in a frame.
  var framed: UInt64
  var lastSync: Timestamp
  var syncedBytes: Int
  /// How much of the segment's beginning need not be in memory.
  var forgottenBytes = 0
  /// A sync that another thread carries out.
  var begun: JournalSync?
  var failure: String?
  var isClosed = false

  /// The last event taken in.
  public internal(set) var appended: UInt64
  /// The last event that survives the end of this process (`kill -9`).
  public internal(set) var written: UInt64
  /// The last event that survives a loss of power.
  public internal(set) var synced: UInt64
  /// Events that wait for a sync.
  public internal(set) var unsyncedEvents = 0

  /// Opens the journal in a folder, or begins one, and repairs what a crash left unfinished.
  ///
  /// - Parameter now: the engine's time; of a new journal also the epoch.
  public static func open(
    _ disk: any JournalDisk, options: JournalOptions = JournalOptions(), now: Timestamp
  ) throws(JournalError) -> (writer: JournalWriter, recovery: JournalRecovery) {
    var opening = JournalOpening(disk, options: options, now: now)
    let opened = try opening.run()
    return (JournalWriter(opened, disk: disk, options: options, now: now), opened.recovery)
  }

  private init(
    _ opened: JournalOpening.Opened, disk: any JournalDisk, options: JournalOptions, now: Timestamp
  ) {
    self.disk = disk
    self.options = options
    lock = opened.lock
    epoch = opened.recovery.epoch
    codec = BlockCodec(capacity: options.blockEvents)
    staging = EventArea(capacity: options.blockEvents)
    segment = opened.segment
    definitions = opened.definitions
    let last = opened.recovery.lastSequence
    framed = last
    appended = last
    written = last
    synced = last
    lastSync = now
    syncedBytes = opened.segment.end
  }

  // MARK: Taking events in

  /// Takes events in; their sequences rise. Nothing is recorded before `write` or `commit`.
  ///
  /// - Parameter catalog: where the texts of definitions are.
  public func append(
    _ events: borrowing Span<Event>, catalog: Catalog
  ) throws(JournalError) {
    try checkRoom()
    try checkOrder(events)
    var index = 0
    while index < events.count {
      let count = min(events.count - index, staging.capacity - staging.count)
      let part = events.extracting(index..<index + count)
      keepDefinitions(of: part, catalog)
      staging.append(part)
      if staging.isFull { frame() }
      index += count
    }
    if let last = events.indices.last { appended = events[last].sequence }
  }

  /// Takes in all that there is before the next `write` or `commit`: it need not wait for more
  /// before it is made a block. Events without a sequence are left out.
  ///
  /// - Returns: how many events were taken in.
  public func appendLast(
    _ events: borrowing Span<Event>, catalog: Catalog
  ) throws(JournalError) -> Int {
    try checkRoom()
    frame()
    var taken = 0
    var index = 0
    while index < events.count {
      let end = min(index + staging.capacity, events.count)
      let part = events.extracting(index..<end)
      guard let facts = codec.split(part, after: framed, above: appended) else {
        try checkOrder(part)
        return taken
      }
      if facts.holds(.definition) { keepDefinitions(of: part, catalog) }
      if facts.count > 0 { frame(facts) }
      taken += facts.count
      index = end
    }
    return taken
  }

  private func checkRoom() throws(JournalError) {
    try check()
    guard output.count <= options.pendingBytesMax else {
      throw .full(pendingBytes: output.count)
    }
  }

  private func checkOrder(_ events: borrowing Span<Event>) throws(JournalError) {
    var before = appended
    for index in events.indices {
      let sequence = events[index].sequence
      guard sequence > before else { throw .order(after: before, found: sequence) }
      before = sequence
    }
  }

  /// Keeps what the catalog knows of definitions.
  private func keepDefinitions(of events: borrowing Span<Event>, _ catalog: Catalog) {
    for index in events.indices
    where events[index].kindCode == EventKind.definition.rawValue {
      let event = events[index]
      newDefinitions.append(
        JournalDefinition(
          sequence: event.sequence, definition: event.definition, catalog: catalog))
    }
  }

  /// Makes a block of what was taken in.
  func frame() {
    guard staging.count > 0 else { return }
    guard let facts = codec.split(staging.span, after: framed, above: framed) else {
      preconditionFailure("sequences were checked to rise")
    }
    frame(facts)
    staging.removeAll()
  }

  /// Makes a block of what was split, behind the definitions in it.
  private func frame(_ facts: BlockFacts) {
    if !newDefinitions.isEmpty {
      definitions.add(newDefinitions, after: framed)
      if let header = DefinitionFrame.append(newDefinitions, after: framed, to: &output) {
        outputHeaders.append((header, InlineArray(repeating: 0)))
      }
      newDefinitions.removeAll(keepingCapacity: true)
    }
    let header = codec.append(facts, to: &output)
    outputHeaders.append((header, codec.columns.kindCounts))
    framed = header.facts.last
    appended = max(appended, framed)
  }

  func check() throws(JournalError) {
    if isClosed { throw .closed }
    if let failure { throw .unsynced(reason: failure) }
  }
}
