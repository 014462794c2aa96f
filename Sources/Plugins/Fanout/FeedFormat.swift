package import EngineCore
internal import NIOCore

/// How a frontend's clients are told events: its records, and the frames that hold them.
///
/// Events are encoded once, into the segments of an `EncodedLog`; what clients get is cut from
/// there. Asked a run of events, a segment or a frame at a time, never event by event, and on the
/// frontend's event loop alone.
package protocol FeedFormat: AnyObject {
  /// Room that gathered records want in front of them.
  var headerBytes: Int { get }
  /// What an event takes as a rule, to make room for.
  var usualRecordBytes: Int { get }
  /// What the largest record takes, within reason: frames are filled up to that below their limit.
  var largeRecordBytes: Int { get }
  /// Whether records use ids, so that every client has to get every definition.
  var needsDefinitions: Bool { get }
  /// Whether clients are told once that they have caught up.
  var tellsLive: Bool { get }

  // MARK: Records

  /// Encodes events from `start` on at the end of a segment, with at most `room` bytes; the index
  /// of the first for which there was none.
  func append(_ events: Span<Event>, from start: Int, to segment: LogSegment, room: Int) -> Int

  /// Bytes of the record of an event in a segment: its `record`th one, which begins at `offset`.
  func byteCount(of event: Event, _ record: Int, at offset: Int, in segment: LogSegment) -> Int

  /// Whether all events of one kind with the same flags have records of the same size.
  var hasEvenRecords: Bool { get }

  /// Where the record of a sequence is in a segment, or of the next one here; the end when all are
  /// older.
  func offset(of sequence: UInt64, in segment: LogSegment) -> Int

  /// The sequence of the record at an offset.
  func sequence(at offset: Int, in segment: LogSegment) -> UInt64

  /// Where the records are that a selection wants, from `start` on, at most `limit` bytes of them.
  func matching(
    _ selection: Selection, in segment: LogSegment, from start: Int, limit: Int
  ) -> MatchingRecords

  /// Hands over the events of a segment from an offset on, until `body` says false.
  func forEachEvent(
    in segment: LogSegment, from offset: Int, _ body: (Event) -> Bool)

  /// Takes the last values of a sealed segment in.
  func fold(_ segment: LogSegment, into values: inout LastValues)

  /// What encodes single events, on any thread.
  func makeAppender() -> any EventAppender

  /// What a client has to be told before its first event; nil for nothing.
  func preamble(for selection: Selection, allInstruments: Bool) -> (any FeedPreamble)?

  // MARK: Frames

  /// A frame of records that were gathered.
  func frame(_ pending: Gathering.Pending, stream: UInt32, coding: FrameCoding) -> FeedFrame

  /// A frame of the records of a segment from `start` on, at most `limit` bytes of them but at
  /// least one, and the offset where it ends.
  func frame(
    of segment: LogSegment, from start: Int, limit: Int, stream: UInt32, coding: FrameCoding
  ) -> (frame: FeedFrame, end: Int)

  /// A frame that says how far a feed is; nil when there is nothing to say.
  func frame(
    _ mark: FeedMark, next: UInt64, stream: UInt32, coding: FrameCoding
  ) -> FeedFrame?
}

/// Encodes events one by one; a value that may go to another thread.
package protocol EventAppender: Sendable {
  mutating func append(_ event: Event, to bytes: inout [UInt8])
}

/// Records that go before the first event of a feed, written piece by piece as its client takes
/// them.
package protocol FeedPreamble {
  /// Whether everything was written.
  var isDone: Bool { get }
  /// Appends records, about `limit` bytes.
  mutating func write(to bytes: inout [UInt8], limit: Int)
}

/// What a client is told about its place in the log.
package enum FeedMark: Sendable {
  /// The snapshot is complete.
  case snapshotEnd
  /// Everything that was there when it came has been sent.
  case live
  /// A conflated delivery is complete.
  case delivered
  /// Nothing new for some time.
  case heartbeat
}

/// How frames to a client are coded; 0 is as they are. What else there is the format says.
package struct FrameCoding: RawRepresentable, Hashable, Sendable {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let plain = FrameCoding(rawValue: 0)
}

/// Records of a segment that somebody wants.
package struct MatchingRecords {
  /// Runs of bytes, each `start << 32 | end`.
  package var runs: [UInt64] = []
  package var byteCount = 0
  /// Where the search ended.
  package var end: Int

  package init(from start: Int) { end = start }

  /// Takes a record in that begins where the search is.
  package mutating func take(_ start: Int, _ bytes: Int) {
    byteCount += bytes
    let end = UInt64(start + bytes)
    if let last = runs.last, last & 0xFFFF_FFFF == UInt64(start) {
      runs[runs.count - 1] = last & ~0xFFFF_FFFF | end
    } else {
      runs.append(UInt64(start) << 32 | end)
    }
  }
}
