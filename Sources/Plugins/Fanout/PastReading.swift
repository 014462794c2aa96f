internal import EngineCore

/// Reads the kept log for one feed, away from the event loop.
package struct PastReading: Sendable {
  /// What came of it; goes to the frontend's inbox.
  package struct News: Sendable {
    /// The reading's number in the hub.
    var number: UInt64
    var pieces: [PastPiece]
    /// How many events could not be had.
    var lost: UInt64
    /// Why the reading broke off; nil when it did not.
    package var failure: String?
  }

  /// Bytes of records in one go.
  static let bytesMax = 1 << 20
  /// Events looked at in one go, so that a feed that wants few of them gets further in between.
  static let eventsMax = 1 << 20

  static let pieceEvents = 512

  let number: UInt64
  let store: any LogStore
  let filter: SubjectFilter
  let isEverything: Bool
  let appender: any EventAppender
  /// Events are kept as they are.
  let isConflated: Bool
  let first: UInt64
  let last: UInt64
  let pieceBytes: Int
  let now: Timestamp

  func run() -> News {
    var work = Work(self)
    do throws(PluginError) {
      var isStopped = false
      try store.read(from: first, through: last, selection) { events in
        isStopped = !work.take(events, self)
        return !isStopped && !Task.isCancelled
      }
      // What is not there up to the end was not kept: it is behind the feed now.
      if !isStopped, !Task.isCancelled { work.next = last + 1 }
    } catch {
      work.lose(through: last, self)
      return News(number: number, pieces: work.finished, lost: work.lost, failure: "\(error)")
    }
    return News(number: number, pieces: work.finished, lost: work.lost, failure: nil)
  }

  private var selection: LogSelection { isEverything ? .everything : LogSelection(filter) }

  /// What has been gathered so far.
  private struct Work {
    var pieces: [PastPiece] = []
    var bytes: [UInt8] = []
    var kept: [Event] = []
    var appender: any EventAppender
    var next: UInt64
    var total = 0
    var looked = 0
    var lost: UInt64 = 0

    init(_ reading: PastReading) {
      next = reading.first
      appender = reading.appender
    }

    var finished: [PastPiece] { pieces + [PastPiece(records: bytes, events: kept, next: next)] }

    /// False when there is enough.
    mutating func take(_ events: Span<Event>, _ reading: PastReading) -> Bool {
      looked += events.count
      for index in 0..<events.count {
        let event = events[index]
        // A position whose event was not kept.
        guard event.kindCode != 0 else {
          next = max(next, event.sequence + 1)
          continue
        }
        if event.kind == .gap, event.sequence == 0 {
          tell(event.gap, reading)
          continue
        }
        guard event.sequence >= next else { continue }
        next = event.sequence + 1
        guard reading.isEverything || reading.filter.matches(event) else { continue }
        if reading.isConflated { kept.append(event) } else { appender.append(event, to: &bytes) }
        if bytes.count >= reading.pieceBytes || kept.count >= PastReading.pieceEvents { cut() }
        if total >= PastReading.bytesMax { return false }
      }
      return looked < PastReading.eventsMax
    }

    private mutating func tell(_ gap: Gap, _ reading: PastReading) {
      let first = max(gap.first, next)
      let last = min(gap.last, reading.last)
      guard first <= last else { return }
      var event = gap
      event.first = first
      event.last = last
      event.count = last - first + 1
      event.time = reading.now
      if reading.isConflated {
        kept.append(Event(event))
      } else {
        appender.append(Event(event), to: &bytes)
      }
      lost += event.count
      next = last + 1
      cut()
    }

    /// The rest cannot be had.
    mutating func lose(through last: UInt64, _ reading: PastReading) {
      guard next <= last else { return }
      tell(
        Gap(
          subscriber: .none, reason: .unavailable, first: next, last: last, count: last - next + 1,
          time: reading.now), reading)
    }

    private mutating func cut() {
      total += bytes.count + kept.count * MemoryLayout<Event>.stride
      pieces.append(PastPiece(records: bytes, events: kept, next: next))
      bytes = []
      kept = []
    }
  }
}
