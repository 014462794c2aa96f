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
  var stagedCounts = InlineArray<16, Int>(repeating: 0)

  var segment: OpenSegment
  let definitions: DefinitionsFile
  /// The last sequence that is in a frame.
  var framed: UInt64
  var lastSync: Timestamp
  var syncedBytes: Int
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
    try check()
    guard output.count <= options.pendingBytesMax else {
      throw .full(pendingBytes: output.count)
    }
    try checkOrder(events)
    var index = 0
    while index < events.count {
      let count = min(events.count - index, staging.capacity - staging.count)
      note(events.extracting(index..<index + count), catalog)
      staging.append(events, index..<index + count)
      index += count
      if staging.isFull { frame() }
    }
    if let last = events.indices.last { appended = events[last].sequence }
  }

  private func checkOrder(_ events: borrowing Span<Event>) throws(JournalError) {
    var before = appended
    for index in events.indices {
      let sequence = events[index].sequence
      guard sequence > before else { throw .order(after: before, found: sequence) }
      before = sequence
    }
  }

  /// Counts kinds, and keeps what the catalog knows of definitions.
  private func note(_ events: borrowing Span<Event>, _ catalog: Catalog) {
    var counts = stagedCounts
    for index in events.indices {
      let kind = events[index].kindCode
      counts[kind > 15 ? 0 : Int(kind)] &+= 1
      if kind == EventKind.definition.rawValue {
        let event = events[index]
        newDefinitions.append(
          JournalDefinition(
            sequence: event.sequence, definition: event.definition, catalog: catalog))
      }
    }
    stagedCounts = counts
  }

  /// Makes a block of what was taken in.
  func frame() {
    guard staging.count > 0 else { return }
    if !newDefinitions.isEmpty {
      definitions.add(newDefinitions, after: framed)
      if let header = DefinitionFrame.append(newDefinitions, after: framed, to: &output) {
        outputHeaders.append((header, InlineArray(repeating: 0)))
      }
      newDefinitions.removeAll(keepingCapacity: true)
    }
    let header = codec.append(staging.span, after: framed, to: &output)
    outputHeaders.append((header, stagedCounts))
    stagedCounts = InlineArray(repeating: 0)
    framed = header.facts.last
    staging.removeAll()
  }

  func check() throws(JournalError) {
    if isClosed { throw .closed }
    if let failure { throw .unsynced(reason: failure) }
  }

  // MARK: Making them durable

  /// Writes, and syncs when the policy says so: after each batch, and from a timer at
  /// `nextCommit`.
  public func commit(now: Timestamp) throws(JournalError) {
    try write(now: now)
    if isSyncDue(now) { try sync(now: now) }
  }

  /// When `commit` has something to do though nothing comes in; nil when nothing waits.
  public var nextCommit: Timestamp? {
    guard unsyncedEvents > 0 || staging.count > 0 || output.count > 0 else { return nil }
    guard case .every(let nanos) = options.sync else { return nil }
    return lastSync.advanced(byNanos: nanos)
  }

  private func isSyncDue(_ now: Timestamp) -> Bool {
    guard unsyncedEvents > 0 else {
      // Waiting begins with the next event.
      lastSync = now
      return false
    }
    switch options.sync {
    case .every(let nanos): return now < lastSync || now.nanos(since: lastSync) >= nanos
    case .everyEvents(let count): return unsyncedEvents >= count
    case .eachBatch: return true
    }
  }
}
