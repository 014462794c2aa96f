internal import BinaryProtocol
internal import EngineCore
internal import NIOCore

/// Records of consecutive events in their wire form. Written once, then shared by every client as
/// it is: a sealed segment never changes.
final class LogSegment {
  /// Counts segments from 0.
  let number: Int
  /// The sequence of the first record.
  let first: UInt64
  /// The sequence of the last one.
  private(set) var last: UInt64
  private(set) var bytes: ByteBuffer
  private(set) var recordCount = 0
  /// Made when the first client wants them: payloads of compressed frames, in order.
  private var compressed: [CompressedPart]?

  /// Times of its events, once somebody has asked for a start at a time.
  struct Times {
    var first: Timestamp
    var latest: Timestamp
  }

  var knownTimes: Times?
  var hasLookedForTimes = false

  /// A part of a segment that travels as one compressed frame.
  struct CompressedPart {
    var records: Range<Int>
    var payload: ByteBuffer
  }

  /// Records that one compressed frame holds, in bytes: larger frames are hardly smaller in all.
  static let compressedPartBytes = 16 << 10
  /// Below this a frame is not worth compressing.
  static let compressedBytesMin = 512

  init(number: Int, first: UInt64, capacity: Int) {
    self.number = number
    self.first = first
    last = first - 1
    bytes = ByteBufferAllocator().buffer(capacity: capacity)
  }

  var byteCount: Int { bytes.readableBytes }
  var isEmpty: Bool { bytes.readableBytes == 0 }

  /// Appends what `write` writes: at most `bytesMax` bytes of records up to a sequence.
  func append(
    bytesMax: Int, write: (inout OutputRawSpan) -> (count: Int, last: UInt64)
  ) {
    bytes.writeWithOutputRawSpan(minimumWritableBytes: bytesMax) { output in
      let (count, last) = write(&output)
      recordCount += count
      self.last = last
    }
  }

  /// The payloads of compressed frames of this segment.
  func compressed(by compressor: FrameCompressor) -> [CompressedPart] {
    if let compressed { return compressed }
    let records = self.bytes
    let span = records.readableBytesSpan
    var parts: [CompressedPart] = []
    var start = 0
    while start < span.byteCount {
      let end = Self.recordBoundary(span, from: start, atMost: start + Self.compressedPartBytes)
      var payload: [UInt8] = []
      compressor.append(span.extracting(start..<end), to: &payload)
      parts.append(CompressedPart(records: start..<end, payload: ByteBuffer(bytes: payload)))
      start = end
    }
    compressed = parts
    return parts
  }

  /// The end of the last whole record that ends at `limit` or before; at least one record on.
  static func recordBoundary(_ span: RawSpan, from start: Int, atMost limit: Int) -> Int {
    if limit >= span.byteCount { return span.byteCount }
    var offset = start
    while offset < limit {
      let next = offset + WireRecord.byteCount(span, at: offset)
      if next > limit, offset > start { break }
      offset = next
    }
    return offset
  }

  /// The sequence of the record at an offset.
  func sequence(at offset: Int) -> UInt64 {
    let records = bytes
    return WireRecord.sequence(records.readableBytesSpan, at: offset)
  }

  /// The size of the record at an offset.
  func recordBytes(at offset: Int) -> Int {
    let records = bytes
    return WireRecord.byteCount(records.readableBytesSpan, at: offset)
  }

  /// Where the record of a sequence is, or of the next one here; the end when all are older.
  func offset(of sequence: UInt64) -> Int {
    guard sequence > first else { return 0 }
    guard sequence <= last else { return byteCount }
    let records = self.bytes
    let span = records.readableBytesSpan
    var offset = 0
    while offset < span.byteCount, WireRecord.sequence(span, at: offset) < sequence {
      offset += WireRecord.byteCount(span, at: offset)
    }
    return offset
  }
}
