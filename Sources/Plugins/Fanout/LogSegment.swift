internal import EngineCore
package import NIOCore

/// Records of consecutive events as clients get them. Written once, then shared by every client as
/// it is: a sealed segment never changes.
package final class LogSegment {
  /// Counts segments from 0.
  package let number: Int
  /// The sequence of the first record.
  package let first: UInt64
  /// The sequence of the last one.
  package var last: UInt64
  package private(set) var bytes: ByteBuffer
  package private(set) var recordCount = 0
  /// What the format keeps beside the records, if they cannot be read back.
  package var index: SegmentIndex?
  /// What the format has made of a sealed segment, such as compressed frames.
  package var cache: AnyObject?

  /// Times of its events, once somebody has asked for a start at a time.
  struct Times {
    var first: Timestamp
    var latest: Timestamp
  }

  var knownTimes: Times?
  var hasLookedForTimes = false

  init(number: Int, first: UInt64, capacity: Int) {
    self.number = number
    self.first = first
    last = first - 1
    bytes = ByteBufferAllocator().buffer(capacity: capacity)
  }

  package var byteCount: Int { bytes.readableBytes }
  package var isEmpty: Bool { bytes.readableBytes == 0 }

  /// What it takes of the log's limit.
  var storedBytes: Int { byteCount + (index?.byteCount ?? 0) }

  /// Appends records: what `write` writes, which is at most `bytesMax` bytes, and says how many.
  package func append(bytesMax: Int, write: (inout OutputRawSpan) -> Int) {
    bytes.writeWithOutputRawSpan(minimumWritableBytes: bytesMax) { output in
      recordCount += write(&output)
    }
  }
}
