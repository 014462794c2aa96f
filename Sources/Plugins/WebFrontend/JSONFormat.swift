internal import EngineCore
internal import Fanout
internal import NIOCore
internal import WebProtocol

/// Records and frames of the native JSON protocol: objects behind commas, and text frames around
/// runs of them.
final class JSONFormat: FeedFormat {
  private let clock: any EngineClock
  private var encoder: EventEncoder
  private let compressionLevel: Int
  /// One a window size: messages know nothing of each other, so that all clients share them.
  private var deflaters: [UInt8: MessageDeflater] = [:]

  /// Below this a message is not worth compressing.
  private static let compressedBytesMin = 128
  /// Room that an event takes beside its names, with some of those.
  private static let roomBytes = 2048

  init(
    catalog: Catalog, clock: any EngineClock, format: EventFormat, compressionLevel: Int
  ) {
    self.clock = clock
    self.compressionLevel = compressionLevel
    encoder = EventEncoder(catalog, format: format)
  }

  /// How frames to a client are coded: plain, or compressed with a window of so many bits.
  static func coding(_ agreement: DeflateAgreement?) -> FrameCoding {
    agreement.map { FrameCoding(rawValue: UInt8($0.serverWindowBits)) } ?? .plain
  }

  var headerBytes: Int { EventBatch.openingBytesMax }
  var usualRecordBytes: Int { 160 }
  var largeRecordBytes: Int { Self.roomBytes }
  var needsDefinitions: Bool { false }
  var tellsLive: Bool { true }
  var hasEvenRecords: Bool { false }

  // MARK: Records

  func append(_ events: Span<Event>, from start: Int, to segment: LogSegment, room: Int) -> Int {
    var index = start
    var records = segment.index ?? SegmentIndex()
    // In place: the segment holds no second reference while it grows.
    segment.index = nil
    let limit = segment.byteCount + room
    var wanted = min(room, (events.count - start) * usualRecordBytes + Self.roomBytes)
    while index < events.count {
      let before = index
      var end = segment.byteCount
      segment.append(bytesMax: wanted) { output in
        while index < events.count, end < limit {
          let bytes = encoder.append(events[index], isListed: true, to: &output)
          guard bytes > 0 else { break }
          end += bytes
          records.append(events[index], end: end)
          index += 1
        }
        return index - before
      }
      let left = limit - segment.byteCount
      if index == before {
        // Long names: once more with all the room that there is.
        guard wanted < left else { break }
        wanted = left
      } else {
        guard left > Self.roomBytes else { break }
        wanted = min(left, (events.count - index) * usualRecordBytes + Self.roomBytes)
      }
    }
    segment.index = records
    return index
  }

  func byteCount(of event: Event, _ record: Int, at offset: Int, in segment: LogSegment) -> Int {
    segment.index?.range(record).count ?? 0
  }

  func offset(of sequence: UInt64, in segment: LogSegment) -> Int {
    guard sequence > segment.first, let index = segment.index else { return 0 }
    guard sequence <= segment.last else { return segment.byteCount }
    var low = 0
    var high = index.events.count
    while low < high {
      let middle = (low + high) / 2
      if Self.sequence(index.events[middle]) < sequence { low = middle + 1 } else { high = middle }
    }
    return low < index.events.count ? index.range(low).lowerBound : segment.byteCount
  }

  func sequence(at offset: Int, in segment: LogSegment) -> UInt64 {
    guard let index = segment.index else { return segment.first }
    let record = index.record(at: offset)
    return record < index.events.count ? Self.sequence(index.events[record]) : segment.last + 1
  }

  /// Where an event stands: a gap of the frontend's own has no sequence, but where it begins.
  private static func sequence(_ event: Event) -> UInt64 {
    event.kind == .gap && event.sequence == 0 ? event.gap.first : event.sequence
  }

  func matching(
    _ selection: Selection, in segment: LogSegment, from start: Int, limit: Int
  ) -> MatchingRecords {
    var found = MatchingRecords(from: start)
    guard let index = segment.index else { return found }
    var record = index.record(at: start)
    while record < index.events.count {
      let range = index.range(record)
      if Self.matches(selection, index.events[record]) {
        guard found.byteCount + range.count <= limit || found.byteCount == 0 else { break }
        found.take(range.lowerBound, range.count)
      }
      found.end = range.upperBound
      record += 1
    }
    return found
  }

  private static func matches(_ selection: Selection, _ event: Event) -> Bool {
    if selection.wholeKinds >> UInt32(event.kindCode & 31) & 1 != 0 { return true }
    // A gap of the frontend's own concerns everybody.
    return selection.isEverything || (event.kind == .gap && event.sequence == 0)
      || selection.filter.matches(event)
  }

  func forEachEvent(in segment: LogSegment, from offset: Int, _ body: (Event) -> Bool) {
    guard let index = segment.index else { return }
    for event in index.events[index.record(at: offset)...] {
      guard body(event) else { return }
    }
  }

  func fold(_ segment: LogSegment, into values: inout LastValues) {
    for event in segment.index?.events ?? [] { values.put(event) }
  }

  func makeAppender() -> any EventAppender { JSONAppender(encoder: encoder) }

  func preamble(for selection: Selection, allInstruments: Bool) -> (any FeedPreamble)? { nil }

  // MARK: Frames

  func frame(_ pending: Gathering.Pending, stream: UInt32, coding: FrameCoding) -> FeedFrame {
    switch pending {
    case .slice(let slice):
      return compressed(slice, stream, coding) ?? Self.frame(around: slice, stream)
    case .gathered(var buffer):
      if coding != .plain {
        var records = buffer
        records.moveReaderIndex(forwardBy: headerBytes)
        if let frame = compressed(records, stream, coding) { return frame }
      }
      return Self.frame(behindRoom: &buffer, stream)
    }
  }

  func frame(
    of segment: LogSegment, from start: Int, limit: Int, stream: UInt32, coding: FrameCoding
  ) -> (frame: FeedFrame, end: Int) {
    let end = segment.index?.boundary(from: start, limit: limit) ?? segment.byteCount
    let part = segment.part(start..<end, headerBytes: headerBytes)
    return (frame(part, stream: stream, coding: coding), end)
  }

  /// A message of records that others have too: they are sent as they lie there, but for the first
  /// comma.
  private static func frame(around records: ByteBuffer, _ stream: UInt32) -> FeedFrame {
    var records = records
    var head: [UInt8] = []
    EventBatch.appendOpening(
      subscription: stream, runBytes: records.readableBytes, to: &head)
    records.moveReaderIndex(forwardBy: 1)
    return FeedFrame(
      head: ByteBuffer(bytes: head), body: records,
      tail: ByteBuffer(staticString: EventBatch.closing)
    )
  }

  /// A message of records whose first bytes are kept free for what goes before them.
  private static func frame(behindRoom buffer: inout ByteBuffer, _ stream: UInt32) -> FeedFrame {
    let room = EventBatch.openingBytesMax
    let runBytes = buffer.readableBytes - room
    var head: [UInt8] = []
    EventBatch.appendOpening(subscription: stream, runBytes: runBytes, to: &head)
    // It ends where the first comma was.
    let start = buffer.readerIndex + room + 1 - head.count
    buffer.setBytes(head, at: start)
    buffer.moveReaderIndex(to: start)
    buffer.writeStaticString(EventBatch.closing)
    return FeedFrame(buffer, payloadBytes: runBytes)
  }

  /// Nil when the client wants it plain, or when it is not worth it.
  private func compressed(
    _ records: ByteBuffer, _ stream: UInt32, _ coding: FrameCoding
  ) -> FeedFrame? {
    guard coding != .plain, records.readableBytes >= Self.compressedBytesMin else { return nil }
    let text = EventBatch.text(subscription: stream, runs: Array(records.readableBytesView))
    var payload: [UInt8] = []
    payload.reserveCapacity(text.count / 4)
    deflater(coding).append(text, to: &payload)
    let frame = WebSocketEncoder.frame(.text, payload, isCompressed: true)
    return FeedFrame(ByteBuffer(bytes: frame), payloadBytes: payload.count)
  }

  private func deflater(_ coding: FrameCoding) -> MessageDeflater {
    if let deflater = deflaters[coding.rawValue] { return deflater }
    let deflater = MessageDeflater(
      windowBits: Int(coding.rawValue), keepsContext: false, level: compressionLevel)
    deflaters[coding.rawValue] = deflater
    return deflater
  }

  func frame(
    _ mark: FeedMark, next: UInt64, stream: UInt32, coding: FrameCoding
  ) -> FeedFrame? {
    let text: [UInt8]
    switch mark {
    // `live` follows, and says the same.
    case .snapshotEnd: return nil
    case .live: text = StreamMessages.live(stream, next: next)
    case .delivered, .heartbeat:
      text = StreamMessages.heartbeat(
        stream, next: next, timeNanos: clock.now().nanoseconds)
    }
    return FeedFrame(
      ByteBuffer(bytes: WebSocketEncoder.frame(.text, text)), payloadBytes: text.count)
  }
}
