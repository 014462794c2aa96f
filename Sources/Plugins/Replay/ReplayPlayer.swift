internal import EngineCore
internal import TickFiles

/// Where the player puts its events: the plugin's sink, or a list in tests.
protocol ReplayReceiver: ~Copyable {
  mutating func take(_ event: Event)
}

/// Plays tick files: everything of the plugin but its shell.
final class ReplayPlayer {
  /// The time of a call, read once.
  struct Now {
    var wall: Timestamp
    var nanos: Int64
  }

  private let settings: ReplaySettings
  private let source: SourceID
  private let open: (FileSettings) throws -> TickFile
  private let log: (ReplayNotice) -> Void
  private var merge = TickMerge([])
  private(set) var playback: Playback
  private(set) var counters = ReplayCounters()
  private(set) var faults = FaultBook()
  /// Of each file, the latest time that was seen.
  private var latest: [Int64] = []
  /// Rows before this instant are passed over; nil when none are.
  private var target: Int64?
  /// Added to recorded times.
  private var shift: Int64 = 0
  private var isFreshPass = true
  private var deliveredInPass: UInt64 = 0
  /// The time of the last row that went out.
  private(set) var position: Int64?
  /// The time of the last row that went out or was passed over.
  private var reached: Int64?
  private(set) var isHeld = false
  private(set) var isFinished = false

  /// Most rows that a call passes over, and most faults that it reports, before it returns.
  private static let passedMax = 65_536
  private static let faultsMax = 1_024

  init(
    _ settings: ReplaySettings, source: SourceID,
    open: @escaping (FileSettings) throws -> TickFile,
    log: @escaping (ReplayNotice) -> Void
  ) {
    self.settings = settings
    self.source = source
    self.open = open
    self.log = log
    playback = Playback(speed: settings.speed)
  }

  var files: [TickFile] { merge.files }

  /// How many definitions of instruments the files had in this pass.
  var definitions: UInt64 { files.reduce(0) { $0 + $1.definitions } }

  /// Opens every file and begins with the first row.
  func rewind() throws {
    var files: [TickFile] = []
    for (index, file) in settings.files.enumerated() {
      do {
        files.append(try open(file))
      } catch {
        throw PluginError(
          "config.files[\(index)].path: \(file.path): \(error)",
          hint: (error as? InputError)?.isMissing == true
            ? "paths are relative to the directory in which engined was started" : nil)
      }
    }
    merge = TickMerge(files)
    latest = [Int64](repeating: .min, count: files.count)
    playback.release()
    target = nil
    isFreshPass = true
    isFinished = false
    deliveredInPass = 0
    position = nil
    reached = nil
  }

  // MARK: Playing

  /// Publishes what is due, at most `room` events, and says when to ask again.
  func produce<Receiver: ReplayReceiver & ~Copyable>(
    _ output: inout Receiver, room: Int, now: Now
  ) throws -> Next {
    guard !isHeld, !isFinished else { return .idle }
    var room = room
    var passed = 0
    var faultsSeen = 0
    while room > 0, passed < Self.passedMax, faultsSeen < Self.faultsMax {
      switch merge.next() {
      case .rows(let file, let bound):
        let run = deliver(
          file, before: bound, &output, room: room, passed: Self.passedMax - passed, now)
        merge.took()
        room -= run.published
        passed += run.passed
        if let wait = run.waitNanos { return .at(now.wall.advanced(byNanos: wait)) }
      case .fault(let file, let fault):
        faultsSeen += 1
        try report("\(merge.files[file].settings.path):\(fault.line): \(fault.description)")
      case .failure(let file, let error):
        faultsSeen += 1
        try report("\(merge.files[file].settings.path): \(error)")
      case .busy: return .now
      case .end: return try finishPass()
      }
    }
    return .now
  }

  /// Rows of one file, up to a bound, the room or the present.
  private func deliver<Receiver: ReplayReceiver & ~Copyable>(
    _ number: Int, before bound: TickMerge.Bound, _ output: inout Receiver, room: Int,
    passed passedMax: Int, _ now: Now
  ) -> (published: Int, passed: Int, waitNanos: Int64?) {
    let file = merge.files[number]
    let rows = file.rows
    var index = file.index
    var (published, passed) = (0, 0)
    var wait: Int64?
    var latest = latest[number]
    var stamp = RowStamp(
      file.layout.kind, source, receiveTime: now.wall, flags: .replayed, bars: file.bars)
    var horizon = Int64.min
    let first = index
    while index < rows.count, published < room, passed < passedMax {
      let row = rows[index]
      guard index == first || bound.isAfter(time: row.time, file: number) else { break }
      if let target {
        if row.time < target {
          index += 1
          passed += 1
          continue
        }
        self.target = nil
      }
      if row.time > horizon {
        anchorShift(row.time, now)
        horizon = playback.horizon(next: row.time, now: now.nanos)
        guard row.time <= horizon else {
          wait = playback.wait(for: row.time, now: now.nanos)
          break
        }
      }
      stamp.shift = shift
      if row.time < latest { counters.outOfOrder += 1 } else { latest = row.time }
      output.take(stamp.event(row))
      published += 1
      index += 1
    }
    if published > 0 { position = rows[index - 1].time }
    if index > first { reached = rows[index - 1].time }
    file.index = index
    self.latest[number] = latest
    counters.rows += UInt64(published)
    counters.passed += UInt64(passed)
    deliveredInPass += UInt64(published)
    return (published, passed, wait)
  }

  /// With `timestamps: now`, ties the first row of a run to the present.
  private func anchorShift(_ time: Int64, _ now: Now) {
    guard settings.timestamps == .now, playback.isReleased else { return }
    let wanted = now.wall.nanos(since: Timestamp(nanoseconds: time))
    // Within a pass stamps do not step back: a slower speed keeps the shift of before.
    shift = isFreshPass ? wanted : max(shift, wanted)
    isFreshPass = false
  }

  private func finishPass() throws -> Next {
    counters.passes += 1
    let total = counters
    let definitions = definitions
    if settings.loops, deliveredInPass > 0 {
      log(.debug("pass \(total.passes) is over: from the start again"))
      try rewind()
      return .now
    }
    isFinished = true
    log(
      .info(
        "finished: \(total.rows) rows played, \(faults.count) malformed, "
          + "\(total.outOfOrder) out of order"
          + (definitions > 0 ? ", \(definitions) definitions read" : "")))
    return .idle
  }

  private func report(_ text: String) throws {
    let isLogged = faults.add(text)
    if settings.onError == .fatal {
      throw PluginError(text, hint: "\"on_error\": \"skip\" goes on after it")
    }
    if isLogged { log(.warning(text, count: faults.count)) }
  }

  // MARK: Commands

  /// Stops or goes on; the schedule goes on where it was.
  func hold(_ isHeld: Bool) {
    self.isHeld = isHeld
    playback.release()
  }

  /// Starts the schedule anew with the next row.
  func release() { playback.release() }

  func setSpeed(_ speed: ReplaySpeed) { playback.setSpeed(speed) }

  /// Goes to the first row at or after an instant: forward by reading on, backward from the start.
  func seek(to time: Int64) throws {
    if isFinished || reached.map({ time <= $0 }) ?? false { try rewind() }
    target = time
    isFreshPass = true
    playback.release()
  }

  /// Closes the files.
  func close() { merge = TickMerge([]) }
}
