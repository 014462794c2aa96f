internal import BinaryProtocol
internal import EngineCore
internal import Fanout
internal import NIOCore

/// Records and frames of the binary protocol.
final class BinaryFormat: FeedFormat {
  private let catalog: Catalog
  private let clock: any EngineClock
  private let epoch: UInt64
  private let encoder: RecordEncoder
  private let compressor: FrameCompressor
  /// Per instrument and kind: the round in which its last record was found.
  private var seen: [UInt32] = []
  private var round: UInt32 = 0

  /// Frames that are compressed.
  static let compressed = FrameCoding(rawValue: 1)
  /// Records that one compressed frame holds, in bytes: larger frames are hardly smaller in all.
  private static let partBytes = 16 << 10
  /// Below this a frame is not worth compressing.
  private static let compressedBytesMin = 512

  init(catalog: Catalog, clock: any EngineClock, epoch: UInt64, compressionLevel: Int) {
    self.catalog = catalog
    self.clock = clock
    self.epoch = epoch
    encoder = RecordEncoder(catalog: catalog)
    compressor = FrameCompressor(level: compressionLevel)
  }

  var headerBytes: Int { WireFormat.headerBytes }
  var usualRecordBytes: Int { RecordFormat.shortBytes }
  var largeRecordBytes: Int { RecordFormat.definitionBytesMax }
  var needsDefinitions: Bool { true }
  var tellsLive: Bool { false }
  var hasEvenRecords: Bool { true }

  // MARK: Records

  func append(_ events: Span<Event>, from start: Int, to segment: LogSegment, room: Int) -> Int {
    var index = start
    segment.append(bytesMax: min(Self.bytes(of: events, from: start), room)) { output in
      index = encoder.append(events, from: start, to: &output)
      return index - start
    }
    return index
  }

  /// Bytes of the events' records, or more.
  private static func bytes(of events: Span<Event>, from start: Int) -> Int {
    var bytes = 0
    for index in start..<events.count {
      let isDefinition = events[index].kindCode == EventKind.definition.rawValue
      bytes +=
        isDefinition ? RecordFormat.definitionBytesMax : RecordFormat.bytes(of: events[index])
    }
    return bytes
  }

  func byteCount(
    of event: Event, _ record: Int, at offset: Int, in segment: LogSegment
  ) -> Int {
    guard event.kindCode == EventKind.definition.rawValue else {
      return RecordFormat.bytes(of: event)
    }
    let records = segment.bytes
    return WireRecord.byteCount(records.readableBytesSpan, at: offset)
  }

  func offset(of sequence: UInt64, in segment: LogSegment) -> Int {
    guard sequence > segment.first else { return 0 }
    guard sequence <= segment.last else { return segment.byteCount }
    let records = segment.bytes
    let span = records.readableBytesSpan
    var offset = 0
    while offset < span.byteCount, WireRecord.sequence(span, at: offset) < sequence {
      offset += WireRecord.byteCount(span, at: offset)
    }
    return offset
  }

  func sequence(at offset: Int, in segment: LogSegment) -> UInt64 {
    let records = segment.bytes
    return WireRecord.sequence(records.readableBytesSpan, at: offset)
  }

  func matching(
    _ selection: Selection, in segment: LogSegment, from start: Int, limit: Int
  ) -> MatchingRecords {
    let records = segment.bytes
    let span = records.readableBytesSpan
    var found = MatchingRecords(from: start)
    while found.end < span.byteCount {
      let count = WireRecord.byteCount(span, at: found.end)
      if selection.matches(span, at: found.end, byteCount: count) {
        guard found.byteCount + count <= limit else { break }
        found.take(found.end, count)
      }
      found.end += count
    }
    return found
  }

  func forEachEvent(
    in segment: LogSegment, from offset: Int, _ body: (Event) -> Bool
  ) {
    let records = segment.bytes
    let span = records.readableBytesSpan
    var decoder = RecordDecoder(span.extracting(offset..<span.byteCount))
    // The log holds what this process encoded: it can be read.
    while let record = try? decoder.next() {
      if case .event(let event) = record, !body(event) { return }
    }
  }

  /// From its end to its beginning, since only the last trade and quote of an instrument count: of
  /// the others no more than the header is looked at.
  func fold(_ segment: LogSegment, into values: inout LastValues) {
    let bytes = segment.bytes
    let span = bytes.readableBytesSpan
    guard segment.recordCount * RecordFormat.shortBytes == span.byteCount else {
      return foldForwards(segment, into: &values)
    }
    round += 1
    var offset = span.byteCount
    while offset > 0 {
      offset -= RecordFormat.shortBytes
      let head = span.word(at: offset + 8)
      let kind = UInt8(truncatingIfNeeded: head)
      if kind == EventKind.trade.rawValue || kind == EventKind.quote.rawValue {
        let slot = Int(head >> 32) * 2 + Int(kind & 1)
        if slot >= seen.count { growSeen(slot) }
        if seen[slot] == round { continue }
        seen[slot] = round
      } else if kind != EventKind.status.rawValue {
        continue
      }
      var decoder = RecordDecoder(span.extracting(offset..<offset + RecordFormat.shortBytes))
      if case .event(let event)? = try? decoder.next() { values.put(event, isOlder: true) }
    }
  }

  private func growSeen(_ slot: Int) {
    let size = max(slot + 1, seen.count * 2, 128)
    seen.append(contentsOf: repeatElement(0, count: size - seen.count))
  }

  /// For segments with records of several sizes.
  private func foldForwards(_ segment: LogSegment, into values: inout LastValues) {
    let bytes = segment.bytes
    var decoder = RecordDecoder(bytes.readableBytesSpan)
    while let record = try? decoder.next() {
      if case .event(let event) = record { values.put(event) }
    }
  }

  func makeAppender() -> any EventAppender { RecordAppender(encoder: encoder) }

  func preamble(for selection: Selection, allInstruments: Bool) -> (any FeedPreamble)? {
    Preamble(selection.filter, allInstruments: allInstruments, catalog: catalog)
  }

  // MARK: Frames

  func frame(
    _ pending: Gathering.Pending, stream: UInt32, coding: FrameCoding
  ) -> FeedFrame {
    switch pending {
    case .slice(let slice):
      return compressed(slice, from: 0, stream, coding) ?? Self.frame(slice, stream, .plain)
    case .gathered(let buffer):
      return compressed(buffer, from: headerBytes, stream, coding)
        ?? Self.frame(behindRoom: buffer, stream)
    }
  }

  /// Nil when the client wants it plain, or when it is not worth it.
  private func compressed(
    _ records: ByteBuffer, from start: Int, _ stream: UInt32, _ coding: FrameCoding
  ) -> FeedFrame? {
    guard coding == Self.compressed, records.readableBytes - start >= Self.compressedBytesMin
    else { return nil }
    var payload: [UInt8] = []
    let span = records.readableBytesSpan
    compressor.append(span.extracting(start..<span.byteCount), to: &payload)
    return Self.frame(ByteBuffer(bytes: payload), stream, coding)
  }

  /// A frame of a payload that others have too, or that was compressed.
  private static func frame(
    _ payload: ByteBuffer, _ stream: UInt32, _ coding: FrameCoding
  ) -> FeedFrame {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(WireFormat.headerBytes)
    FrameEncoder.appendDataHeader(
      stream: stream, payloadBytes: payload.readableBytes, isCompressed: coding == compressed,
      to: &bytes)
    return FeedFrame(head: ByteBuffer(bytes: bytes), body: payload)
  }

  /// A frame of records whose first bytes are kept free for the header.
  private static func frame(behindRoom buffer: ByteBuffer, _ stream: UInt32) -> FeedFrame {
    var buffer = buffer
    let payloadBytes = buffer.readableBytes - WireFormat.headerBytes
    buffer.setInteger(
      UInt64(UInt32(payloadBytes)) | UInt64(FrameType.data.rawValue) << 32,
      at: buffer.readerIndex, endianness: .little)
    buffer.setInteger(stream, at: buffer.readerIndex + 8, endianness: .little)
    return FeedFrame(buffer, payloadBytes: payloadBytes)
  }

  func frame(
    of segment: LogSegment, from start: Int, limit: Int, stream: UInt32, coding: FrameCoding
  ) -> (frame: FeedFrame, end: Int) {
    let isCompressed = coding == Self.compressed
    // From its beginning on, it is compressed once for all; from elsewhere for those who are there.
    if isCompressed, segment.byteCount - start >= Self.compressedBytesMin,
      start == 0 || segment.cache != nil,
      let part = parts(of: segment).first(where: { $0.records.lowerBound == start })
    {
      return (Self.frame(part.payload, stream, coding), part.records.upperBound)
    }
    let records = segment.bytes
    let end = Self.recordBoundary(
      records.readableBytesSpan, from: start,
      atMost: start + (isCompressed ? min(limit, Self.partBytes) : limit))
    let part = segment.part(start..<end, headerBytes: headerBytes)
    return (frame(part, stream: stream, coding: coding), end)
  }

  /// The payloads of compressed frames of a segment, made when the first client wants them.
  private func parts(of segment: LogSegment) -> [CompressedParts.Part] {
    if let made = segment.cache as? CompressedParts { return made.parts }
    let records = segment.bytes
    let span = records.readableBytesSpan
    var parts: [CompressedParts.Part] = []
    var start = 0
    while start < span.byteCount {
      let end = Self.recordBoundary(span, from: start, atMost: start + Self.partBytes)
      var payload: [UInt8] = []
      compressor.append(span.extracting(start..<end), to: &payload)
      parts.append(
        CompressedParts.Part(records: start..<end, payload: ByteBuffer(bytes: payload)))
      start = end
    }
    segment.cache = CompressedParts(parts)
    return parts
  }

  /// The end of the last whole record that ends at `limit` or before; at least one record on.
  private static func recordBoundary(
    _ span: RawSpan, from start: Int, atMost limit: Int
  ) -> Int {
    if limit >= span.byteCount { return span.byteCount }
    var offset = start
    while offset < limit {
      let next = offset + WireRecord.byteCount(span, at: offset)
      if next > limit, offset > start { break }
      offset = next
    }
    return offset
  }

  func frame(
    _ mark: FeedMark, next: UInt64, stream: UInt32, coding: FrameCoding
  ) -> FeedFrame? {
    guard mark != .live else { return nil }
    var buffer = ByteBufferAllocator().buffer(capacity: headerBytes + RecordFormat.shortBytes)
    buffer.writeRepeatingByte(0, count: headerBytes)
    buffer.writeBytes(position(next: next, isSnapshotEnd: mark == .snapshotEnd))
    return Self.frame(behindRoom: buffer, stream)
  }

  /// The record of a position.
  func position(next: UInt64, isSnapshotEnd: Bool = false) -> [UInt8] {
    PositionRecord(epoch: epoch, next: next, time: clock.now(), isSnapshotEnd: isSnapshotEnd)
      .encoded
  }
}
