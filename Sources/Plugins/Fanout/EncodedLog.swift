internal import EngineCore

/// The recent events as clients get them, in order and without holes: what every client's cursor
/// walks over. Each event is encoded once. Bounded in bytes: the oldest segments go.
package struct EncodedLog {
  /// Nil in place of those that are gone.
  private var segments: [LogSegment?] = []
  /// Index of the oldest segment in `segments`; those before it are gone.
  private var head = 0
  private var open: LogSegment?
  private var nextNumber = 0
  private let limitBytes: Int
  private let format: any FeedFormat
  /// Bytes of all sealed segments that are kept.
  package private(set) var byteCount = 0
  /// The sequence after the last that was encoded.
  package private(set) var next: UInt64
  /// The sequence after the last that is in a sealed segment.
  package private(set) var sealedNext: UInt64

  /// Segments are sealed at this size at the latest.
  package static let segmentBytesMax = 256 << 10

  init(next: UInt64, limitBytes: Int, format: any FeedFormat) {
    self.next = next
    sealedNext = next
    self.limitBytes = limitBytes
    self.format = format
  }

  private var oldest: LogSegment? { head < segments.count ? segments[head] : nil }

  /// The oldest sequence that is kept.
  package var first: UInt64 { oldest?.first ?? sealedNext }
  /// The number of the oldest segment that is kept.
  var firstNumber: Int { oldest?.number ?? openNumber }
  /// The number that the open segment has, or will have.
  var openNumber: Int { open?.number ?? nextNumber }
  /// Bytes that are not sealed yet.
  var openBytes: Int { open?.byteCount ?? 0 }
  var openSegment: LogSegment? { open }

  /// A sealed segment that is kept.
  subscript(number: Int) -> LogSegment? {
    guard let oldest else { return nil }
    let index = head + number - oldest.number
    return index >= head && index < segments.count ? segments[index] : nil
  }

  /// The number of the segment that holds a sequence, or would.
  func number(of sequence: UInt64) -> Int {
    guard sequence < sealedNext else { return openNumber }
    var low = head
    var high = segments.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      // From `head` on all are there.
      if (segments[middle]?.first ?? 0) <= sequence { low = middle } else { high = middle - 1 }
    }
    return segments[low]?.number ?? openNumber
  }

  /// Encodes events from `start` on into the open segment; returns the index of the first for which
  /// it had no room: seal it, and go on.
  mutating func append(_ events: Span<Event>, from start: Int) -> Int {
    let segment = openForWriting(events, from: start)
    let room = Self.segmentBytesMax - segment.byteCount
    guard room > 0 else { return start }
    let index = format.append(events, from: start, to: segment, room: room)
    guard index > start else { return start }
    let last = Self.end(events[index - 1])
    segment.last = max(segment.last, last)
    next = max(next, last + 1)
    return index
  }

  /// The last sequence that an event settles: its own, or what a gap of this reader's tells.
  private static func end(_ event: Event) -> UInt64 {
    event.kind == .gap && event.sequence == 0 ? event.gap.last : event.sequence
  }

  private mutating func openForWriting(_ events: Span<Event>, from start: Int) -> LogSegment {
    if let open { return open }
    // As much as last time: a quiet feed has small segments, a busy one large ones.
    let last = segments.last??.byteCount ?? 0
    let wanted = max((events.count - start) * format.usualRecordBytes, last)
    let segment = LogSegment(
      number: nextNumber, first: events[start].sequence > 0 ? events[start].sequence : next,
      capacity: min(wanted, Self.segmentBytesMax))
    nextNumber += 1
    open = segment
    return segment
  }

  /// Closes the open segment: from now on clients may have it.
  mutating func seal() {
    guard let segment = open, !segment.isEmpty else { return }
    open = nil
    segments.append(segment)
    byteCount += segment.storedBytes
    sealedNext = max(sealedNext, segment.last + 1)
  }

  /// Whether it holds more than it may.
  var isOverLimit: Bool { byteCount > limitBytes }

  /// The segment that has to go; nil when the log is within its limit.
  var oldestToEvict: LogSegment? {
    isOverLimit && segments.count - head > 1 ? oldest : nil
  }

  /// Forgets the oldest segment.
  mutating func evict() {
    byteCount -= oldest?.storedBytes ?? 0
    segments[head] = nil
    head += 1
    if head > 64, head * 2 > segments.count {
      segments.removeFirst(head)
      head = 0
    }
  }
}
