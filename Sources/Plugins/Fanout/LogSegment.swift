internal import EngineCore
package import NIOCore

/// Records of consecutive events as clients get them. Written once, then shared by every client:
/// of a sealed segment nothing changes, but that a small one takes in those that follow.
package final class LogSegment {
  /// The sequence of the first record.
  package private(set) var first: UInt64
  /// The sequence of the last one.
  package var last: UInt64
  package private(set) var bytes: ByteBuffer
  package private(set) var recordCount = 0
  /// What the format keeps beside the records, if they cannot be read back.
  package var index: SegmentIndex?
  /// What the format has made of a sealed segment, such as compressed frames.
  package var cache: AnyObject?
  /// Somebody holds a part of its bytes: they would be copied if it grew.
  private var isShared = false
  /// Nothing is written to it any more.
  private var isSealed = false

  /// Times of its events, once somebody has asked for a start at a time.
  struct Times {
    var first: Timestamp
    var latest: Timestamp
  }

  var knownTimes: Times?
  var hasLookedForTimes = false

  /// What segments take in, and how much one gets by that.
  private static let addedBytesMax = 8 << 10
  /// Records up to this are copied rather than shared: a write of two parts costs more, and what is
  /// shared cannot be joined.
  private static let copiedBytesMax = addedBytesMax
  private static let joinedBytesMax = 64 << 10

  init(first: UInt64, capacity: Int) {
    self.first = first
    last = first - 1
    bytes = ByteBufferAllocator().buffer(capacity: capacity)
  }

  package var byteCount: Int { bytes.readableBytes }
  package var isEmpty: Bool { bytes.readableBytes == 0 }

  /// What it takes of the log's limit: the memory that it has, not only what is used of it.
  var storedBytes: Int { bytes.capacity + (index?.byteCount ?? 0) }

  /// Appends records: what `write` writes, which is at most `bytesMax` bytes, and says how many.
  package func append(bytesMax: Int, write: (inout OutputRawSpan) -> Int) {
    bytes.writeWithOutputRawSpan(minimumWritableBytes: bytesMax) { output in
      recordCount += write(&output)
    }
  }

  /// A part of it as it lies there; nil when that is too small, or it is still being written: then
  /// it would have to be copied whole to grow.
  func slice(_ range: Range<Int>) -> ByteBuffer? {
    guard isSealed, range.count > Self.copiedBytesMax else { return nil }
    isShared = true
    return bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count)
  }

  /// A part of it that makes a frame, behind `headerBytes` of room where it is copied.
  package func part(_ range: Range<Int>, headerBytes: Int) -> Gathering.Pending {
    if let slice = slice(range) { return .slice(slice) }
    var buffer = Gathering.frameBuffer(headerBytes: headerBytes, payloadBytes: range.count)
    let records = bytes
    let span = records.readableBytesSpan
    buffer.writeWithOutputRawSpan(minimumWritableBytes: range.count) { output in
      RecordCopy.append(span, range.lowerBound, range.upperBound, to: &output)
    }
    return .gathered(buffer)
  }

  /// From now on clients may have it.
  func seal() { isSealed = true }

  // MARK: Small segments

  /// Whether the next one may be added: a quiet log would hold a segment for each event otherwise.
  func takes(_ next: LogSegment) -> Bool {
    !isShared && cache == nil && next.byteCount <= Self.addedBytesMax
      && byteCount + next.byteCount <= Self.joinedBytesMax
  }

  /// Adds the records of the segment that follows.
  func add(_ next: LogSegment) {
    index?.append(next.index, behind: byteCount)
    bytes.writeImmutableBuffer(next.bytes)
    recordCount += next.recordCount
    last = max(last, next.last)
    hasLookedForTimes = false
    knownTimes = nil
  }

  /// Begins anew with the memory that it has.
  func reuse(first: UInt64) {
    self.first = first
    last = first - 1
    bytes.clear()
    recordCount = 0
    isSealed = false
    isShared = false
    index?.removeAll()
    hasLookedForTimes = false
    knownTimes = nil
  }
}
