internal import EngineCore

/// The recent events as clients get them, in order and without holes: what every client's cursor
/// walks over. Each event is encoded once. Bounded in bytes: the oldest segments go.
package struct EncodedLog {
  /// Nil in place of those that are gone.
  private var segments: [LogSegment?] = []
  /// Index of the oldest segment in `segments`; those before it are gone.
  private var head = 0
  private var open: LogSegment?
  /// A segment whose memory can be used again.
  private var spare: LogSegment?
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

  var oldest: LogSegment? { head < segments.count ? segments[head] : nil }

  /// The oldest sequence that is kept.
  package var first: UInt64 { oldest?.first ?? sealedNext }
  /// Bytes that are not sealed yet.
  var openBytes: Int { open?.byteCount ?? 0 }
  var openSegment: LogSegment? { open }

  /// The sealed segments that are kept, the oldest first.
  var kept: some Sequence<LogSegment> { segments[head...].lazy.compactMap { $0 } }

  /// The newest sealed segment.
  var newest: LogSegment? { head < segments.count ? segments[segments.count - 1] : nil }

  /// The kept segment with the event of a sequence, or where it would be: the last one that begins
  /// there or before; else the oldest.
  func segment(with sequence: UInt64) -> LogSegment? {
    if let newest, newest.first <= sequence { return newest }
    guard let index = index(of: sequence) else { return nil }
    return segments[index]
  }

  /// What follows a kept segment begins there.
  func end(of segment: LogSegment) -> UInt64 {
    guard segment !== newest, let index = index(of: segment.first), index + 1 < segments.count
    else { return max(segment.last + 1, sealedNext) }
    return max(segment.last + 1, segments[index + 1]?.first ?? 0)
  }

  private func index(of sequence: UInt64) -> Int? {
    guard head < segments.count else { return nil }
    var low = head
    var high = segments.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      // From `head` on all are there.
      if (segments[middle]?.first ?? 0) <= sequence { low = middle } else { high = middle - 1 }
    }
    return low
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
    let first = events[start].sequence > 0 ? events[start].sequence : next
    let segment = spare ?? LogSegment(first: first, capacity: capacity(events.count - start))
    if spare != nil {
      segment.reuse(first: first)
      spare = nil
    }
    open = segment
    return segment
  }

  /// As much as last time: a quiet feed has small segments, a busy one large ones.
  private func capacity(_ events: Int) -> Int {
    min(max(events * format.usualRecordBytes, segments.last??.byteCount ?? 0), Self.segmentBytesMax)
  }

  /// Closes the open segment: from now on clients may have it. A small one becomes a part of the
  /// one before it.
  mutating func seal() {
    guard let segment = open, !segment.isEmpty else { return }
    segment.seal()
    open = nil
    sealedNext = max(sealedNext, segment.last + 1)
    guard let newest, newest.takes(segment) else {
      segments.append(segment)
      byteCount += segment.storedBytes
      return
    }
    byteCount -= newest.storedBytes
    newest.add(segment)
    byteCount += newest.storedBytes
    spare = segment
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
