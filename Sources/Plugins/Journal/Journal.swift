public import EngineCore
internal import JournalFiles

/// Records everything that is on the bus, so that the engine goes on where it was after a restart.
///
/// Reads losslessly; frontends stay behind it. While the disk takes nothing it takes nothing either,
/// and so holds the ring and with it the sources, or it goes on without (`on_failure`).
public final class Journal: Plugin, LogKeeper {
  public static let manifest = PluginManifest(
    kind: "journal", summary: "Records all events on disk; the engine goes on with them.",
    consumes: Set(EventKind.allCases),
    commands: [
      PluginCommandDescription("status", "where the journal is and how far it has come")
    ])

  private static let commitTimer = TimerID(1)
  private static let retryNanos: Int64 = 500_000_000

  private let settings: JournalSettings
  private let context: PluginContext
  private let store: JournalStore
  /// Why nothing can be recorded now.
  private var trouble: JournalTrouble?
  private var figures = JournalFigures()

  /// What is behind a folder; tests have disks that fail.
  @TaskLocal static var disks: @Sendable (String) throws(DiskError) -> any JournalDisk = {
    path throws(DiskError) in try PosixDisk(folder: path)
  }

  public static func openLog(
    _ settings: JournalSettings, now: Timestamp, log: Log
  ) throws(PluginError) -> any LogStore {
    let disk: any JournalDisk
    do throws(DiskError) {
      disk = try disks(settings.folder)
    } catch {
      throw PluginError("the journal's folder cannot be used: \(error)")
    }
    return try JournalStore.open(settings, disk: disk, now: now, log: log)
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
      start: .after(epoch: context.epoch, sequence: max(last, store.lastSequence)), batch: 4096)
  }

  // MARK: Recording

  public var canReceive: Bool {
    if let trouble, context.clock.monotonicNanos() >= trouble.retryNanos { retry() }
    return trouble == nil || settings.onFailure == .proceed
  }

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    let now = context.clock.now()
    guard trouble == nil else { return lose(batch) }
    do throws(JournalError) {
      try record(batch, now)
      schedule()
    } catch {
      fail(error)
      // What was taken in and not written waits in the writer for the next try.
      if settings.onFailure == .proceed { lose(batch.extracting(0..<0)) }
    }
  }

  /// Appends what is kept of a batch, and commits it.
  private func record(_ batch: Span<Event>, _ now: Timestamp) throws(JournalError) {
    let catalog = context.catalog
    let kept = try store.write { writer throws(JournalError) in
      let kept = try Recording.append(batch, to: writer, catalog: catalog)
      try writer.commit(now: now)
      return kept
    }
    figures.events += UInt64(kept)
  }

  // MARK: When the disk takes nothing

  private func fail(_ error: JournalError) {
    if trouble == nil {
      trouble = JournalTrouble(error: error, since: context.clock.now(), retryNanos: 0)
      figures.failures += 1
      context.log.error(
        settings.onFailure == .halt
          ? "nothing can be recorded: sources are held back"
          : "nothing can be recorded: events are lost",
        LogField("error", error))
    }
    trouble?.retryNanos = context.clock.monotonicNanos() + Self.retryNanos
    // Timers of a reader come by the log, which it does not read now: this makes a turn.
    _ = context.background.run {
      try? await Task.sleep(nanoseconds: UInt64(Self.retryNanos))
      return JournalRetry()
    }
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
      schedule()
    } catch {
      fail(error)
    }
  }

  // MARK: Time

  private func schedule() {
    guard let due = (try? store.write { writer in writer.nextCommit }) ?? nil else { return }
    context.timers.schedule(Self.commitTimer, at: due)
  }

  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    guard trouble == nil else { return }
    let now = context.clock.now()
    do throws(JournalError) {
      try store.write { writer throws(JournalError) in try writer.commit(now: now) }
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

  // MARK: Commands

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    guard command.name == "status" else {
      throw PluginError("journal has no command \"\(command.name)\"", hint: "it takes: status")
    }
    let (appended, written, synced, unsynced) = try store.write { writer in
      (writer.appended, writer.written, writer.synced, writer.unsyncedEvents)
    }
    return .object([
      ("folder", .string(store.folder)), ("epoch", .string(String(store.epoch))),
      ("first", .integer(store.firstSequence)), ("last", .integer(appended)),
      ("written", .integer(written)), ("synced", .integer(synced)),
      ("unsynced_events", .integer(unsynced)), ("events", .integer(figures.events)),
      ("lost", .integer(figures.lost)), ("failures", .integer(figures.failures)),
      ("trouble", .optional(trouble.map { "\($0.error)" })),
    ])
  }
}
