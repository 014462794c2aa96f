public import EngineCore
internal import JournalFiles

/// Records everything that is on the bus, so that the engine goes on where it was after a restart.
///
/// Reads losslessly; frontends stay behind it. While the disk takes nothing it takes nothing
/// either, and so holds the ring and with it the sources, or it goes on without (`on_failure`).
public final class Journal: Plugin, LogKeeper {
  public static let manifest = PluginManifest(
    kind: "journal", summary: "Records all events on disk; the engine goes on with them.",
    consumes: Set(EventKind.allCases), endsBatches: true,
    commands: [
      PluginCommandDescription("status", "where the journal is and how far it has come"),
      PluginCommandDescription("compact", "pack all sealed files now"),
      PluginCommandDescription(
        "prune", "remove old files now: {\"max_age\": \"30d\"} or {\"max_size\": \"1GiB\"}"),
    ])

  private static let commitTimer = TimerID(1)
  private static let upkeepTimer = TimerID(2)
  private static let retryNanos: Int64 = 500_000_000

  private let settings: JournalSettings
  private let context: PluginContext
  private let store: JournalStore
  /// Why nothing can be recorded now.
  private var trouble: JournalTrouble?
  private var figures = JournalFigures()
  /// Old files are being seen to.
  private var isTidying = false
  /// What is to be told on the bus with the next call. The manifest does not have it: sources would
  /// be kept closer to a reader that publishes.
  private var news: [Event] = []

  /// What stands for the folder in tests: a disk that fails.
  @TaskLocal static var disk: (any JournalDisk)?

  public static func openLog(
    _ settings: JournalSettings, now: Timestamp, log: Log
  ) throws(PluginError) -> any LogStore {
    let folder: any JournalDisk
    do throws(DiskError) {
      if let disk { folder = disk } else { folder = try PosixDisk(folder: settings.folder) }
    } catch {
      throw PluginError("the journal's folder cannot be used: \(error)")
    }
    return try JournalStore.open(settings, disk: folder, now: now, log: log)
  }

  public init(settings: JournalSettings, context: PluginContext) throws {
    guard let store = context.logStore as? JournalStore else {
      throw PluginError(
        "a journal is opened when the engine starts", hint: "restart engined to add one")
    }
    guard store.folder == settings.folder else {
      throw PluginError(
        "the journal is in \(store.folder); it moves only when the engine starts anew")
    }
    self.settings = settings
    self.context = context
    self.store = store
  }

  public var subscription: SubscriptionRequest? {
    let last = (try? store.write { writer in writer.appended }) ?? store.lastSequence
    return SubscriptionRequest(
      .everything,
      start: .after(epoch: context.epoch, sequence: max(last, store.lastSequence)), batch: 16384)
  }

  // MARK: Recording

  public var canReceive: Bool {
    if let trouble, context.clock.monotonicNanos() >= trouble.retryNanos { retry() }
    return trouble == nil || settings.onFailure == .proceed
  }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    guard trouble == nil else { return lose(batch) }
    let catalog = context.catalog
    do throws(JournalError) {
      let kept = try store.write { writer throws(JournalError) in
        try writer.appendLast(batch, catalog: catalog)
      }
      figures.events += UInt64(kept)
    } catch {
      failToRecord(error)
    }
  }

  /// Commits what came together: one write for all of it.
  public func batchEnded(publishing output: inout EventSink) throws {
    defer { publishNews(&output) }
    guard trouble == nil else { return }
    let now = context.clock.now()
    do throws(JournalError) {
      try commit(now)
      schedule()
    } catch {
      failToRecord(error)
    }
  }

  private func commit(_ now: Timestamp) throws(JournalError) {
    let sync = try store.write { writer throws(JournalError) in try writer.commitApart(now: now) }
    store.callWaiting()
    carryOut(sync)
  }

  /// What was taken in and not written waits in the writer for the next try.
  private func failToRecord(_ error: JournalError) {
    fail(error)
    if settings.onFailure == .proceed { lose(Span()) }
  }

  /// Syncs on a thread of its own: while the disk takes its time, recording goes on.
  private func carryOut(_ sync: JournalSync?) {
    guard let sync else { return }
    let inbox = context.inbox
    let isStarted = LaneThread.start(name: "journal-sync") {
      sync.run()
      // Should there be no room, the next commit finds it done.
      _ = inbox.offer(SyncDone())
    }
    guard !isStarted else { return }
    sync.run()
    _ = inbox.offer(SyncDone())
  }

  /// Tells the lane that a sync was carried out.
  private struct SyncDone: Sendable {}

  private func finishSync() {
    let now = context.clock.now()
    do throws(JournalError) {
      try store.write { writer throws(JournalError) in try writer.finishSync(now: now) }
      schedule()
    } catch {
      fail(error)
    }
  }

  // MARK: When the disk takes nothing

  private func fail(_ error: JournalError) {
    if trouble == nil {
      trouble = JournalTrouble(error: error, since: context.clock.now(), retryNanos: 0)
      figures.failures += 1
      let effect =
        settings.onFailure == .halt
        ? "nothing can be recorded: sources are held back"
        : "nothing can be recorded: events are lost"
      context.log.error(effect, LogField("error", error))
      tell(.down, from: .up, "\(effect): \(error)")
    }
    trouble?.retryNanos = context.clock.monotonicNanos() + Self.retryNanos
  }

  /// A person or a rule may wait for that: it goes on the bus.
  private func tell(_ code: StatusCode, from previous: StatusCode, _ reason: String) {
    let catalog = context.catalog
    news.append(
      Event(
        Status(
          scope: .plugin, code: code, previous: previous, subject: catalog.intern(context.name),
          reason: catalog.intern(reason), source: context.source, time: context.clock.now())))
  }

  private func publishNews(_ output: inout EventSink) {
    for event in news { output.publish(event) }
    news.removeAll()
  }

  /// Goes on without what the disk did not take.
  private func lose(_ batch: Span<Event>) {
    let dropped = try? store.write { writer in writer.discardPending() }
    figures.lost += UInt64(batch.count) + UInt64((dropped ?? nil)?.count ?? 0)
  }

  /// Tries again what failed; a failed sync means that the file is written anew first.
  private func retry() {
    guard trouble != nil else { return }
    let now = context.clock.now()
    do throws(JournalError) {
      try store.write { writer throws(JournalError) in
        try writer.repair(now: now)
        try writer.commit(now: now)
      }
      context.log.info(
        "recording goes on", LogField("lost", figures.lost),
        LogField("seconds", Double(now.nanos(since: trouble?.since ?? now)) / 1e9))
      trouble = nil
      store.callWaiting()
      let lost = figures.lost == 0 ? "nothing was lost" : "\(figures.lost) events were not recorded"
      tell(.up, from: .down, "recording goes on: \(lost)")
      // There may be nothing to receive for long.
      context.timers.schedule(Self.commitTimer, at: now)
    } catch {
      fail(error)
    }
  }

  // MARK: Time

  private func schedule() {
    guard let due = (try? store.write { writer in writer.nextCommit }) ?? nil else { return }
    context.timers.schedule(Self.commitTimer, at: due)
  }

  public func start() { scheduleUpkeep() }

  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    if timer == Self.upkeepTimer {
      _ = tidy(settings.retention)
      return scheduleUpkeep()
    }
    defer { publishNews(&output) }
    guard trouble == nil else { return }
    let now = context.clock.now()
    do throws(JournalError) {
      try commit(now)
    } catch {
      return fail(error)
    }
    schedule()
  }

  public func stop(publishing output: inout EventSink) {
    let now = context.clock.now()
    do throws(JournalError) {
      try store.write { writer throws(JournalError) in
        try writer.write(now: now)
        try writer.sync(now: now)
      }
    } catch {
      context.log.error("the end was not recorded", LogField("error", error))
    }
  }

  // MARK: Old files

  private func scheduleUpkeep() {
    context.timers.schedule(
      Self.upkeepTimer, at: context.clock.now().advanced(byNanos: settings.upkeepNanos))
  }

  /// Starts what is to be done to old files; false while an earlier round is under way.
  ///
  /// On a thread of its own: to pack a large file takes many seconds of one core, which tasks of
  /// others must not wait for.
  private func tidy(_ retention: JournalRetention) -> Bool {
    guard !isTidying else { return false }
    let (store, inbox, now) = (store, context.inbox, context.clock.now())
    isTidying = LaneThread.start(name: "journal-upkeep", isBackground: true) {
      _ = inbox.offer(store.tidy(retention, now: now))
    }
    return isTidying
  }

  /// The same for somebody who waits for it.
  private func tidyNow(_ retention: JournalRetention) throws(PluginError) -> JSONValue {
    guard tidy(retention) else {
      throw PluginError("old files are being seen to already", hint: "try again in a while")
    }
    return .object([("started", .bool(true))])
  }

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {
    if message is SyncDone {
      defer { publishNews(&output) }
      return finishSync()
    }
    guard let outcome = message as? JournalUpkeep.Outcome else { return }
    isTidying = false
    figures.upkeep.add(outcome)
    if let error = outcome.error {
      context.log.warning("old files are not as they should be", LogField("error", error))
    }
    if outcome.removed + outcome.compacted > 0 {
      context.log.info(
        "old files were seen to", LogField("removed", outcome.removed),
        LogField("compacted", outcome.compacted), LogField("freed_bytes", outcome.bytesFreed))
    }
  }

  // MARK: Commands

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    switch command.name {
    case "status": return try status()
    case "compact": return try tidyNow(JournalRetention(compactAfterNanos: .min))
    case "prune": return try tidyNow(try PruneArguments.retention(command.arguments))
    default:
      throw PluginError(
        "journal has no command \"\(command.name)\"", hint: "it takes: status, compact, prune")
    }
  }

  private func status() throws -> JSONValue {
    let (appended, written, synced, unsynced) = try store.write { writer in
      (writer.appended, writer.written, writer.synced, writer.unsyncedEvents)
    }
    let upkeep = figures.upkeep
    return .object([
      ("folder", .string(store.folder)), ("epoch", .string(String(store.epoch))),
      ("first", .integer(store.firstSequence)), ("last", .integer(appended)),
      ("written", .integer(written)), ("synced", .integer(synced)),
      ("unsynced_events", .integer(unsynced)), ("events", .integer(figures.events)),
      ("lost", .integer(figures.lost)), ("failures", .integer(figures.failures)),
      ("trouble", .optional(trouble.map { "\($0.error)" })),
      ("removed_files", .integer(upkeep.removed)), ("compacted_files", .integer(upkeep.compacted)),
      ("freed_bytes", .integer(upkeep.bytesFreed)), ("is_tidying", .bool(isTidying)),
    ])
  }
}
