public import EngineCore
internal import JournalFiles
internal import Synchronization

/// The journal of one engine: the writer, which instances of the plugin use one after the other,
/// and readers for whoever needs the past.
public final class JournalStore: LogStore {
  public let epoch: UInt64
  public let lastSequence: UInt64
  public let lastKept: UInt64
  let folder: String
  /// The oldest sequence when it was opened.
  private let openedFirst: UInt64
  private let definitions: [JournalDefinition]
  private let disk: any JournalDisk
  /// Nil once it is closed.
  private let writer: Mutex<JournalWriter?>
  /// What is written, for those who must not wait for the writer.
  private let newest: Atomic<UInt64>
  private let log: Log
  private let upkeep = Mutex(JournalUpkeep())
  private let waiting = Mutex<[Waiting]>([])

  /// Somebody who wants to know when a sequence is written.
  private struct Waiting: Sendable {
    var sequence: UInt64
    var body: @Sendable () -> Void
  }

  /// How far sequences are moved on when the machine was started anew: recorded events may be gone
  /// that somebody has seen, and their positions must not come to mean others.
  static let leap: UInt64 = 1 << 20

  /// Opens the journal in a folder, repairs it where a crash left something unfinished, and reports
  /// that.
  static func open(
    _ settings: JournalSettings, disk: any JournalDisk, now: Timestamp, log: Log
  ) throws(PluginError) -> JournalStore {
    do throws(JournalError) {
      let (writer, recovery) = try JournalWriter.open(disk, options: settings.options, now: now)
      for fault in recovery.faults {
        log.warning("the journal is damaged", LogField("place", fault))
      }
      if recovery.droppedBytes > 0 {
        log.warning(
          "an unfinished end was cut off", LogField("bytes", recovery.droppedBytes),
          LogField("last", recovery.lastSequence))
      }
      log.info(
        recovery.isNew ? "a new journal" : "the journal goes on", LogField("folder", disk.path),
        LogField("epoch", recovery.epoch), LogField("last", recovery.lastSequence))
      return JournalStore(
        writer, recovery: recovery, first: try JournalReader(disk).position, disk: disk,
        log: log)
    } catch {
      throw PluginError("\(error)")
    }
  }

  private init(
    _ writer: sending JournalWriter, recovery: JournalRecovery, first: UInt64,
    disk: any JournalDisk, log: Log
  ) {
    epoch = recovery.epoch
    openedFirst = first
    lastKept = recovery.lastSequence
    lastSequence = recovery.lastSequence + (recovery.mayLackEvents ? Self.leap : 0)
    folder = disk.path
    definitions = recovery.definitions
    self.disk = disk
    self.log = log
    newest = Atomic(writer.written)
    self.writer = Mutex(writer)
  }

  // MARK: For the engine

  public var firstSequence: UInt64 { (try? JournalReader(disk).position) ?? openedFirst }

  public var newestSequence: UInt64 { newest.load(ordering: .acquiring) }

  public func whenKept(_ sequence: UInt64, _ body: @escaping @Sendable () -> Void) {
    // First on the list, then a look: between both it may be written.
    waiting.withLock { $0.append(Waiting(sequence: sequence, body: body)) }
    callWaiting()
  }

  /// Calls those who wait for what is written by now.
  func callWaiting() {
    guard waiting.withLock({ !$0.isEmpty }) else { return }
    let written = newestSequence
    let due = waiting.withLock { waiting in
      let due = waiting.filter { $0.sequence <= written }
      waiting.removeAll { $0.sequence <= written }
      return due
    }
    for waiting in due { waiting.body() }
  }

  public func names() throws(PluginError) -> [NamedDefinition] {
    definitions.map {
      NamedDefinition($0.definition, name: $0.text, instrument: $0.instrument)
    }
  }

  public func position(at time: Timestamp) throws(PluginError) -> UInt64 {
    do throws(JournalError) {
      return try JournalReader(disk, from: .time(time)).position
    } catch {
      throw PluginError("\(error)")
    }
  }

  public func read(
    from first: UInt64, through last: UInt64, _ selection: LogSelection,
    _ body: (Span<Event>) -> Bool
  ) throws(PluginError) {
    do throws(JournalError) {
      let reader = try JournalReader(
        disk, from: .sequence(first),
        filter: JournalFilter(
          kinds: selection.kinds, instrument: selection.instrument, times: selection.times))
      while true {
        switch try reader.next() {
        case .end: return
        case .gap(let gap):
          guard gap.first <= last, tell(gap, body) else { return }
        case .events:
          let events = reader.events
          let count = Self.count(events, through: last)
          guard count > 0, body(events.extracting(0..<count)), count == events.count else { return }
        }
      }
    } catch {
      throw PluginError("\(error)")
    }
  }

  private func tell(_ gap: JournalGap, _ body: (Span<Event>) -> Bool) -> Bool {
    let events = [
      Event(
        Gap(
          subscriber: .none, reason: .unavailable, first: gap.first, last: gap.last,
          count: gap.last - gap.first + 1, time: .distantPast))
    ]
    return body(events.span)
  }

  private static func count(_ events: Span<Event>, through last: UInt64) -> Int {
    var count = events.count
    while count > 0, events[count - 1].sequence > last { count -= 1 }
    return count
  }

  public func close(now: Timestamp) {
    writer.withLock { writer in
      do throws(JournalError) {
        try writer?.close(now: now)
      } catch {
        log.error("the journal was not closed well", LogField("error", error))
      }
      writer = nil
    }
  }

  // MARK: For the plugin

  /// Does what there is to do to old files; waits for the disk, so never on a lane. One at a time.
  func tidy(_ retention: JournalRetention, now: Timestamp) -> JournalUpkeep.Outcome {
    upkeep.withLock { upkeep in upkeep.run(retention, on: disk, now: now) }
  }

  /// Uses the writer; one at a time.
  func write<Result: Sendable>(
    _ body: (JournalWriter) throws(JournalError) -> Result
  ) throws(JournalError) -> Result {
    let outcome: Swift.Result<Result, JournalError> = writer.withLock { writer in
      guard let writer else { return .failure(.closed) }
      defer { newest.store(writer.written, ordering: .releasing) }
      do throws(JournalError) {
        return .success(try body(writer))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
