public import EngineCore

/// Keeps closed bars for good, and answers questions about bars and ticks of the past.
///
/// Bars go into a database; ticks are in the journal already and are read from there. The lane only
/// gathers what comes: writing and reading is done on threads that stand back. What it misses, as
/// it was not running or too slow, it reads from the log.
public final class History: Plugin {
  public static let manifest = PluginManifest(
    kind: "history",
    summary: "Keeps closed bars in a database, and answers questions about bars and ticks.",
    welcomes: [.bar], isFrontend: true,
    commands: [
      PluginCommandDescription("status", "the store, its version, and how far it has come"),
      PluginCommandDescription(
        "migrate", "brings the store to a version, up or down: {\"to\": 1}"),
    ])

  static let commitTimer = TimerID(1)
  static let pruneTimer = TimerID(2)
  static let pruneNanos: Int64 = 3_600_000_000_000
  static let retryNanos: Int64 = 1_000_000_000

  let settings: HistorySettings
  let context: PluginContext
  var store: HistoryStore?
  var pending: HistoryPending
  /// All of the log through here was received, or is `owed`.
  private var received: UInt64
  /// All of the log through here is in the store.
  var stored: UInt64 = 0
  /// What of the log was missed and has to be read.
  var owed: ClosedRange<UInt64>?
  var isWriting = false
  var isTimed = false
  var figures = HistoryFigures()
  /// What came too late for bars in memory.
  var mendQueue = HistoryMendQueue()
  var isMending = false

  public init(settings: HistorySettings, context: PluginContext) throws {
    self.settings = settings
    self.context = context
    received = context.tails.last
    pending = HistoryPending(place: HistoryBatch.Place(epoch: context.epoch, sequence: 0))
  }

  public func start() throws {
    let store = try HistoryStore(path: settings.store, cacheBytes: settings.cacheBytes)
    self.store = store
    let place = try store.place()
    let isSameLog = place?.epoch == context.epoch
    stored = isSameLog ? place?.sequence ?? 0 : 0
    if let log = context.logStore, isSameLog, stored > max(log.newestSequence, log.lastKept) {
      context.log.warning(
        "the log ends before what is stored; bars are read from it again",
        LogField("stored", stored), LogField("log", log.lastKept))
      stored = 0
    }
    pending = HistoryPending(place: HistoryBatch.Place(epoch: context.epoch, sequence: stored))
    if received > stored { owed = stored + 1...received }
    context.offer(
      HistoryDesk(
        store: store, pending: pending,
        shelf: TickShelf(store: context.logStore, recent: context.recent),
        background: context.background, catalog: context.catalog) as any MarketHistory,
      as: .marketHistory)
    if owed != nil { schedule(after: 0) }
    if settings.ageMaxNanos != nil { schedulePruning() }
  }

  public var subscription: SubscriptionRequest? {
    // Who cannot keep up misses nothing: it reads the log later.
    SubscriptionRequest(
      Interest(kinds: [.bar, .gap]), policy: .dropOldest,
      start: .after(epoch: context.epoch, sequence: received), batch: 1024)
  }

  // MARK: Events

  public func receive(_ batch: Span<Event>, publishing output: inout EventSink) throws {
    var closed: [Event] = []
    for index in 0..<batch.count {
      let event = batch[index]
      if event.kindCode == EventKind.gap.rawValue, event.sequence == 0 {
        missed(through: event.gap.last)
      } else if event.kindCode == EventKind.gap.rawValue {
        if event.gap.reason == .late { note(event) }
      } else if event.kindCode == EventKind.bar.rawValue, event.bar.state != .open {
        closed.append(event)
      }
      received = max(received, event.sequence)
    }
    figures.bars += UInt64(closed.count)
    pending.add(closed, context.catalog)
    // Its own count of what waits is the bound: what is beyond is not taken from the log yet.
    if pending.count >= settings.barsMax / 2 { write() }
    if pending.count > 0 { schedule(after: settings.commitNanos) }
  }

  public var canReceive: Bool { pending.count < settings.barsMax }

  private func missed(through last: UInt64) {
    guard last > received else { return }
    // With what waits: so the place in the store never is ahead of what is there.
    let first = owed?.lowerBound ?? stored + 1
    owed = min(first, last)...last
    received = last
    figures.missed += 1
    schedule(after: 0)
  }

  // MARK: Time

  func schedule(after nanos: Int64) {
    guard !isTimed else { return }
    isTimed = true
    context.timers.schedule(
      Self.commitTimer, at: context.clock.now().advanced(byNanos: nanos))
  }

  private func schedulePruning() {
    context.timers.schedule(
      Self.pruneTimer, at: context.clock.now().advanced(byNanos: Self.pruneNanos))
  }

  public func timer(_ timer: TimerID, publishing output: inout EventSink) throws {
    if timer == Self.pruneTimer {
      prune()
      return schedulePruning()
    }
    isTimed = false
    write()
    mend()
  }

  public func inbox(_ message: any Sendable, publishing output: inout EventSink) throws {
    switch message {
    case let written as HistoryWritten: settle(written)
    case let plan as HistoryMendPlan: carryOut(plan)
    case let mended as HistoryMended: settle(mended)
    case let pruned as HistoryPruned: settle(pruned)
    default: break
    }
  }

  public func stop(publishing output: inout EventSink) {
    // Behind what is owed nothing may be stored: the place would be ahead of it.
    guard let store, owed == nil else { return }
    do throws(PluginError) {
      while let batch = pending.begin() {
        try store.commit(batch)
        pending.finish()
      }
    } catch {
      context.log.error("the last bars were not stored", LogField("error", error))
    }
  }

  // MARK: Commands

  public func handle(
    _ command: PluginCommand, publishing output: inout EventSink
  ) throws -> JSONValue {
    switch command.name {
    case "status": return try status()
    case "migrate": return try migrate(CommandReader(command.arguments))
    default:
      throw PluginError(
        "history has no command \"\(command.name)\"", hint: "it takes: status, migrate")
    }
  }
}
